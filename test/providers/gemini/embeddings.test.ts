import { expect, test } from 'vitest';
import { geminiEmbeddings } from '../../../providers/gemini/index.ts';
import { noUsage } from '../../../src/spec/usage.ts';

test('every text is a request of its own', () => {
  const { body, warnings } = geminiEmbeddings.toProvider(
    { input: ['sky', 'sea'], dimensions: 256, user: 'ann', extra: { task_type: 'RETRIEVAL_QUERY', other: 1 } },
    'gemini-embedding-001',
  );
  const shared = { model: 'models/gemini-embedding-001', taskType: 'RETRIEVAL_QUERY', outputDimensionality: 256 };

  expect(body).toEqual({
    requests: [
      { ...shared, content: { parts: [{ text: 'sky' }] } },
      { ...shared, content: { parts: [{ text: 'sea' }] } },
    ],
  });
  expect(warnings.map(({ field, action }) => `${field} ${action}`)).toEqual(['user dropped', 'other dropped']);
});

test('token ids are refused', () => {
  expect(() => geminiEmbeddings.toProvider({ input: ['sky', [1, 2]] }, 'm')).toThrow(
    expect.objectContaining({ status: 400, param: 'input[1]' }),
  );
});

test('vectors come back in their order, with what was counted', () => {
  const embeddings = [{ values: [1, 0] }, { values: [0, 1] }];

  expect(geminiEmbeddings.fromProvider({ embeddings })).toEqual({
    vectors: [
      [1, 0],
      [0, 1],
    ],
    usage: null,
  });
  expect(geminiEmbeddings.fromProvider({ embeddings, usageMetadata: { promptTokenCount: 5 } }).usage).toEqual({
    ...noUsage,
    input: 5,
  });
  expect(geminiEmbeddings.fromProvider({ embeddings, usageMetadata: { promptTokenCount: -5 } }).usage).toBe(null);
});

test.for([[{}], [{ embeddings: [{}] }], [{ embeddings: [{ values: ['a'] }] }]])(
  'what is none is refused: %j',
  ([body]) => {
    expect(() => geminiEmbeddings.fromProvider(body)).toThrow(TypeError);
  },
);
