import { describe, expect, test } from 'vitest';
import { collect } from '../../../src/spec/chat/collect.ts';
import { answer, bedrockChat, decode, decodeEvents, type SentEvent } from './codec.ts';

const START: SentEvent = ['messageStart', { role: 'assistant', p: 'abc' }];
const delta = (contentBlockIndex: number, piece: object): SentEvent => [
  'contentBlockDelta',
  { contentBlockIndex, delta: piece, p: 'a' },
];
const begin = (contentBlockIndex: number, start: object): SentEvent => [
  'contentBlockStart',
  { contentBlockIndex, start },
];
const end = (contentBlockIndex: number): SentEvent => ['contentBlockStop', { contentBlockIndex }];
const stop = (stopReason = 'end_turn'): SentEvent => ['messageStop', { stopReason }];
const usage = { inputTokens: 7, outputTokens: 5, totalTokens: 12 };
const METADATA: SentEvent = ['metadata', { usage, metrics: { latencyMs: 9 } }];
const whole = (content: readonly unknown[], stopReason = 'end_turn') =>
  answer(content, { stopReason, usage, metrics: { latencyMs: 9 } });

const said = (parts: ReturnType<typeof answer>) => collect(parts).choices[0];

describe.each<
  [name: string, events: readonly SentEvent[], content: readonly unknown[], reason: string, parts: readonly unknown[]]
>([
  [
    'text',
    [delta(0, { text: 'Hel' }), delta(0, { text: 'lo 🌍' }), end(0)],
    [{ text: 'Hello 🌍' }],
    'end_turn',
    [{ type: 'text', text: 'Hello 🌍' }],
  ],
  [
    'thoughts with their signature, then text',
    [
      delta(0, { reasoningContent: { text: 'Hm' } }),
      delta(0, { reasoningContent: { text: '.' } }),
      delta(0, { reasoningContent: { signature: 'c2ln' } }),
      end(0),
      delta(1, { text: 'Yes' }),
      end(1),
    ],
    [{ reasoningContent: { reasoningText: { text: 'Hm.', signature: 'c2ln' } } }, { text: 'Yes' }],
    'end_turn',
    [
      { type: 'reasoning', text: 'Hm.', signature: 'c2ln', source: 'anthropic' },
      { type: 'text', text: 'Yes' },
    ],
  ],
  [
    'thoughts that are not shown, in two pieces',
    [
      delta(0, { reasoningContent: { redactedContent: 'AQ==' } }),
      delta(0, { reasoningContent: { redactedContent: 'Ag==' } }),
      end(0),
    ],
    [{ reasoningContent: { redactedContent: 'AQI=' } }],
    'end_turn',
    [{ type: 'reasoning', text: '', encrypted: 'AQI=', source: 'bedrock' }],
  ],
  [
    'calls, one of them without input',
    [
      begin(0, { toolUse: { toolUseId: 't1', name: 'a_x2e_b' } }),
      delta(0, { toolUse: { input: '{"x":' } }),
      delta(0, { toolUse: { input: '1}' } }),
      end(0),
      begin(1, { toolUse: { toolUseId: 't2', name: 'wait' } }),
      end(1),
    ],
    [
      { toolUse: { toolUseId: 't1', name: 'a_x2e_b', input: { x: 1 } } },
      { toolUse: { toolUseId: 't2', name: 'wait', input: {} } },
    ],
    'tool_use',
    [
      { type: 'tool-call', id: 't1', name: 'a.b', input: '{"x":1}' },
      { type: 'tool-call', id: 't2', name: 'wait', input: '{}' },
    ],
  ],
  [
    'text with its sources',
    [
      delta(0, { text: 'So. ' }),
      end(0),
      delta(1, { citation: { title: 'Facts', sourceContent: [{ text: 'Made ' }, { text: 'in 1993.' }] } }),
      delta(1, { text: 'Ruby' }),
      delta(1, { citation: { location: { web: { url: 'https://example.com/', domain: 'example.com' } } } }),
      end(1),
    ],
    [
      { text: 'So. ' },
      {
        citationsContent: {
          content: [{ text: 'Ruby' }],
          citations: [
            { title: 'Facts', sourceContent: [{ text: 'Made ' }, { text: 'in 1993.' }] },
            { location: { web: { url: 'https://example.com/', domain: 'example.com' } } },
          ],
        },
      },
    ],
    'end_turn',
    [
      {
        type: 'text',
        text: 'So. Ruby',
        citations: [
          { title: 'Facts', quote: 'Made in 1993.', start: 4, end: 8, extra: expect.anything() },
          { url: 'https://example.com/', start: 4, end: 8, extra: expect.anything() },
        ],
      },
    ],
  ],
  [
    'a tool that ran at the provider, and its result',
    [
      begin(0, { toolUse: { toolUseId: 's1', name: 'nova_grounding', type: 'server_tool_use' } }),
      delta(0, { toolUse: { input: '{"q":"x"}' } }),
      end(0),
      begin(1, { toolResult: { toolUseId: 's1', status: 'success', type: 'nova_grounding_result' } }),
      delta(1, { toolResult: [{ json: { a: 1 } }] }),
      end(1),
      delta(2, { text: 'Found.' }),
      end(2),
    ],
    [
      { toolUse: { toolUseId: 's1', name: 'nova_grounding', type: 'server_tool_use', input: { q: 'x' } } },
      {
        toolResult: {
          toolUseId: 's1',
          status: 'success',
          type: 'nova_grounding_result',
          content: [{ json: { a: 1 } }],
        },
      },
      { text: 'Found.' },
    ],
    'end_turn',
    [
      {
        type: 'provider-part',
        dialect: 'bedrock',
        value: { toolUse: { toolUseId: 's1', name: 'nova_grounding', type: 'server_tool_use', input: { q: 'x' } } },
      },
      {
        type: 'provider-part',
        dialect: 'bedrock',
        value: {
          toolResult: {
            toolUseId: 's1',
            status: 'success',
            type: 'nova_grounding_result',
            content: [{ json: { a: 1 } }],
          },
        },
      },
      { type: 'text', text: 'Found.' },
    ],
  ],
  [
    'JSON through the tool that stands for it',
    [
      begin(0, { toolUse: { toolUseId: 't1', name: 'answer_in_json' } }),
      delta(0, { toolUse: { input: '{"a":1}' } }),
      end(0),
    ],
    [{ toolUse: { toolUseId: 't1', name: 'answer_in_json', input: { a: 1 } } }],
    'tool_use',
    [{ type: 'text', text: '{"a":1}' }],
  ],
])('%s', (_, events, content, reason, parts) => {
  test('streamed', () => {
    const decoded = decode([START, ...events, stop(reason), METADATA]);
    expect(said(decoded.parts)?.parts).toEqual(parts);
    expect(decoded).toMatchObject({ complete: true, ended: true });
  });

  test('streamed and whole are the same', () => {
    expect(collect(decode([START, ...events, stop(reason), METADATA]).parts)).toEqual(collect(whole(content, reason)));
  });
});

test.each([
  ['end_turn', 'stop', undefined],
  ['stop_sequence', 'stop', 'stop_sequence'],
  ['max_tokens', 'length', undefined],
  ['model_context_window_exceeded', 'length', 'model_context_window_exceeded'],
  ['tool_use', 'tool-calls', undefined],
  ['guardrail_intervened', 'content-filter', 'guardrail_intervened'],
  ['content_filtered', 'content-filter', undefined],
  ['malformed_tool_use', 'other', 'malformed_tool_use'],
  ['malformed_model_output', 'other', 'malformed_model_output'],
  ['new_reason', 'other', 'new_reason'],
])('it ends with %s', (word, finish, raw) => {
  expect(said(whole([{ text: 'x' }], word))).toMatchObject({ finish, ...(raw !== undefined && { raw }) });
  expect('raw' in said(whole([{ text: 'x' }], word))!).toBe(raw !== undefined);
});

test('JSON through its tool is an answer that stopped by itself', () => {
  expect(said(whole([{ toolUse: { toolUseId: 't', name: 'answer_in_json', input: {} } }], 'tool_use'))?.finish).toBe(
    'stop',
  );
});

describe('a stream', () => {
  test('that breaks off before its reason to stop is not complete', () => {
    expect(decode([START, delta(0, { text: 'Hel' }), end(0)])).toMatchObject({ complete: false, ended: false });
    expect(decode([])).toEqual({ parts: [], complete: false, ended: false });
  });

  test('that lacks only its counts is complete, without a count', () => {
    const { parts, complete, ended } = decode([START, delta(0, { text: 'Hi' }), end(0), stop()]);
    expect({ complete, ended }).toEqual({ complete: true, ended: false });
    expect(parts.at(-1)).toEqual({ type: 'usage', usage: null });
  });

  test('says nothing more behind its end', () => {
    const decoder = bedrockChat.decoder();
    for (const [type, event] of [START, stop(), METADATA]) decoder.read({ type, data: JSON.stringify(event) });
    expect(decoder.read({ type: 'contentBlockDelta', data: '{}' })).toEqual([]);
    expect(decoder.end()).toEqual({ parts: [], complete: true });
  });

  test('passes over events that are not known', () => {
    expect(decode([['ping', {}], START, delta(0, { text: 'Hi' }), stop(), METADATA]).parts).toContainEqual({
      type: 'text-delta',
      choice: 0,
      text: 'Hi',
    });
  });

  test('cannot be read where an event is no object', () => {
    expect(() => decodeEvents([{ type: 'messageStop', data: 'broken' }])).toThrow(SyntaxError);
    expect(() => decodeEvents([{ type: 'messageStop', data: '[]' }])).toThrow(TypeError);
  });

  test.each([
    ['throttlingException', 'rate_limit', 'ThrottlingException'],
    ['modelStreamErrorException', 'server', 'ModelStreamErrorException'],
    ['internalServerException', 'server', 'InternalServerException'],
    ['serviceUnavailableException', 'overloaded', 'ServiceUnavailableException'],
    ['modelTimeoutException', 'timeout', 'ModelTimeoutException'],
    ['validationException', 'invalid', 'ValidationException'],
    ['somethingNew', 'server', 'SomethingNew'],
  ])('ends with %s', (type, cause, name) => {
    const decoded = decodeEvents([
      { type: 'messageStart', data: '{"role":"assistant"}' },
      { type, data: '{"message":"Wait."}', failed: true },
    ]);
    expect(decoded.parts.at(-1)).toEqual({ type: 'error', error: { cause, message: 'Wait.', type: name, code: null } });
    expect(decoded).toMatchObject({ complete: false, ended: true });
  });
});

test.each([[null], [[]], [{}], [{ message: 'no' }], [{ output: { message: { content: 'text' } } }]])(
  'a body that is no answer: %j',
  body => {
    expect(() => bedrockChat.fromProvider(body)).toThrow(TypeError);
  },
);
