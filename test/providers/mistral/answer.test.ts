import { describe, expect, test } from 'vitest';
import { mistralChat } from '../../../providers/mistral/index.ts';
import { type CollectedAnswer, collect } from '../../../src/spec/chat/collect.ts';
import { recordings, whyNoRecordings } from '../../gateway/dialects/recordings.ts';
import { serverEvents } from '../../support/server-events.ts';
import { answer, chunk, decode, mistral } from './codec.ts';

const thinking = (text: string, members: object = {}) => ({
  type: 'thinking',
  thinking: [{ type: 'text', text }],
  ...members,
});
const partsOf = (collected: CollectedAnswer) => collected.choices[0]!.parts;

describe('an answer', () => {
  test('has its thoughts apart from its text', () => {
    const content = [thinking('Hm', { signature: 'sig', closed: true }), { type: 'text', text: 'So.' }];

    expect(partsOf(collect(answer({ content })))).toEqual([
      { type: 'reasoning', text: 'Hm', signature: 'sig', source: 'mistral' },
      { type: 'text', text: 'So.' },
    ]);
  });

  test('keeps what else its content holds for a client of the dialect', () => {
    const reference = { type: 'reference', reference_ids: [1] };

    expect(partsOf(collect(answer({ content: [{ type: 'text', text: 'A' }, reference] })))).toEqual([
      { type: 'text', text: 'A' },
      { type: 'provider-part', dialect: 'mistral', value: reference },
    ]);
  });

  test('takes calls that share an index or have no id', () => {
    const look = (id: string, value: number) => ({ id, index: 0, function: { name: 'look', arguments: { value } } });
    const calls = [look('abcDEF123', 1), look('abcDEF456', 2), look('null', 3), look('null', 4)];
    const parts = partsOf(collect(answer({ content: '', tool_calls: calls }, { finish_reason: 'tool_calls' })));
    const ids = parts.map(part => (part.type === 'tool-call' ? part.id : ''));

    expect(parts.map(part => (part.type === 'tool-call' ? part.input : ''))).toEqual(
      [1, 2, 3, 4].map(value => `{"value":${value}}`),
    );
    expect(ids.slice(0, 2)).toEqual(['abcDEF123', 'abcDEF456']);
    expect(new Set(ids).size).toBe(4);
    expect(ids.every(id => /^[a-zA-Z0-9]{9}$/.test(id))).toBe(true);
  });

  test.for([
    ['stop', 'stop'],
    ['length', 'length'],
    ['model_length', 'length'],
    ['tool_calls', 'tool-calls'],
  ] as const)('ends by %s as %s', ([word, finish]) => {
    expect(collect(answer({ content: 'A' }, { finish_reason: word })).choices[0]!.finish).toBe(finish);
  });

  test('that ended by an error did not end', () => {
    expect(collect(answer({ content: 'A' }, { finish_reason: 'error' })).error).toMatchObject({ cause: 'server' });
    expect(decode([chunk({ content: 'A' }), chunk({ content: '' }, 'error'), '[DONE]']).complete).toBe(false);
  });

  test('is none without choices', () => {
    expect(() => mistralChat.fromProvider({ id: 'a' })).toThrow(TypeError);
    expect(() => mistralChat.fromProvider([])).toThrow(TypeError);
    expect(collect(mistralChat.fromProvider({ detail: 'no' })).error?.message).toBe('no');
  });

  test.for([
    [{ prompt_tokens_details: { cached_tokens: 4 } }, { input: 6, cacheRead: 4 }],
    [{ num_cached_tokens: 4 }, { input: 6, cacheRead: 4 }],
    [
      { prompt_audio_seconds: 3, prompt_tokens_details: { audio_tokens: 7 } },
      { input: 3, audioIn: 7 },
    ],
  ])('counts %j by class', ([members, expected]) => {
    const usage = { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12, ...members };
    const { usage: read } = collect(decode([chunk({ content: 'A' }, 'stop', { usage })]).parts);

    expect(read).toMatchObject({ output: 2, ...expected });
  });
});

describe('a stream', () => {
  test('says thoughts, text and whole calls', () => {
    const { parts, complete, ended } = decode([
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: [thinking('One')] }),
      chunk({ content: [thinking(' two'), { type: 'text', text: 'So' }] }),
      chunk({ content: ' it is.' }),
      chunk(
        { content: null, tool_calls: [{ id: 'abcDEF123', function: { name: 'look', arguments: '{}' } }] },
        'tool_calls',
        {
          usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
        },
      ),
      '[DONE]',
    ]);
    const collected = collect(parts);

    expect({ complete, ended }).toEqual({ complete: true, ended: true });
    expect(partsOf(collected)).toEqual([
      { type: 'reasoning', text: 'One two' },
      { type: 'text', text: 'So it is.' },
      { type: 'tool-call', id: 'abcDEF123', name: 'look', input: '{}' },
    ]);
    expect(collected.usage).toMatchObject({ input: 3, output: 2 });
  });

  test('that stops before its end is not complete', () => {
    expect(decode([chunk({ content: 'A' })]).complete).toBe(false);
  });

  test('ends with the error that the provider put into it', () => {
    const error = { object: 'error', message: 'Service tier capacity exceeded', type: 'rate_limited', code: '1300' };
    const { parts, complete } = decode([chunk({ content: 'A' }), { ...error, raw_status_code: 429 }]);

    expect(complete).toBe(false);
    expect(collect(parts).error).toEqual({
      cause: 'rate_limit',
      message: 'Service tier capacity exceeded',
      type: 'rate_limited',
      code: '1300',
    });
  });

  test('that is no JSON cannot be understood', () => {
    expect(() => decode(['{"choices":'])).toThrow(SyntaxError);
    expect(() => decode(['nonsense'])).toThrow(SyntaxError);
  });
});

describe('an error', () => {
  const read = (status: number, body: unknown) =>
    mistral.toError({ status, headers: {}, body: Buffer.from(JSON.stringify(body)) });

  test('of a request that is not valid names the member', () => {
    const detail = [
      { type: 'extra_forbidden', loc: ['body', 'top_k'], msg: 'Extra inputs are not permitted', input: 4 },
    ];
    const expected = { cause: 'invalid', message: 'Extra inputs are not permitted', param: 'top_k' };

    expect(
      read(422, { object: 'error', message: { detail }, type: 'invalid_request_error', code: null }),
    ).toMatchObject(expected);
    expect(read(422, { detail })).toMatchObject(expected);
  });

  test.for([
    [401, { detail: 'Invalid API Key' }, 'auth', 'Invalid API Key'],
    [401, { message: 'Unauthorized', request_id: 'r' }, 'auth', 'Unauthorized'],
    [
      429,
      { object: 'error', message: 'Rate limit exceeded', type: 'rate_limited', code: '1300' },
      'rate_limit',
      'Rate limit exceeded',
    ],
    [500, { object: 'error', message: 'Internal', type: 'internal_server_error', code: '1000' }, 'server', 'Internal'],
    [
      400,
      {
        object: 'error',
        message: 'Prompt contains 40000 tokens, too large for model with 32768 maximum context length',
        code: '3051',
      },
      'context',
      'Prompt contains 40000 tokens, too large for model with 32768 maximum context length',
    ],
  ] as const)('%i %j is %s', ([status, body, cause, message]) => {
    expect(read(status, body)).toMatchObject({ cause, message });
  });

  test('keeps type and code, and stands a page of something in between', () => {
    const body = {
      object: 'error',
      message: 'Bad order',
      type: 'invalid_request_message_order',
      param: null,
      code: '3230',
    };

    expect(read(400, body)).toMatchObject({ cause: 'invalid', type: 'invalid_request_message_order', code: '3230' });
    expect(mistral.toError({ status: 502, headers: {}, body: Buffer.from('<html>') })).toMatchObject({ message: null });
  });
});

describe.skipIf(whyNoRecordings !== '')(`recorded answers${whyNoRecordings}`, () => {
  const all = recordings('openai-chat').filter(
    ({ provider, response }) => provider === 'mistral' && response.status === 200,
  );

  test('are there', () => expect(all.length).toBeGreaterThan(0));

  test.for(all)('$id: the stream says what the whole answer says', ({ response }) => {
    const collected =
      response.sse === undefined
        ? collect(mistralChat.fromProvider(response.body))
        : collect(decode(serverEvents(response.sse.join('')).map(({ data }) => data)).parts);
    const [choice] = collected.choices;
    const content = choice!.parts.flatMap((part): object[] => {
      if (part.type === 'text') return [{ type: 'text', text: part.text }];
      return part.type === 'reasoning' ? [thinking(part.text)] : [];
    });
    const calls = choice!.parts.flatMap(part =>
      part.type === 'tool-call' ? [{ id: part.id, function: { name: part.name, arguments: part.input } }] : [],
    );
    const events = [
      ...content.map(part => chunk({ content: [part] })),
      ...calls.map(call => chunk({ content: '', tool_calls: [call] })),
      chunk({ content: '' }, choice!.finish === 'tool-calls' ? 'tool_calls' : choice!.finish),
      '[DONE]',
    ];

    expect(choice!.finish).not.toBeNull();
    expect(collected.usage).not.toBeNull();
    expect(collect(decode(events).parts).choices).toEqual(collected.choices);
  });
});
