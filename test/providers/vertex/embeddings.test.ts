import { expect, test } from 'vitest';
import { noUsage } from '../../../src/spec/usage.ts';
import { embeddingsCodec } from './codec.ts';

const encode = (model: string, request: object) => {
  const { body, warnings } = embeddingsCodec(model).embeddings!.toProvider({ input: ['sky'], ...request }, model);
  return {
    body: JSON.parse(JSON.stringify(body)),
    warnings: warnings.map(({ field, action }) => `${field} ${action}`),
  };
};
const decode = (model: string, body: unknown) => embeddingsCodec(model).embeddings!.fromProvider(body);

const OLDER = 'text-embedding-005';
const NEWER = 'gemini-embedding-2';

test.for([
  ['text-embedding-005', 'predict'],
  ['text-multilingual-embedding-002', 'predict'],
  ['gemini-embedding-001', 'predict'],
  ['gemini-embedding-2', 'embedContent'],
  ['gemini-embedding-2-preview', 'embedContent'],
])('%s is asked with %s', ([model, method]) => {
  expect(embeddingsCodec(model!).path(model!, false)).toBe(`/v1/publishers/google/models/${model}:${method}`);
});

test('predict takes every text as an instance', () => {
  const request = {
    input: ['sky', 'sea'],
    dimensions: 256,
    user: 'ann',
    extra: { task_type: 'RETRIEVAL_DOCUMENT', title: 'T', auto_truncate: false, other: 1 },
  };

  expect(encode(OLDER, request)).toEqual({
    body: {
      instances: [
        { content: 'sky', task_type: 'RETRIEVAL_DOCUMENT', title: 'T' },
        { content: 'sea', task_type: 'RETRIEVAL_DOCUMENT', title: 'T' },
      ],
      parameters: { outputDimensionality: 256, autoTruncate: false },
    },
    warnings: ['user dropped', 'other dropped'],
  });
  expect(encode(OLDER, {})).toEqual({ body: { instances: [{ content: 'sky' }] }, warnings: [] });
});

test('embedContent takes one text', () => {
  const request = { dimensions: 256, extra: { taskType: 'RETRIEVAL_QUERY', other: 1 } };
  const content = { role: 'user', parts: [{ text: 'sky' }] };

  expect(encode(NEWER, request)).toEqual({
    body: { content, embedContentConfig: { taskType: 'RETRIEVAL_QUERY', outputDimensionality: 256 } },
    warnings: ['other dropped'],
  });
  expect(encode(NEWER, {})).toEqual({ body: { content }, warnings: [] });
  expect(() => encode(NEWER, { input: ['sky', 'sea'] })).toThrow(
    expect.objectContaining({ status: 400, param: 'input' }),
  );
});

test.for([OLDER, NEWER])('%s takes no token ids', model => {
  expect(() => encode(model, { input: [[1, 2]] })).toThrow(expect.objectContaining({ status: 400, param: 'input[0]' }));
});

test('predictions come back in their order, with the sum of what was counted', () => {
  const prediction = (values: readonly number[], token_count: unknown) => ({
    embeddings: { values, statistics: { truncated: false, token_count } },
  });

  expect(decode(OLDER, { predictions: [prediction([1, 0], 2), prediction([0, 1], 3)] })).toEqual({
    vectors: [
      [1, 0],
      [0, 1],
    ],
    usage: { ...noUsage, input: 5 },
  });
  expect(decode(OLDER, { predictions: [prediction([1, 0], 2), prediction([0, 1], -3)] }).usage).toBe(null);
  expect(decode(OLDER, { predictions: [prediction([1], 0)] }).usage).toBe(null);
});

test('the one vector of embedContent comes back', () => {
  const answer = { embedding: { values: [1, 0] }, usageMetadata: { promptTokenCount: 4 }, truncated: false };

  expect(decode(NEWER, answer)).toEqual({ vectors: [[1, 0]], usage: { ...noUsage, input: 4 } });
});

test.for([[{}], [{ predictions: [{}] }], [{ predictions: [{ embeddings: { values: ['a'] } }] }]])(
  'what is none is refused: %j',
  ([body]) => {
    expect(() => decode(OLDER, body)).toThrow(TypeError);
  },
);
