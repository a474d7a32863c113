import type {
  EmbeddingsAnswer,
  EmbeddingsCodec,
  EmbeddingsRequest,
  EncodedRequest,
} from '../../src/spec/chat/chat-codec.ts';
import { contentUsage } from '../../src/spec/chat/content-usage.ts';
import { ownMembers, textOf } from './embeddings-members.ts';
import { fieldsOf, isFields, listOf } from './fields.ts';
import { warnings } from './warn.ts';

/** Members of this dialect, under the names that clients give them. */
const own: Readonly<Record<string, string>> = {
  taskType: 'taskType',
  task_type: 'taskType',
  title: 'title',
};

/** One request for each text: https://ai.google.dev/api/embeddings#method:-models.batchembedcontents */
export const geminiEmbeddings: EmbeddingsCodec = { toProvider, fromProvider };

function toProvider(request: EmbeddingsRequest, model: string): EncodedRequest {
  const { warn, all } = warnings();
  const { input, dimensions } = request;
  const shared = {
    model: `models/${model}`,
    ...ownMembers(request, own, warn),
    ...(dimensions !== undefined && { outputDimensionality: dimensions }),
  };
  const requests = input.map((entry, index) => ({ ...shared, content: { parts: [{ text: textOf(entry, index) }] } }));
  return { body: { requests }, warnings: all };
}

function fromProvider(body: unknown): EmbeddingsAnswer {
  const { embeddings, embedding, usageMetadata } = fieldsOf(body);
  const all = isFields(embedding) ? [embedding] : embeddings;
  if (!Array.isArray(all)) throw new TypeError('the answer has no embeddings');
  return { vectors: all.map(vectorOf), usage: usageFrom(usageMetadata) };
}

function vectorOf(embedding: unknown): readonly number[] {
  const values = listOf(fieldsOf(embedding).values);
  if (values.length === 0 || !values.every(value => typeof value === 'number')) {
    throw new TypeError('an embedding that is no list of numbers');
  }
  return values;
}

/** A count that nobody can believe is none. */
function usageFrom(wire: unknown): EmbeddingsAnswer['usage'] {
  try {
    return isFields(wire) ? contentUsage(wire) : null;
  } catch {
    return null;
  }
}
