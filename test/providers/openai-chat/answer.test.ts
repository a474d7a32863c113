import { describe, expect, test } from 'vitest';
import { openaiChatCodec } from '../../../providers/openai-chat/index.ts';
import type { ChatPart } from '../../../src/spec/chat/chat-stream.ts';
import { collect } from '../../../src/spec/chat/collect.ts';

const codec = openaiChatCodec();

function decode(...events: unknown[]) {
  const decoder = codec.decoder();
  const read = events.flatMap(event =>
    decoder.read({ type: 'message', data: typeof event === 'string' ? event : JSON.stringify(event) }),
  );
  const { parts, complete } = decoder.end();
  return { parts: [...read, ...parts], complete, ended: decoder.ended };
}

const delta = (value: object, finish_reason: string | null = null) => ({
  id: 'x',
  choices: [{ index: 0, delta: value, finish_reason }],
});
const partsOf = (...deltas: object[]) => collect(decode(...deltas.map(value => delta(value))).parts).choices[0]!.parts;
const call = (more: object) => ({ tool_calls: [more] });

describe('tool calls', () => {
  const two = [
    { type: 'tool-call', id: 'a', name: 'f', input: '{"x":1}' },
    { type: 'tool-call', id: 'b', name: 'g', input: '{}' },
  ];

  test.each<[string, object[]]>([
    [
      'in pieces with their numbers',
      [
        call({ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }),
        call({ index: 0, function: { arguments: '{"x"' } }),
        call({ index: 0, function: { arguments: ':1}' } }),
        call({ index: 1, id: 'b', function: { name: 'g', arguments: '{}' } }),
      ],
    ],
    [
      'whole and without numbers',
      [
        {
          tool_calls: [
            { id: 'a', function: { name: 'f', arguments: '{"x":1}' } },
            { id: 'b', function: { name: 'g', arguments: '{}' } },
          ],
        },
      ],
    ],
    [
      'all with the number 0',
      [
        call({ index: 0, id: 'a', function: { name: 'f', arguments: '{"x":1}' } }),
        call({ index: 0, id: 'b', function: { name: 'g', arguments: '{}' } }),
      ],
    ],
    [
      'with id and name in every piece',
      [
        call({ index: 0, id: 'a', function: { name: 'f', arguments: '{"x"' } }),
        call({ index: 0, id: 'a', function: { name: 'f', arguments: ':1}' } }),
        call({ index: 1, id: 'b', function: { name: 'g', arguments: '{}' } }),
      ],
    ],
    [
      'with the name after the id',
      [
        call({ index: 0, id: 'a', function: { arguments: '{"x"' } }),
        call({ index: 0, function: { name: 'f', arguments: ':1}' } }),
        call({ index: 1, id: 'b', function: { name: 'g', arguments: '{}' } }),
      ],
    ],
    [
      'with objects as input',
      [
        call({ index: 0, id: 'a', function: { name: 'f', arguments: { x: 1 } } }),
        call({ index: 1, id: 'b', function: { name: 'g', arguments: {} } }),
      ],
    ],
  ])('come %s', (_name, deltas) => {
    expect(partsOf(...deltas)).toEqual(two);
  });

  test('without an id get one', () => {
    expect(partsOf(call({ index: 0, function: { name: 'f', arguments: null } }))).toEqual([
      { type: 'tool-call', id: 'call_x_0_0', name: 'f', input: '' },
    ]);
  });

  test('end the answer also where the server says stop', () => {
    const { parts } = decode(
      delta(call({ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } })),
      delta({}, 'stop'),
    );

    expect(parts).toContainEqual({ type: 'finish', choice: 0, reason: 'tool-calls', raw: 'stop' });
  });

  test('are signed by the details or at the call', () => {
    const plain = { index: 0, id: 'a', function: { name: 'f', arguments: '{}' } };
    const signed = [{ type: 'tool-call', id: 'a', name: 'f', input: '{}', signature: 'c2ln', source: 'gemini' }];
    const detail = { type: 'reasoning.encrypted', data: 'c2ln', id: 'a', format: 'google-gemini-v1', index: 0 };

    expect(partsOf({ tool_calls: [plain], reasoning_details: [detail] })).toEqual(signed);
    expect(partsOf(call({ ...plain, extra_content: { google: { thought_signature: 'c2ln' } } }))).toEqual(signed);
  });
});

describe('thoughts', () => {
  const proven = [{ type: 'reasoning', text: 'Hmm', source: 'anthropic', signature: 'c2ln' }];
  const detail = { type: 'reasoning.text', format: 'anthropic-claude-v1', index: 0 };

  test('come under either name, and are told once', () => {
    expect(partsOf({ reasoning_content: 'H' }, { reasoning: 'mm' })).toEqual([{ type: 'reasoning', text: 'Hmm' }]);
    expect(partsOf({ reasoning_content: 'Hmm', reasoning: 'Hmm' })).toEqual([{ type: 'reasoning', text: 'Hmm' }]);
  });

  test('are proven by details that repeat them, piece by piece or at the end', () => {
    expect(
      partsOf(
        { reasoning: 'H', reasoning_details: [{ ...detail, text: 'H' }] },
        { reasoning: 'mm', reasoning_details: [{ ...detail, text: 'mm' }] },
        { reasoning_details: [{ ...detail, signature: 'c2ln' }] },
      ),
    ).toEqual(proven);
    expect(
      partsOf({ reasoning_content: 'Hmm' }, { reasoning_details: [{ ...detail, text: 'Hmm', signature: 'c2ln' }] }),
    ).toEqual(proven);
  });

  test('stand inside the content at some servers', () => {
    expect(
      partsOf({
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'Hmm' }] },
          { type: 'text', text: 'Yes' },
        ],
      }),
    ).toEqual([
      { type: 'reasoning', text: 'Hmm' },
      { type: 'text', text: 'Yes' },
    ]);
  });
});

test.each([
  ['stop', { reason: 'stop' }],
  ['eos', { reason: 'stop', raw: 'eos' }],
  ['model_length', { reason: 'length', raw: 'model_length' }],
  ['function_call', { reason: 'tool-calls', raw: 'function_call' }],
  ['content_filter', { reason: 'content-filter' }],
  ['network_error', { reason: 'other', raw: 'network_error' }],
  ['toString', { reason: 'other', raw: 'toString' }],
])('%s is an end', (word, expected) => {
  expect(decode(delta({}, word)).parts).toContainEqual({ type: 'finish', choice: 0, ...expected });
});

describe('the end of a stream', () => {
  const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };

  test('is the end mark, and the last count counts', () => {
    const { parts, complete, ended } = decode(
      { ...delta({ content: 'a' }), usage: { ...usage, completion_tokens: 1 } },
      { ...delta({}, 'stop'), usage: null },
      { choices: [], usage },
      '[DONE]',
    );

    expect({ complete, ended }).toEqual({ complete: true, ended: true });
    expect(parts.filter(part => part.type === 'usage')).toMatchObject([{ usage: { input: 3, output: 2 } }]);
  });

  test('is the finish of all choices where there is no mark', () => {
    expect(decode(delta({}, 'stop'))).toMatchObject({ complete: true, ended: false });
    expect(decode(delta({ content: 'a' }))).toMatchObject({ complete: false });
    expect(decode()).toMatchObject({ complete: false });
  });

  test('without a count says so', () => {
    expect(decode('[DONE]').parts).toEqual([{ type: 'usage', usage: null }]);
  });

  test('P8: with a count that cannot be says why there is none', () => {
    expect(decode({ choices: [], usage: { ...usage, prompt_tokens: -1 } }).parts).toContainEqual({
      type: 'usage',
      usage: null,
      flags: 'usage_implausible',
    });
  });
});

test('an error in a stream is a part, and the stream is not complete', () => {
  const { parts, complete } = decode(delta({ content: 'a' }), { error: { message: 'Slow down', code: 429 } }, '[DONE]');

  expect(complete).toBe(false);
  expect(parts.find(part => part.type === 'error')).toMatchObject({
    error: { cause: 'rate_limit', message: 'Slow down' },
  });
});

test.each(['{"choices":[', 'null', '[]', '7', '{"choices":[7]}'])('the event %s is not understood', data => {
  expect(() => codec.decoder().read({ type: 'message', data })).toThrow();
});

test.each([null, [], 'text', {}, { choices: {} }])('the answer %j is none', body => {
  expect(() => codec.fromProvider(body)).toThrow(TypeError);
});

test('sources beside the choices are citations, once each', () => {
  const sources = { search_results: [{ url: 'https://a.b', title: 'A' }], citations: ['https://a.b', 'https://c.d'] };
  const { parts } = decode({ ...delta({ content: 'a' }), ...sources }, { ...delta({ content: 'b' }), ...sources });
  const citations = parts.flatMap((part: ChatPart) => (part.type === 'citation' ? [part.citation] : []));

  expect(citations).toEqual([{ url: 'https://a.b', title: 'A' }, { url: 'https://c.d' }]);
});
