import type OpenAI from 'openai';
import type { EmbeddingsAnswer, EmbeddingsCodec } from '../src/spec/chat/chat-codec.ts';
import { readUsage } from '../src/spec/chat/openai-usage.ts';
import { fieldsOf, indexOf, textOf } from './openai-chat/answer-fields.ts';
import { isFields } from './openai-chat/options.ts';

/** Translates to and from OpenAI's embeddings dialect. */
export const openaiEmbeddings: EmbeddingsCodec = Object.freeze({
  toProvider({ input, dimensions, user, extra }, model) {
    const body: OpenAI.EmbeddingCreateParams = {
      ...extra,
      model,
      input: input as string[] | number[][],
      encoding_format: 'float',
      ...(dimensions !== undefined && { dimensions }),
      ...(user !== undefined && { user }),
    };
    return { body, warnings: [] };
  },
  fromProvider: readEmbeddings,
} satisfies EmbeddingsCodec);

/** An answer of any server of the dialect. Throws TypeError when it is none. */
export function readEmbeddings(body: unknown): EmbeddingsAnswer {
  const { data, usage, model } = fieldsOf(body);
  if (!Array.isArray(data)) throw new TypeError('an answer without data');
  const vectors = data.map((entry: unknown, position) => {
    if (!isFields(entry)) throw new TypeError('an embedding that is no object');
    return { at: indexOf(entry.index) ?? position, vector: vectorOf(entry.embedding) };
  });
  const sorted = vectors.toSorted((one, other) => one.at - other.at);
  return {
    vectors: sorted.map(({ vector }) => vector),
    usage: readUsage(usage).usage,
    ...(textOf(model) !== '' && { model: textOf(model) }),
  };
}

/** Numbers, or the little-endian floats of them in base64. */
export function vectorOf(value: unknown): readonly number[] {
  if (typeof value === 'string') return floats(Buffer.from(value, 'base64'));
  if (Array.isArray(value) && value.every(number => typeof number === 'number')) return value;
  throw new TypeError('an embedding that is no vector');
}

const floats = (bytes: Buffer): readonly number[] =>
  Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => bytes.readFloatLE(index * 4));
