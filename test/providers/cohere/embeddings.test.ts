import { describe, expect, test } from 'vitest';
import { cohereEmbeddings } from '../../../providers/cohere/index.ts';
import { noUsage } from '../../../src/spec/usage.ts';

const MODEL = 'embed-v4.0';

describe('embeddings', () => {
  test('are asked for as documents to be found, unless the caller says what for', () => {
    expect(cohereEmbeddings.toProvider({ input: ['a', 'b'], dimensions: 256 }, MODEL)).toEqual({
      body: {
        model: MODEL,
        input_type: 'search_document',
        texts: ['a', 'b'],
        embedding_types: ['float'],
        output_dimension: 256,
      },
      warnings: [],
    });
  });

  test('take the members of the API, and leave out others with a warning', () => {
    const own = { input_type: 'search_query', truncate: 'NONE', embedding_types: ['int8'], priority: 2 };
    const { body, warnings } = cohereEmbeddings.toProvider(
      { input: ['a'], user: 'u', extra: { ...own, texts: ['b'], other: 1 } },
      MODEL,
    );

    expect(body).toEqual({ model: MODEL, texts: ['a'], ...own });
    expect(warnings.map(({ field, action }) => `${field} ${action}`)).toEqual([
      'user dropped',
      'texts dropped',
      'other dropped',
    ]);
  });

  test('of images have data URIs as their input', () => {
    const image = 'data:image/png;base64,aW1n';
    const { body } = cohereEmbeddings.toProvider({ input: [image], extra: { input_type: 'image' } }, MODEL);

    expect(body).toEqual({ model: MODEL, input_type: 'image', images: [image], embedding_types: ['float'] });
  });

  test('come in one type', () => {
    const { body, warnings } = cohereEmbeddings.toProvider(
      { input: ['a'], extra: { embedding_types: ['uint8', 'float'] } },
      MODEL,
    );

    expect(body).toMatchObject({ embedding_types: ['uint8'] });
    expect(warnings).toMatchObject([{ field: 'embedding_types', action: 'approximated' }]);
  });

  test('are refused for tokens, so that another target can take them', () => {
    expect(() => cohereEmbeddings.toProvider({ input: ['a', [1, 2]] }, MODEL)).toThrow(
      expect.objectContaining({ code: 'operation_unsupported', param: 'input[1]', retry: 'next-target' }),
    );
  });

  test.for<[unknown, object]>([
    [{ float: [[1, 2]] }, { input_tokens: 4 }],
    [[[1, 2]], { input_tokens: 4 }],
    [{ base64: [Buffer.from(new Float32Array([1, 2]).buffer).toString('base64')] }, { input_tokens: 4 }],
  ])('are read from %j', ([embeddings, billed_units]) => {
    expect(cohereEmbeddings.fromProvider({ id: 'e', embeddings, meta: { billed_units } })).toEqual({
      vectors: [[1, 2]],
      usage: { ...noUsage, input: 4 },
    });
  });

  test.for<[unknown, object | null]>([
    [{ billed_units: { input_tokens: 2, image_tokens: 9 } }, { ...noUsage, input: 2, imageIn: 9 }],
    [{ tokens: { input_tokens: 2 } }, { ...noUsage, input: 2 }],
    [{ billed_units: { input_tokens: -2 } }, null],
    [undefined, null],
  ])('with %j count %j', ([meta, usage]) => {
    expect(cohereEmbeddings.fromProvider({ embeddings: { float: [[1]] }, meta }).usage).toEqual(usage);
  });

  test.for([null, {}, { embeddings: {} }, { embeddings: { float: [{}] } }])('%j is no answer', body => {
    expect(() => cohereEmbeddings.fromProvider(body)).toThrow(TypeError);
  });
});
