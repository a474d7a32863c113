import { describe, expect, test } from 'vitest';
import bedrock from '../../../providers/bedrock/index.ts';
import type { EmbeddingsRequest } from '../../../src/spec/chat/chat-codec.ts';
import { codecOf } from '../../../src/spec/provider.ts';
import { noUsage } from '../../../src/spec/usage.ts';

const TITAN = 'amazon.titan-embed-text-v2:0';
const COHERE = 'us.cohere.embed-v4:0';
const codecFor = (model: string) => codecOf(bedrock.operations.embeddings!, model, 'openai-embeddings');
const encode = (request: EmbeddingsRequest, model: string) => codecFor(model).embeddings!.toProvider(request, model);
const touched = ({ warnings }: ReturnType<typeof encode>) => warnings.map(({ field, action }) => `${field} ${action}`);

describe('embeddings of Titan', () => {
  test('are asked for by InvokeModel', () => {
    expect(codecFor(TITAN).path(TITAN, false)).toBe('/model/amazon.titan-embed-text-v2%3A0/invoke');
    expect(encode({ input: ['sky'], dimensions: 512, extra: { normalize: false } }, TITAN)).toEqual({
      body: { inputText: 'sky', dimensions: 512, normalize: false },
      warnings: [],
    });
  });

  test('leave out what the model does not know, with a warning', () => {
    const request = { input: ['sky'], dimensions: 512, user: 'ann', extra: { normalize: true, other: 1 } };
    const first = encode(request, 'amazon.titan-embed-text-v1');
    const image = encode(request, 'amazon.titan-embed-image-v1');

    expect(first.body).toEqual({ inputText: 'sky' });
    expect(touched(first)).toEqual(['normalize dropped', 'other dropped', 'user dropped', 'dimensions dropped']);
    expect(image.body).toEqual({ inputText: 'sky', embeddingConfig: { outputEmbeddingLength: 512 } });
    expect(touched(image)).toEqual(['normalize dropped', 'other dropped', 'user dropped']);
    expect(touched(encode(request, TITAN))).toEqual(['other dropped', 'user dropped']);
  });

  test.each([
    [['a', 'b'], 400, 'input'],
    [[[1, 2]], 501, 'input[0]'],
  ])('of %j are refused', (input, status, param) => {
    expect(() => encode({ input }, TITAN)).toThrow(
      expect.objectContaining({ code: 'operation_unsupported', status, param }),
    );
  });

  test('come with the tokens of the text', () => {
    const { fromProvider } = codecFor(TITAN).embeddings!;

    expect(fromProvider({ embedding: [0.5, -1], inputTextTokenCount: 3, embeddingsByType: {} })).toEqual({
      vectors: [[0.5, -1]],
      usage: { ...noUsage, input: 3 },
    });
    expect(fromProvider({ embedding: [1] }).usage).toBeNull();
    expect(fromProvider({ embedding: [1], inputTextTokenCount: -3 }).usage).toBeNull();
    for (const body of [null, {}, { embedding: [null] }]) {
      expect(() => fromProvider(body)).toThrow(TypeError);
    }
  });
});

describe('embeddings of Cohere', () => {
  test.each([COHERE, 'cohere.embed-english-v3', 'global.cohere.embed-v4:0'])(
    'are asked for in its own form: %s',
    id => {
      const { body, warnings } = encode({ input: ['sky', 'sea'], extra: { input_type: 'search_query' } }, id);

      expect(body).toEqual({ texts: ['sky', 'sea'], input_type: 'search_query', embedding_types: ['float'] });
      expect(warnings).toEqual([]);
    },
  );

  test('have a size, and no priority', () => {
    const encoded = encode({ input: ['sky'], dimensions: 256, extra: { priority: 1, truncate: 'RIGHT' } }, COHERE);

    expect(encoded.body).toMatchObject({ output_dimension: 256, truncate: 'RIGHT', input_type: 'search_document' });
    expect(encoded.body).not.toHaveProperty('priority');
    expect(touched(encoded)).toEqual(['priority dropped']);
  });

  test.each([{ float: [[1], [2]] }, [[1], [2]]])('are read from %j', embeddings => {
    expect(codecFor(COHERE).embeddings!.fromProvider({ id: 'e', embeddings, response_type: 'x' })).toEqual({
      vectors: [[1], [2]],
      usage: null,
    });
  });
});
