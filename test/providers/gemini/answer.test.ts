import { describe, expect, test } from 'vitest';
import { geminiChat } from '../../../providers/gemini/index.ts';
import { collect } from '../../../src/spec/chat/collect.ts';
import { answer, chunk, decode } from './codec.ts';

const partsOf = (parts: Parameters<typeof answer>[0], candidate: object = {}) =>
  collect(answer(parts, candidate)).choices[0]!.parts;

describe('an answer', () => {
  test('begins with its id and model, and its time where it is told', () => {
    expect(answer([{ text: 'A' }], {}, { createTime: '2026-08-19T14:38:51.607308Z' })[0]).toEqual({
      type: 'start',
      id: 'r-1',
      model: 'gemini-2.5-flash',
      createdSeconds: 1787150331,
    });
  });

  test('has its thoughts apart from its text', () => {
    expect(partsOf([{ text: 'Hm', thought: true, thoughtSignature: 's' }, { text: 'So.' }])).toEqual([
      { type: 'reasoning', text: 'Hm', source: 'gemini', signature: 's' },
      { type: 'text', text: 'So.' },
    ]);
  });

  test('says which piece of text bore a proof', () => {
    expect(partsOf([{ text: 'A' }, { text: 'Bc', thoughtSignature: 's' }])).toEqual([
      { type: 'text', text: 'ABc' },
      { type: 'reasoning', text: '', source: 'gemini', signature: 's', id: 'text@1-3' },
    ]);
  });

  test('has calls with ids of their own, also where the provider gave none', () => {
    const calls = [
      { functionCall: { name: 'look', args: { at: 'sky' } }, thoughtSignature: 's' },
      { functionCall: { name: 'look' } },
      { functionCall: { id: 'x7', name: '_x32_-look_x2f_', args: {} } },
    ];

    expect(partsOf(calls)).toEqual([
      { type: 'tool-call', id: 'call_r1_0', name: 'look', input: '{"at":"sky"}', signature: 's', source: 'gemini' },
      { type: 'tool-call', id: 'call_r1_1', name: 'look', input: '{}' },
      { type: 'tool-call', id: 'x7', name: '2-look/', input: '{}' },
    ]);
    expect(collect(answer(calls)).choices[0]!.finish).toBe('tool-calls');
  });

  test('keeps what has no neutral form for a client of the dialect', () => {
    const kept = [
      { executableCode: { language: 'PYTHON', code: '1' }, thoughtSignature: 's' },
      { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } },
      { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
    ];

    expect(partsOf(kept)).toEqual(kept.map(value => ({ type: 'provider-part', dialect: 'gemini', value })));
  });

  test('may have several choices', () => {
    const body = {
      candidates: [0, 1].map(index => ({
        index,
        content: { parts: [{ text: `${index}` }, { functionCall: { name: 'f' } }] },
        finishReason: 'STOP',
      })),
    };
    const { choices } = collect(geminiChat.fromProvider(body));

    expect(
      choices.map(({ parts }) => parts.map(part => ('id' in part ? part.id : 'text' in part ? part.text : ''))),
    ).toEqual([
      ['0', 'call_0'],
      ['1', 'call_1_0'],
    ]);
  });

  test('tells probabilities as clients know them', () => {
    const logprobsResult = {
      chosenCandidates: [{ token: 'é', tokenId: 5, logProbability: -0.5 }],
      topCandidates: [{ candidates: [{ token: 'e', logProbability: -1 }] }],
    };

    expect(collect(answer([{ text: 'é' }], { logprobsResult })).choices[0]!.logprobs).toEqual([
      {
        content: [
          {
            token: 'é',
            logprob: -0.5,
            bytes: [195, 169],
            top_logprobs: [{ token: 'e', logprob: -1, bytes: [101] }],
          },
        ],
        refusal: null,
      },
    ]);
  });

  test.for([
    ['STOP', 'stop', undefined],
    ['MAX_TOKENS', 'length', undefined],
    ['SAFETY', 'content-filter', 'SAFETY'],
    ['RECITATION', 'content-filter', 'RECITATION'],
    ['PROHIBITED_CONTENT', 'content-filter', 'PROHIBITED_CONTENT'],
    ['MALFORMED_FUNCTION_CALL', 'other', 'MALFORMED_FUNCTION_CALL'],
    ['constructor', 'other', 'constructor'],
  ] as const)('that ends with %s ends with %s', ([finishReason, finish, raw]) => {
    expect(collect(answer([], { finishReason })).choices[0]).toMatchObject({ finish, ...(raw && { raw }) });
  });

  test('to a prompt that was blocked is a filter', () => {
    const parts = geminiChat.fromProvider({
      promptFeedback: { blockReason: 'SAFETY' },
      usageMetadata: { promptTokenCount: 4 },
    });

    expect(collect(parts)).toMatchObject({
      choices: [{ finish: 'content-filter', raw: 'SAFETY' }],
      usage: { input: 4 },
    });
  });

  test('that is an error is one', () => {
    expect(geminiChat.fromProvider({ error: { code: 503, message: 'Overloaded', status: 'UNAVAILABLE' } })).toEqual([
      { type: 'error', error: { cause: 'overloaded', message: 'Overloaded', type: 'UNAVAILABLE', code: null } },
    ]);
  });

  test.for([[null], ['text'], [[]], [{}], [{ candidates: [] }]])('that is none is refused: %j', ([body]) => {
    expect(() => geminiChat.fromProvider(body)).toThrow(TypeError);
  });
});

describe('citations', () => {
  const text = 'Ünïcödé is fun. Paris is nice.';
  const bytes = (words: string) => {
    const start = Buffer.byteLength(text.slice(0, text.indexOf(words)));
    return { startIndex: start, endIndex: start + Buffer.byteLength(words), text: words };
  };
  const web = (title: string) => ({ web: { uri: `https://${title}/`, title } });
  const groundingMetadata = {
    groundingChunks: [web('a.org'), web('b.org'), { retrievedContext: { text: 'Quoted', title: 'C' } }],
    groundingSupports: [
      { segment: bytes('Ünïcödé is fun.'), groundingChunkIndices: [0, 9] },
      { segment: bytes('Paris is nice.'), groundingChunkIndices: [0, 1] },
    ],
    webSearchQueries: ['fun', 'paris'],
  };
  const cited = (parts: readonly object[]) =>
    answer(parts, { groundingMetadata }).flatMap(part => {
      if (part.type !== 'citation') return [];
      const { title, url, quote, start, end } = part.citation;
      return [[title, url, quote, start === undefined ? null : text.slice(start, end)]];
    });

  const expected = [
    ['a.org', 'https://a.org/', undefined, 'Ünïcödé is fun.'],
    ['a.org', 'https://a.org/', undefined, 'Paris is nice.'],
    ['b.org', 'https://b.org/', undefined, 'Paris is nice.'],
    ['C', undefined, 'Quoted', null],
  ];

  test('count characters, not bytes', () => expect(cited([{ text }])).toEqual(expected));

  test('find their words also when the text comes in parts', () => {
    expect(cited([{ text: text.slice(0, 9) }, { text: text.slice(9) }])).toEqual(expected);
  });

  test('count the searches and keep the rest for a client of the dialect', () => {
    const parts = answer([{ text }], { groundingMetadata }, { usageMetadata: { promptTokenCount: 1 } });

    expect(parts).toContainEqual({ type: 'provider-part', choice: 0, dialect: 'gemini', value: { groundingMetadata } });
    expect(collect(parts).usage).toMatchObject({ serverToolCalls: 2 });
  });

  test('of quoted words are told too', () => {
    const citation = { startIndex: 0, endIndex: 3, uri: 'https://q.org/' };
    const parts = answer([{ text }], { citationMetadata: { citations: [citation] } });

    expect(parts).toContainEqual({
      type: 'citation',
      choice: 0,
      citation: { url: 'https://q.org/', start: 0, end: 2, extra: { gemini: citation } },
    });
  });
});

describe('a stream', () => {
  test('gives its parts as they come, and the rest when it closes', () => {
    const { parts, complete, ended } = decode([
      chunk([{ text: 'He' }], {}, { usageMetadata: { promptTokenCount: 5 } }),
      chunk(
        [{ text: 'llo' }],
        { finishReason: 'STOP' },
        { usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 2 } },
      ),
    ]);

    expect(parts).toMatchObject([
      { type: 'start', id: 'r-1' },
      { type: 'text-delta', text: 'He' },
      { type: 'text-delta', text: 'llo' },
      { type: 'finish', reason: 'stop' },
      { type: 'usage', usage: { input: 5, output: 2 } },
    ]);
    expect({ complete, ended }).toEqual({ complete: true, ended: false });
  });

  test('without a reason to finish is incomplete', () => {
    const cut = decode([chunk([{ text: 'He' }])]);

    expect(cut.complete).toBe(false);
    expect(cut.parts.map(({ type }) => type)).toEqual(['start', 'text-delta']);
    expect(decode([]).complete).toBe(false);
  });

  test('of a blocked prompt is complete', () => {
    const { parts, complete } = decode([{ promptFeedback: { blockReason: 'OTHER' } }]);

    expect(complete).toBe(true);
    expect(parts).toContainEqual({ type: 'finish', choice: 0, reason: 'content-filter', raw: 'OTHER' });
  });

  test.for([[{}], [[]]])('that breaks off with an error is incomplete', ([list]) => {
    const error = { error: { code: 429, message: 'Quota', status: 'RESOURCE_EXHAUSTED' } };
    const { parts, complete, ended } = decode([chunk([{ text: 'A' }]), Array.isArray(list) ? [error] : error]);

    expect(parts.at(-1)).toEqual({
      type: 'error',
      error: { cause: 'rate_limit', message: 'Quota', type: 'RESOURCE_EXHAUSTED', code: null },
    });
    expect({ complete, ended }).toEqual({ complete: false, ended: true });
  });

  test('that makes no sense throws', () => {
    expect(() => decode(['{"candidates":'])).toThrow(SyntaxError);
    expect(() => decode(['null'])).toThrow(TypeError);
  });
});
