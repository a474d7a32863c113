import { describe, expect, test } from 'vitest';
import { collect } from '../../../src/spec/chat/collect.ts';
import { noUsage } from '../../../src/spec/usage.ts';
import { answer, decode, last, line, ollamaChat, ollamaEmbeddings } from './codec.ts';

const call = (input: unknown, more: object = {}) => ({ ...more, function: { name: 'look', arguments: input } });

describe('an answer', () => {
  const message = { thinking: 'Hm.', content: 'Blue.', tool_calls: [call({ at: 'sky' }, { id: 'c1' })] };

  test('has thoughts, text and calls', () => {
    const whole = collect(answer(message));

    expect(whole).toMatchObject({ model: 'qwen3:8b', createdSeconds: 1_796_032_800, error: null });
    expect(whole.choices).toEqual([
      {
        index: 0,
        parts: [
          { type: 'reasoning', text: 'Hm.' },
          { type: 'text', text: 'Blue.' },
          { type: 'tool-call', id: 'c1', name: 'look', input: '{"at":"sky"}' },
        ],
        logprobs: [],
        finish: 'tool-calls',
        raw: 'stop',
      },
    ]);
  });

  test('says the same as a stream', () => {
    const streamed = decode([
      line({ thinking: 'H' }),
      line({ thinking: 'm.' }),
      line({ content: 'Bl' }),
      line({ content: 'ue.' }),
      line({ tool_calls: [call({ at: 'sky' }, { id: 'c1' })] }),
      last(),
    ]);

    expect(streamed).toMatchObject({ complete: true, ended: true });
    expect(collect(streamed.parts)).toEqual(collect(answer(message)));
  });

  test('gives calls without an id one each, always the same', () => {
    const idsOf = (parts: ReturnType<typeof answer>) =>
      parts.flatMap(part => (part.type === 'tool-input-start' ? [part.id] : []));
    const twice = { tool_calls: [call({ a: 1 }), call({ a: 1 })] };
    const [first, second] = idsOf(answer(twice));

    expect(first).toMatch(/^call_[0-9a-f]{24}$/);
    expect(second).not.toBe(first);
    expect(idsOf(answer(twice))).toEqual([first, second]);
    expect(
      idsOf(decode([line({ tool_calls: [call({ a: 1 })] }), line({ tool_calls: [call({ a: 1 })] }), last()]).parts),
    ).toEqual([first, second]);
  });

  test.each<[unknown, string]>([
    [undefined, '{}'],
    [{ a: [1, null] }, '{"a":[1,null]}'],
    ['{"a":1}', '{"a":1}'],
  ])('writes the input %j as %s', (input, text) => {
    const [part] = collect(answer({ tool_calls: [call(input)] })).choices[0]!.parts;

    expect(part).toMatchObject({ type: 'tool-call', input: text });
  });

  test.each([
    ['stop', { finish: 'stop' }],
    ['length', { finish: 'length' }],
    ['load', { finish: 'other', raw: 'load' }],
    [undefined, { finish: 'stop' }],
  ])('ends by %j as %j', (done_reason, expected) => {
    const [choice] = collect(answer({ content: 'A' }, { done_reason })).choices;

    expect(choice).toMatchObject(expected);
    expect(choice!.raw).toBe('raw' in expected ? expected.raw : undefined);
  });

  test.each([
    [{}, { usage: { ...noUsage, input: 12, output: 5 } }],
    [{ eval_count: undefined }, { usage: { ...noUsage, input: 12 } }],
    [{ prompt_eval_count: undefined }, { usage: null }],
    [{ eval_count: -5 }, { usage: null, flags: 'usage_implausible' }],
  ])('with %j counts %j', (members, expected) => {
    expect(answer({ content: 'A' }, members).at(-1)).toEqual({ type: 'usage', ...expected });
  });

  test('tells the probabilities of its tokens', () => {
    const logprobs = [{ token: 'Bl', logprob: -0.5, bytes: [66, 108], top_logprobs: [{ token: 'ä', logprob: -1 }] }];
    const value = {
      content: [
        {
          token: 'Bl',
          logprob: -0.5,
          bytes: [66, 108],
          top_logprobs: [{ token: 'ä', logprob: -1, bytes: [195, 164] }],
        },
      ],
      refusal: null,
    };

    expect(collect(answer({ content: 'Bl' }, { logprobs })).choices[0]!.logprobs).toEqual([value]);
    expect(collect(decode([line({ content: 'Bl' }, { logprobs }), last()]).parts).choices[0]!.logprobs).toEqual([
      value,
    ]);
  });

  test.each([null, [], {}, line({ content: 'A' })])('%j is none', body => {
    expect(() => ollamaChat.fromProvider(body)).toThrow(TypeError);
  });

  test('may be an error', () => {
    expect(collect(ollamaChat.fromProvider({ error: 'out of memory' })).error).toMatchObject({
      cause: 'server',
      message: 'out of memory',
    });
  });
});

describe('a stream', () => {
  test('without its last line is cut', () => {
    expect(decode([line({ content: 'A' })])).toMatchObject({ complete: false, ended: false });
    expect(decode([])).toMatchObject({ complete: false, parts: [] });
  });

  test.each([
    ['an error was encountered while running the model', 'server'],
    ['server busy, please try again.  maximum pending requests exceeded', 'server'],
  ])('ends with the error in it: %s', (error, cause) => {
    const { parts, complete } = decode([line({ content: 'A' }), { error }]);

    expect(complete).toBe(false);
    expect(collect(parts).error).toMatchObject({ cause, message: error });
  });

  test('says nothing behind its last line', () => {
    expect(decode([last(), line({ content: 'more' })]).parts).toEqual(decode([last()]).parts);
  });

  test('that is no JSON cannot be understood', () => {
    expect(() => decode(['{"message":'])).toThrow(SyntaxError);
    expect(() => decode(['[]'])).toThrow(TypeError);
  });
});

describe('embeddings', () => {
  test('are asked for by the native form with its members', () => {
    const own = { keep_alive: '5m', truncate: false, options: { num_ctx: 512 } };
    const { body, warnings } = ollamaEmbeddings.toProvider(
      { input: ['a', 'b'], dimensions: 8, user: 'u', extra: { ...own, other: 1 } },
      'nomic-embed-text',
    );

    expect(body).toEqual({ ...own, model: 'nomic-embed-text', input: ['a', 'b'], dimensions: 8 });
    expect(warnings.map(({ field }) => field)).toEqual(['user', 'other']);
    expect(() => ollamaEmbeddings.toProvider({ input: [[1]] }, 'm')).toThrow(
      expect.objectContaining({ code: 'operation_unsupported', param: 'input[0]' }),
    );
  });

  test('are read with their count', () => {
    expect(ollamaEmbeddings.fromProvider({ embeddings: [[1, 2], [3]], prompt_eval_count: 4 })).toEqual({
      vectors: [[1, 2], [3]],
      usage: { ...noUsage, input: 4 },
    });
    expect(ollamaEmbeddings.fromProvider({ embeddings: [] }).usage).toBeNull();
    for (const body of [null, {}, { embeddings: [{}] }]) {
      expect(() => ollamaEmbeddings.fromProvider(body)).toThrow(TypeError);
    }
  });
});
