import { get_encoding } from 'tiktoken';
import { afterAll, describe, expect, test } from 'vitest';
import { ask, chat, stream, user } from './ask.ts';

const o200k = get_encoding('o200k_base');
afterAll(() => o200k.free());
const tokens = (text: string) => o200k.encode(text, [], []).length;

const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, unit: { enum: ['c', 'f'] }, days: { type: 'integer', minimum: 2 } },
      required: ['city', 'unit'],
    },
  },
};

describe('echo', () => {
  test('repeats the last user text and counts by o200k', async () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      ...user('first'),
      { role: 'assistant', content: 'yes' },
      ...user('Größe, 你好 and <|endoftext|> too'),
    ];
    const answer = await chat({ model: 'echo', messages });
    const text = 'Größe, 你好 and <|endoftext|> too';

    expect(answer.choices[0]).toMatchObject({ message: { role: 'assistant', content: text }, finish_reason: 'stop' });
    expect(answer.usage).toMatchObject({
      prompt_tokens: ['Be brief.', 'first', 'yes', text].reduce((sum, each) => sum + tokens(each), 0),
      completion_tokens: tokens(text),
    });
  });

  test('repeats the text parts of a list', async () => {
    const parts = [
      { type: 'text', text: 'one ' },
      { type: 'image_url', image_url: { url: 'data:' } },
      { type: 'text', text: 'two' },
    ];

    expect((await chat({ model: 'echo', messages: user(parts) })).choices[0]?.message.content).toBe('one two');
  });

  test('streams the same text, a word an event, without splitting characters', async () => {
    const text = `  two  words\n${'👍🏽'.repeat(400)} end `;
    const chunks = await stream({ model: 'echo', messages: user(text) });
    const contents = chunks.flatMap(chunk => chunk.choices[0]?.delta.content ?? []);

    expect(contents.join('')).toBe(text);
    expect(contents.every(content => content.isWellFormed())).toBe(true);
  });

  test('says that it is no model', async () => {
    const answer = await chat({ model: 'echo', messages: user('hi') });

    expect(answer).toMatchObject({ model: 'simulator/echo', system_fingerprint: 'simulator' });
    expect(answer.id).toMatch(/^chatcmpl-sim-/);
  });

  test('is cut after max_tokens, at whole characters', async () => {
    const cut = await chat({ model: 'echo', max_tokens: 2, messages: user('one two three') });
    const emoji = await chat({ model: 'echo', max_completion_tokens: 1, messages: user('🦄🦄') });

    expect(cut.choices[0]).toMatchObject({ message: { content: 'one two' }, finish_reason: 'length' });
    expect(cut.usage?.completion_tokens).toBe(2);
    expect(emoji.choices[0]?.message.content).not.toContain('\ufffd');
  });
});

describe('story-N', () => {
  test.each([1, 2, 100, 1_000])('has %i words and as many tokens', async count => {
    const answer = await chat({ model: `story-${count}`, messages: user('go') });
    const text = answer.choices[0]?.message.content ?? '';

    expect(text.split(' ')).toHaveLength(count);
    expect(tokens(text)).toBe(count);
    expect(answer.usage).toMatchObject({ completion_tokens: count, total_tokens: count + 1 });
  });

  test('streams one event a word and tells the same story', async () => {
    const whole = await chat({ model: 'story-300', messages: user('go') });
    const chunks = await stream({ model: 'story-300', messages: user('go') });
    const contents = chunks.flatMap(chunk => chunk.choices[0]?.delta.content || []);

    expect(contents).toHaveLength(300);
    expect(contents.join('')).toBe(whole.choices[0]?.message.content);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.some(chunk => 'usage' in chunk)).toBe(false);
  });

  test('sends usage in a last chunk of its own when asked', async () => {
    const chunks = await stream({ model: 'story-5', messages: user('go'), stream_options: { include_usage: true } });

    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 5 } });
    expect(chunks.slice(0, -1).every(chunk => chunk.usage === null)).toBe(true);
  });

  test('ends early and says so when max_tokens is smaller', async () => {
    const answer = await chat({ model: 'story-50', max_completion_tokens: 7, max_tokens: 40, messages: user('go') });

    expect(answer.choices[0]?.finish_reason).toBe('length');
    expect(answer.usage?.completion_tokens).toBe(7);
  });

  test('counts every choice', async () => {
    const answer = await chat({ model: 'story-10', n: 3, messages: user('go') });
    const chunks = await stream({ model: 'story-10', n: 3, messages: user('go') });

    expect(answer.choices.map(choice => choice.index)).toEqual([0, 1, 2]);
    expect(answer.usage?.completion_tokens).toBe(30);
    expect(new Set(chunks.map(chunk => chunk.choices[0]?.index))).toEqual(new Set([0, 1, 2]));
  });

  test('refuses an answer that would be memory rather than a simulation', async () => {
    const { status, text } = await ask('/chat/completions', { model: 'story-999999', n: 128, messages: user('go') });

    expect(status).toBe(400);
    expect(JSON.parse(text).error).toMatchObject({ type: 'invalid_request_error', param: 'n' });
  });
});

describe('tool', () => {
  test('calls the first tool with arguments that fit its schema', async () => {
    const answer = await chat({ model: 'tool', messages: user('weather?'), tools: [weather] });
    const [call] = answer.choices[0]?.message.tool_calls ?? [];

    expect(answer.choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { content: null } });
    expect(call).toMatchObject({ type: 'function', function: { name: 'get_weather' } });
    expect(JSON.parse(call?.type === 'function' ? call.function.arguments : '')).toEqual({
      city: 'example',
      unit: 'c',
    });
  });

  test('streams the call', async () => {
    const chunks = await stream({ model: 'tool', messages: user('weather?'), tools: [weather] });
    const calls = chunks.flatMap(chunk => chunk.choices[0]?.delta.tool_calls ?? []);

    expect(calls).toMatchObject([
      { index: 0, function: { name: 'get_weather', arguments: '{"city":"example","unit":"c"}' } },
    ]);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls');
  });

  test('answers with text after a result, without tools and where none may be called', async () => {
    const asked = {
      role: 'assistant',
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'w', arguments: '{}' } }],
    };
    const told = await chat({
      model: 'tool',
      tools: [weather],
      messages: [...user('hi'), asked, { role: 'tool', tool_call_id: 'a', content: 'sunny' }],
    });
    const none = await chat({ model: 'tool', messages: user('hi') });
    const forbidden = await chat({ model: 'tool', messages: user('hi'), tools: [weather], tool_choice: 'none' });

    expect(told.choices[0]?.message.content).toBe('The tool answered: sunny');
    expect(none.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'No tool was offered.' } });
    expect(forbidden.choices[0]?.message.tool_calls).toBeUndefined();
  });

  test('calls the tool that tool_choice names', async () => {
    const other = { type: 'function', function: { name: 'other' } };
    const tool_choice = { type: 'function', function: { name: 'other' } };
    const answer = await chat({ model: 'tool', messages: user('hi'), tools: [weather, other], tool_choice });

    expect(answer.choices[0]?.message.tool_calls).toMatchObject([{ function: { name: 'other', arguments: '{}' } }]);
  });
});

describe('failures', () => {
  test.each([400, 401, 403, 404, 429, 500, 503, 599])(
    'fail-%i fails with that status in the shape of OpenAI',
    async status => {
      const heard = await ask('/chat/completions', { model: `fail-${status}`, messages: user('hi'), stream: true });

      expect(heard.status).toBe(status);
      expect(Object.keys(JSON.parse(heard.text).error)).toEqual(['message', 'type', 'param', 'code']);
      expect(heard.headers['retry-after']).toBe(status === 429 ? '1' : undefined);
    },
  );

  test.each([
    'nothing',
    'story-0',
    'story-1000000',
    'story-',
    'fail-200',
    'fail-600',
    'echo~~',
    'echo~~ttft=60001',
    'echo~~speed=1',
    'ECHO',
    '',
  ])('a model %j is a 404', async model => {
    const heard = await ask('/chat/completions', { model, messages: user('hi') });

    expect(heard.status).toBe(404);
    expect(JSON.parse(heard.text).error).toMatchObject({ code: 'model_not_found', param: 'model' });
  });

  test.each<[unknown, string | null]>([
    ['{', null],
    ['null', null],
    ['[]', null],
    [{ model: 'echo' }, 'messages'],
    [{ model: 'echo', messages: [] }, 'messages'],
    [{ model: 7, messages: user('hi') }, 'model'],
    [{ model: 'echo', messages: [{ role: 'robot', content: 'hi' }] }, 'messages[0].role'],
    [{ model: 'echo', messages: user('hi'), max_tokens: 0 }, 'max_tokens'],
    [{ model: 'echo', messages: user('hi'), n: 129 }, 'n'],
    [{ model: 'embed', messages: user('hi') }, 'model'],
  ])('%j is a 400 that names the member', async (body, param) => {
    const heard = await ask('/chat/completions', body);

    expect(heard.status).toBe(400);
    expect(JSON.parse(heard.text).error).toMatchObject({ type: 'invalid_request_error', param });
  });

  test('another path is a 404', async () => {
    expect(await ask('/images/generations', {})).toMatchObject({ status: 404 });
  });
});
