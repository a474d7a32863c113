import { describe, expect, test } from 'vitest';
import { mistralEmbeddings } from '../../../providers/mistral/index.ts';
import { openaiEmbeddings } from '../../../providers/openai-embeddings.ts';

describe('embeddings', () => {
  test('are asked for in the words of the API', () => {
    const { body, warnings } = mistralEmbeddings.toProvider(
      { input: ['a', 'b'], dimensions: 256, user: 'u', extra: { output_dtype: 'int8', other: 1 } },
      'codestral-embed',
    );

    expect(body).toEqual({ model: 'codestral-embed', input: ['a', 'b'], output_dimension: 256, output_dtype: 'int8' });
    expect(warnings.map(({ field }) => field)).toEqual(['user', 'other']);
  });

  test('are refused for tokens, so that another target can take them', () => {
    expect(() => mistralEmbeddings.toProvider({ input: ['a', [1, 2]] }, 'mistral-embed')).toThrow(
      expect.objectContaining({ code: 'operation_unsupported', param: 'input[1]', retry: 'next-target' }),
    );
  });

  test('come in the order of the input, as numbers or in base64', () => {
    const base64 = Buffer.from(new Float32Array([0.5, -2]).buffer).toString('base64');
    const answer = mistralEmbeddings.fromProvider({
      model: 'mistral-embed',
      data: [
        { index: 1, embedding: base64 },
        { index: 0, embedding: [1, 2] },
      ],
      usage: { prompt_tokens: 4, total_tokens: 4, completion_tokens: 0 },
    });

    expect(answer).toMatchObject({
      model: 'mistral-embed',
      vectors: [
        [1, 2],
        [0.5, -2],
      ],
      usage: { input: 4, output: 0 },
    });
  });

  test.for([null, {}, { data: [{}] }, { data: [{ embedding: ['x'] }] }])('%j is no answer', body => {
    expect(() => mistralEmbeddings.fromProvider(body)).toThrow(TypeError);
  });

  test("go to OpenAI's dialect with everything they have", () => {
    const { body, warnings } = openaiEmbeddings.toProvider(
      { input: [[1, 2]], dimensions: 3, user: 'u', extra: { other: 1 } },
      'm',
    );

    expect(body).toEqual({ model: 'm', input: [[1, 2]], dimensions: 3, user: 'u', other: 1, encoding_format: 'float' });
    expect(warnings).toEqual([]);
  });
});
