import type { ServerResponse } from 'node:http';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chatAnswer, type FakeProvider, fakeProvider, json, type Script } from '../support/fake-provider.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';

let fake: FakeProvider;
let tollgate: TestTollgate;
let openai: OpenAI;
let anthropic: Anthropic;

const line = (message: object, more: object = {}) => ({
  model: 'qwen3:8b',
  created_at: '2026-11-30T10:00:00Z',
  message: { role: 'assistant', content: '', ...message },
  done: false,
  ...more,
});
const last = line({}, { done: true, done_reason: 'stop', prompt_eval_count: 12, eval_count: 5 });
const whole = (message: object) => json(200, { ...last, message: { role: 'assistant', content: '', ...message } });
const said = [line({ thinking: 'Hm.' }), line({ content: 'Hello ' }), line({ content: '🌍' })];

function write(response: ServerResponse, ...lines: readonly object[]): void {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  // Cut amid the lines and amid their characters.
  const bytes = Buffer.from(lines.map(one => `${JSON.stringify(one)}\n`).join(''));
  for (let at = 0; at < bytes.length; at += 89) response.write(bytes.subarray(at, at + 89));
}

const answers: Script = (request, response) => {
  if (request.url.startsWith('/v1/')) return chatAnswer('by the form of OpenAI')(request, response);
  if (request.url === '/api/embed') return json(200, { embeddings: [[0.5]], prompt_eval_count: 2 })(request, response);
  if (request.body.stream !== true) return whole({ thinking: 'Hm.', content: 'Hello 🌍' })(request, response);
  write(response, ...said, last);
  response.end();
};

const ask = { model: 'ollama/qwen3:8b', messages: [{ role: 'user' as const, content: 'Hi' }] };
const native = { ...ask, options: { num_ctx: 8192 } } as typeof ask;

beforeAll(async () => {
  fake = await fakeProvider(answers);
  tollgate = await startTestTollgate(`
providers:
  ollama: { base_url: "${fake.url}" }
  ${['a', 'b', 'c'].map(name => `${name}: { adapter: ollama, base_url: "${fake.url}" }`).join('\n  ')}
  always: { adapter: ollama, base_url: "${fake.url.replace('/v1', '')}", api: native }
  never: { adapter: ollama, base_url: "${fake.url}", api: openai }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
prices: [{ model: "ollama/*", input: 1, output: 2 }]
`);
  openai = new OpenAI({ baseURL: `${tollgate.url}/v1`, apiKey: testKey, maxRetries: 0 });
  anthropic = new Anthropic({ baseURL: tollgate.url, apiKey: testKey, maxRetries: 0 });
});
afterAll(async () => {
  await tollgate.stop();
  await fake.close();
});
beforeEach(() => {
  fake.answer(answers);
  fake.seen.length = 0;
});

const paths = () => fake.seen.map(({ url }) => url);

describe('which form of the API is spoken', () => {
  test('a call of OpenAI goes by its own form, as it is', async () => {
    const answer = await openai.chat.completions.create({ ...ask, temperature: 0.5 });

    expect(answer.choices[0]!.message.content).toBe('by the form of OpenAI');
    expect(paths()).toEqual(['/v1/chat/completions']);
    expect(fake.seen[0]!.body).toEqual({ ...ask, model: 'qwen3:8b', temperature: 0.5 });
  });

  test.each([
    { options: { num_ctx: 8192 } },
    { keep_alive: '10m' },
    { think: 'low' },
    { format: 'json' },
    { num_ctx: 8192 },
    { top_k: 40 },
    { max_completion_tokens: 5 },
    { tool_choice: 'auto' },
  ])('one with %j goes natively', async more => {
    const answer = await openai.chat.completions.create({ ...ask, ...more } as typeof ask);

    expect(answer.choices[0]!.message).toMatchObject({ content: 'Hello 🌍', reasoning_content: 'Hm.' });
    expect(paths()).toEqual(['/api/chat']);
  });

  test('a call of another dialect goes natively', async () => {
    const { model, messages } = ask;
    await anthropic.messages.create({ model, messages, max_tokens: 50 });

    expect(paths()).toEqual(['/api/chat']);
    expect(fake.seen[0]!.body).toEqual({
      model: 'qwen3:8b',
      messages: [{ role: 'user', content: 'Hi' }],
      stream: false,
      options: { num_predict: 50 },
    });
  });

  test('the provider may be told to speak one alone', async () => {
    await openai.chat.completions.create({ ...ask, model: 'always/qwen3:8b' });
    await openai.chat.completions.create({ ...native, model: 'never/qwen3:8b' });
    await anthropic.messages.create({ ...ask, model: 'never/qwen3:8b', max_tokens: 5 });

    expect(paths()).toEqual(['/api/chat', '/v1/chat/completions', '/v1/chat/completions']);
  });

  test('embeddings go natively where they have a native member', async () => {
    fake.answer((request, response) =>
      request.url === '/api/embed'
        ? answers(request, response)
        : json(200, { object: 'list', data: [{ object: 'embedding', index: 0, embedding: [1] }], model: 'm' })(
            request,
            response,
          ),
    );
    const create = (more: object = {}) =>
      openai.embeddings.create({ model: 'ollama/e', input: 'sky', encoding_format: 'float', ...more });

    expect((await create()).data[0]!.embedding).toEqual([1]);
    expect((await create({ keep_alive: '1m' })).data[0]!.embedding).toEqual([0.5]);
    expect(paths()).toEqual(['/v1/embeddings', '/api/embed']);
    expect(fake.seen[1]!.body).toEqual({ model: 'e', input: ['sky'], keep_alive: '1m' });
  });
});

describe('natively', () => {
  const streamed = (model = ask.model) =>
    openai.chat.completions.create({ ...native, model, stream: true, stream_options: { include_usage: true } });

  test('a stream says what the whole answer says, and is booked', async () => {
    const { data, response } = await streamed().withResponse();
    let text = '';
    let thought = '';
    let usage: unknown;
    for await (const { choices, usage: counted } of data) {
      text += choices[0]?.delta.content ?? '';
      thought += (choices[0]?.delta as { reasoning_content?: string })?.reasoning_content ?? '';
      usage = counted ?? usage;
    }
    const [row] = await tollgate.ledger(response.headers.get('x-request-id')!);

    expect({ text, thought }).toEqual({ text: 'Hello 🌍', thought: 'Hm.' });
    expect(usage).toMatchObject({ prompt_tokens: 12, completion_tokens: 5, total_tokens: 17 });
    expect(fake.seen[0]!.headers.accept).toBe('application/x-ndjson');
    expect(fake.seen[0]!.body).toMatchObject({ stream: true, options: { num_ctx: 8192 } });
    expect(row).toMatchObject({ outcome: 'finished', estimated: false, input_tokens: 12, output_tokens: 5 });
  });

  test('a stream of Anthropic has thoughts and text', async () => {
    const message = await anthropic.messages.stream({ ...ask, max_tokens: 50 }).finalMessage();

    expect(message.content).toMatchObject([
      { type: 'thinking', thinking: 'Hm.' },
      { type: 'text', text: 'Hello 🌍' },
    ]);
    expect(message.usage).toMatchObject({ input_tokens: 12, output_tokens: 5 });
  });

  test('a tool is called and answers', async () => {
    const tools = [{ name: 'look', input_schema: { type: 'object' as const, properties: { at: { type: 'string' } } } }];
    fake.answer((_request, response) => {
      write(response, line({ tool_calls: [{ function: { name: 'look', arguments: { at: 'sky' } } }] }), last);
      response.end();
    });
    const first = await anthropic.messages.stream({ ...ask, max_tokens: 50, tools }).finalMessage();
    const [call] = first.content;
    if (call?.type !== 'tool_use') throw new Error(`no call but ${call?.type}`);
    fake.answer(answers);
    await anthropic.messages.create({
      ...ask,
      max_tokens: 50,
      tools,
      messages: [
        ...ask.messages,
        { role: 'assistant', content: first.content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: 'blue' }] },
      ],
    });

    expect(first.stop_reason).toBe('tool_use');
    expect(call).toMatchObject({ name: 'look', input: { at: 'sky' } });
    expect(fake.seen[1]!.body.messages).toEqual([
      { role: 'user', content: 'Hi' },
      {
        role: 'assistant',
        content: '',
        tool_calls: [{ id: call.id, function: { name: 'look', arguments: { at: 'sky' } } }],
      },
      { role: 'tool', content: 'blue', tool_name: 'look', tool_call_id: call.id },
    ]);
  });

  test.each([
    [
      'an error in it',
      'a',
      (response: ServerResponse) => response.end(`${JSON.stringify({ error: 'out of memory' })}\n`),
    ],
    ['its end', 'b', (response: ServerResponse) => response.end()],
    ['a broken connection', 'c', (response: ServerResponse) => response.destroy()],
  ] as const)('a stream does not end well with %s', async (_, provider, end) => {
    fake.answer(async (_request, response) => {
      write(response, ...said);
      await new Promise(resolve => setTimeout(resolve, 50));
      end(response);
    });
    const { data, response } = await streamed(`${provider}/qwen3:8b`).withResponse();
    let text = '';
    let finish: string | null = null;
    await expect(async () => {
      for await (const { choices } of data) {
        text += choices[0]?.delta.content ?? '';
        finish = choices[0]?.finish_reason ?? finish;
      }
    }).rejects.toThrow();
    const [row] = await tollgate.ledger(response.headers.get('x-request-id')!);

    expect({ text, finish }).toEqual({ text: 'Hello 🌍', finish: null });
    expect(row?.outcome).not.toBe('finished');
  });

  test('an error before the first word is an answer with its status', async () => {
    fake.answer((_, response) => {
      write(response, { error: 'model runner has unexpectedly stopped' });
      response.end();
    });
    await expect(streamed()).rejects.toMatchObject({
      status: 500,
      message: expect.stringContaining('model runner has unexpectedly stopped'),
    });

    fake.answer(json(404, { error: "model 'qwen3:8b' not found" }));
    await expect(openai.chat.completions.create(native)).rejects.toMatchObject({
      message: expect.stringContaining("model 'qwen3:8b' not found"),
    });
  });

  test('who leaves ends the call at the server', async () => {
    fake.answer((_, response) => write(response, ...said));
    const stream = await streamed();
    for await (const { choices } of stream) if (choices[0]?.delta.content === '🌍') break;
    stream.controller.abort();

    await expect.poll(() => fake.seen[0]!.aborted).toBe(true);
  });
});
