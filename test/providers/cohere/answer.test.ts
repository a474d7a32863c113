import { describe, expect, test } from 'vitest';
import type { ChatPart } from '../../../src/spec/chat/chat-stream.ts';
import { type CollectedAnswer, collect } from '../../../src/spec/chat/collect.ts';
import { noUsage } from '../../../src/spec/usage.ts';
import { answer, cohereChat, decode, ended, event, opened } from './codec.ts';

const partsOf = (collected: CollectedAnswer) => collected.choices[0]!.parts;
const text = (value: string) => ({ type: 'text', text: value });
const thinking = (value: string) => ({ type: 'thinking', thinking: value });
const call = (id: string, input: unknown) => ({ id, type: 'function', function: { name: 'look', arguments: input } });
const usageOf = (parts: readonly ChatPart[]) => parts.find(part => part.type === 'usage');
const usageOfStream = (usage: object | null) => usageOf(decode([opened, ended('COMPLETE', usage)]).parts);

describe('an answer', () => {
  test('has its thoughts apart from its text', () => {
    expect(partsOf(collect(answer({ content: [thinking('Hm.'), text('So.')] })))).toEqual([
      { type: 'reasoning', text: 'Hm.' },
      { type: 'text', text: 'So.' },
    ]);
    expect(partsOf(collect(answer({ content: 'So.' })))).toEqual([{ type: 'text', text: 'So.' }]);
  });

  test('plans its calls in a thought', () => {
    const message = { tool_plan: 'I will look.', tool_calls: [call('c1', '{"at":"sky"}'), call('c2', 'null')] };
    const collected = collect(answer(message, { finish_reason: 'TOOL_CALL' }));

    expect(collected.choices[0]!.finish).toBe('tool-calls');
    expect(partsOf(collected)).toEqual([
      { type: 'reasoning', text: 'I will look.' },
      { type: 'tool-call', id: 'c1', name: 'look', input: '{"at":"sky"}' },
      { type: 'tool-call', id: 'c2', name: 'look', input: '{}' },
    ]);
  });

  test.for([
    ['COMPLETE', { finish: 'stop' }],
    ['STOP_SEQUENCE', { finish: 'stop', raw: 'STOP_SEQUENCE' }],
    ['MAX_TOKENS', { finish: 'length' }],
    ['TOOL_CALL', { finish: 'tool-calls' }],
    ['USER_CANCEL', { finish: 'other', raw: 'USER_CANCEL' }],
  ] as const)('ends by %s as %j', ([word, expected]) => {
    const [whole] = collect(answer({ content: 'A' }, { finish_reason: word })).choices;

    expect(whole).toMatchObject(expected);
    expect(whole!.raw).toBe('raw' in expected ? expected.raw : undefined);
  });

  test.for([
    ['ERROR', 'server'],
    ['TIMEOUT', 'timeout'],
  ] as const)('that ended by %s did not end', ([word, cause]) => {
    const streamed = decode([opened, event('content-delta', 0, { content: { text: 'A' } }), ended(word)]);

    expect(collect(answer({ content: 'A' }, { finish_reason: word })).error).toMatchObject({ cause, type: word });
    expect(collect(streamed.parts).error).toMatchObject({ cause });
    expect(streamed.complete).toBe(false);
    expect(collect(decode([opened, ended(word, null, { error: 'out of memory' })]).parts).error?.message).toBe(
      'out of memory',
    );
  });

  test('is none without a message', () => {
    expect(() => cohereChat.fromProvider({ id: 'a' })).toThrow(TypeError);
    expect(() => cohereChat.fromProvider([])).toThrow(TypeError);
    expect(collect(cohereChat.fromProvider({ id: 'a', message: 'too many tokens: 5' })).error).toMatchObject({
      message: 'too many tokens: 5',
    });
  });

  test('tells the probabilities of its text', () => {
    const items = [
      { text: 'Bl', token_ids: [1], logprobs: [-0.5] },
      { text: 'ue', token_ids: [2, 3], logprobs: [-0.25, -0.5] },
    ];
    const whole = answer({ content: 'Blue' }, { logprobs: items });
    const streamed = decode([
      opened,
      ...items.map(logprobs => event('content-delta', 0, { content: { text: logprobs.text } }, { logprobs })),
      ended('COMPLETE'),
    ]);

    expect(collect(whole).choices[0]!.logprobs).toEqual([
      { content: [{ token: 'Bl', logprob: -0.5, bytes: [66, 108], top_logprobs: [] }], refusal: null },
      { content: [{ token: 'ue', logprob: -0.75, bytes: [117, 101], top_logprobs: [] }], refusal: null },
    ]);
    expect(collect(streamed.parts)).toEqual(collect(whole));
  });
});

describe('usage', () => {
  test('counts what was read and written, beside what is billed', () => {
    const wire = {
      billed_units: { input_tokens: 68, output_tokens: 30 },
      tokens: { input_tokens: 1591, output_tokens: 38, reasoning_tokens: 28 },
      cached_tokens: 992,
    };
    const expected = {
      type: 'usage',
      usage: { ...noUsage, input: 599, cacheRead: 992, output: 10, reasoning: 28 },
      billed: { ...noUsage, input: 68, output: 2, reasoning: 28 },
    };

    expect(usageOfStream(wire)).toEqual(expected);
    expect(usageOf(answer({ content: 'A' }, { usage: wire }))).toEqual(expected);
  });

  test.for<[object | null, object]>([
    [null, { usage: null }],
    [{}, { usage: null }],
    [{ tokens: { input_tokens: 0, output_tokens: 0 } }, { usage: null }],
    [{ billed_units: { input_tokens: 3, output_tokens: 2 } }, { usage: { ...noUsage, input: 3, output: 2 } }],
    [{ tokens: { input_tokens: 3, output_tokens: 2 } }, { usage: { ...noUsage, input: 3, output: 2 } }],
    [{ tokens: { input_tokens: -3 } }, { usage: null, flags: 'usage_implausible' }],
    [
      { tokens: { input_tokens: 3 }, cached_tokens: 4 },
      { usage: null, flags: 'usage_implausible' },
    ],
  ])('%j is %j', ([wire, expected]) => {
    expect(usageOfStream(wire)).toEqual({ type: 'usage', ...expected });
  });
});

describe('sources', () => {
  const document = { id: 'doc:0', title: 'Sky', url: 'https://example.com/', text: 'The sky is blue.' };
  const source = { type: 'document', id: 'doc:0', document };
  const blue = { start: 7, end: 11, text: 'blue', sources: [source], type: 'TEXT_CONTENT', content_index: 1 };
  const citationsIn = (parts: readonly ChatPart[]) =>
    parts.flatMap(part => (part.type === 'citation' ? [part.citation] : []));

  test('belong to their words in the whole text', () => {
    const content = [text('Look: '), text('It is: blue.')];

    expect(citationsIn(answer({ content, citations: [blue] }))).toEqual([
      {
        url: 'https://example.com/',
        title: 'Sky',
        quote: 'The sky is blue.',
        start: 13,
        end: 17,
        extra: { cohere: blue },
      },
    ]);
  });

  test('are one citation each', () => {
    const tool = { type: 'tool', id: 'look_1:0', tool_output: { content: 'blue' } };
    const citations = [{ ...blue, content_index: 0, sources: [source, tool] }];

    expect(citationsIn(answer({ content: 'It is: blue.', citations }))).toMatchObject([
      { title: 'Sky', start: 7, end: 11 },
      { title: 'look_1:0', quote: 'blue', extra: { cohere: { sources: [tool] } } },
    ]);
  });

  test.for<[string, object, object]>([
    ['🌍🌍 blue', { start: 3, end: 7, text: 'blue' }, { start: 5, end: 9 }],
    ['🌍🌍 blue', { start: 3, end: 7 }, { start: 5, end: 9 }],
    ['so blue', { start: 90, end: 94, text: 'blue' }, { start: 3, end: 7 }],
  ])('in %j: %j stands at %j', ([content, wire, place]) => {
    expect(citationsIn(answer({ content, citations: [wire] }))).toEqual([{ ...place, extra: expect.anything() }]);
  });

  test('of thoughts have no place in the text, and do not come before it', () => {
    const of = { start: 0, end: 2, text: 'Hm', sources: [source], type: 'THINKING_CONTENT', content_index: 0 };
    const events = [
      opened,
      event('content-delta', 0, { content: { thinking: 'Hm.' } }),
      event('citation-start', 0, { citations: of }),
      event('content-delta', 1, { content: { text: 'It is: blue.' } }),
      event('citation-start', 1, { citations: blue }),
      ended('COMPLETE'),
    ];
    const streamed = collect(decode(events).parts);

    expect(partsOf(streamed).map(({ type }) => type)).toEqual(['reasoning', 'text']);
    expect(partsOf(streamed)[1]).toMatchObject({ citations: [{ title: 'Sky' }, { start: 7, end: 11 }] });
    expect(streamed).toEqual(
      collect(answer({ content: [thinking('Hm.'), text('It is: blue.')], citations: [of, blue] })),
    );
  });

  test('of a plan without text come at the end', () => {
    const of = { start: 0, end: 1, text: 'I', sources: [source], type: 'PLAN' };
    const message = { tool_plan: 'I look.', citations: [of], tool_calls: [call('c1', '{}')] };
    const parts = answer(message, { finish_reason: 'TOOL_CALL' });

    expect(citationsIn(parts)).toMatchObject([{ title: 'Sky' }]);
    expect(parts.map(({ type }) => type).slice(-3)).toEqual(['citation', 'finish', 'usage']);
  });
});

describe('a stream', () => {
  test('says thoughts, text and calls', () => {
    const {
      parts,
      complete,
      ended: over,
    } = decode([
      opened,
      event('content-start', 0, { content: { type: 'thinking', thinking: '' } }),
      event('content-delta', 0, { content: { thinking: 'One' } }),
      event('content-delta', 0, { content: { thinking: ' two' } }),
      { type: 'content-end', index: 0 },
      event('content-start', 1, { content: { type: 'text', text: 'So' } }),
      event('content-delta', 1, { content: { text: ' it is.' } }),
      { type: 'content-end', index: 1 },
      event('tool-call-start', 0, { tool_calls: call('c1', '') }),
      event('tool-call-delta', 0, { tool_calls: { function: { arguments: '{"a"' } } }),
      event('tool-call-delta', 0, { tool_calls: { function: { arguments: ':1}' } } }),
      { type: 'tool-call-end', index: 0 },
      event('tool-call-start', 1, { tool_calls: [call('c2', '')] }),
      { type: 'tool-call-end', index: 1 },
      { type: 'debug', prompt: 'passed over' },
      ended('TOOL_CALL'),
      '[DONE]',
    ]);

    expect({ complete, over }).toEqual({ complete: true, over: true });
    expect(collect(parts)).toEqual(
      collect(
        answer(
          { content: [thinking('One two'), text('So it is.')], tool_calls: [call('c1', '{"a":1}'), call('c2', null)] },
          { finish_reason: 'TOOL_CALL' },
        ),
      ),
    );
  });

  test.for([
    [['nu', 'll'], '{}'],
    [[' '], '{}'],
    [['n', 'o'], 'no'],
    [['{', '}'], '{}'],
    [['nul'], 'nul'],
  ] as const)('says the input %j as %s', ([pieces, input]) => {
    const { parts } = decode([
      opened,
      event('tool-call-start', 0, { tool_calls: call('c1', '') }),
      ...pieces.map(piece => event('tool-call-delta', 0, { tool_calls: { function: { arguments: piece } } })),
      ended('TOOL_CALL'),
    ]);

    expect(partsOf(collect(parts))).toEqual([{ type: 'tool-call', id: 'c1', name: 'look', input }]);
  });

  test('may write several calls at once', () => {
    const piece = (index: number, input: string) =>
      event('tool-call-delta', index, { tool_calls: { function: { arguments: input } } });
    const { parts } = decode([
      opened,
      event('tool-call-start', 1, { tool_calls: call('c1', '') }),
      event('tool-call-start', 2, { tool_calls: call('c2', '') }),
      piece(2, '{"b"'),
      piece(1, '{"a":1}'),
      piece(2, ':2}'),
      ended('TOOL_CALL'),
    ]);

    expect(partsOf(collect(parts))).toEqual([
      { type: 'tool-call', id: 'c1', name: 'look', input: '{"a":1}' },
      { type: 'tool-call', id: 'c2', name: 'look', input: '{"b":2}' },
    ]);
  });

  test('that stops before its end is not complete', () => {
    expect(decode([opened, event('content-delta', 0, { content: { text: 'A' } })]).complete).toBe(false);
    expect(decode([opened, event('content-delta', 0, { content: { text: 'A' } }), '[DONE]']).complete).toBe(false);
  });

  test.for([
    { message: 'too many requests' },
    { type: 'error', message: 'too many requests' },
    { error: { message: 'too many requests' } },
  ])('ends with the error that the provider put into it: %j', error => {
    const { parts, complete } = decode([opened, error]);

    expect(complete).toBe(false);
    expect(collect(parts).error).toMatchObject({ cause: 'server', message: 'too many requests' });
  });

  test('that is no JSON, or gives input to no call, cannot be understood', () => {
    expect(() => decode(['{"type":'])).toThrow(SyntaxError);
    expect(() => decode(['[]'])).toThrow(TypeError);
    expect(() => decode([event('tool-call-delta', 0, { tool_calls: { function: { arguments: '{' } } })])).toThrow(
      TypeError,
    );
  });
});
