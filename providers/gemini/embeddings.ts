import type {
  EmbeddingsAnswer,
  EmbeddingsCodec,
  EmbeddingsRequest,
  EncodedRequest,
} from '../../src/spec/chat/chat-codec.ts';
import { GatewayError } from '../../src/spec/gateway-error.ts';
import { type Fields, fieldsOf, isFields, listOf } from './fields.ts';
import { usageOf } from './usage.ts';
import { type Warn, warnings } from './warn.ts';

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
  const { input, dimensions, user } = request;
  if (user !== undefined) warn('user', 'dropped', 'The caller of the caller is not told.');
  const shared = {
    model: `models/${model}`,
    ...extraMembers(request, warn),
    ...(dimensions !== undefined && { outputDimensionality: dimensions }),
  };
  const requests = input.map((entry, index) => ({ ...shared, content: { parts: [{ text: textOf(entry, index) }] } }));
  return { body: { requests }, warnings: all };
}

/** Token ids are those of another provider's vocabulary. */
function textOf(entry: string | readonly number[], index: number): string {
  if (typeof entry === 'string') return entry;
  const message = 'This model takes texts, not token ids.';
  throw new GatewayError('operation_unsupported', { status: 400, param: `input[${index}]`, message });
}

function extraMembers({ extra = {} }: EmbeddingsRequest, warn: Warn): Fields {
  const members: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(extra)) {
    if (Object.hasOwn(own, name)) members[own[name]!] = value;
    else warn(name, 'dropped', 'This provider does not know it.');
  }
  return members;
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
    return isFields(wire) ? usageOf(wire) : null;
  } catch {
    return null;
  }
}
