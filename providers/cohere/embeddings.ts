import type { EmbeddingsAnswer, EmbeddingsCodec } from '../../src/spec/chat/chat-codec.ts';
import { GatewayError } from '../../src/spec/gateway-error.ts';
import { fieldsOf } from '../openai-chat/answer-fields.ts';
import { type Fields, isFields, Writing } from '../openai-chat/options.ts';
import { vectorOf } from '../openai-embeddings.ts';
import { UNKNOWN } from './own-members.ts';
import { embeddingsUsage } from './usage.ts';

/** Members of this dialect's own that a client writes beside OpenAI's. */
const KNOWN = new Set(['embedding_types', 'input_type', 'max_tokens', 'priority', 'truncate']);

/** What texts are for where the caller does not say: to be found by queries, which say `search_query`. */
const DEFAULT_TYPE = 'search_document';
/** Its inputs are images, as data URIs. */
const IMAGES = 'image';

/** https://docs.cohere.com/reference/embed */
export const cohereEmbeddings: EmbeddingsCodec = Object.freeze({
  toProvider({ input, dimensions, user, extra = {} }, model) {
    const writing = new Writing({});
    if (user !== undefined) writing.warn('user', 'dropped', 'Users are not told apart.');
    for (const name of Object.keys(extra)) if (!KNOWN.has(name)) writing.warn(name, 'dropped', UNKNOWN);
    const own = Object.fromEntries(Object.entries(extra).filter(([name]) => KNOWN.has(name)));
    const { input_type = DEFAULT_TYPE, embedding_types, ...more } = own;
    const entries = input.map(textOf);
    const body = {
      ...more,
      model,
      input_type,
      ...(input_type === IMAGES ? { images: entries } : { texts: entries }),
      embedding_types: [typeIn(embedding_types, writing)],
      ...(dimensions !== undefined && { output_dimension: dimensions }),
    };
    return { body, warnings: writing.warnings };
  },
  fromProvider,
} satisfies EmbeddingsCodec);

/** An answer has one vector for each input, so of several types the first one. */
function typeIn(types: unknown, writing: Writing): unknown {
  if (types === undefined) return 'float';
  const [first = 'float', ...others] = Array.isArray(types) ? types : [types];
  if (others.length > 0) writing.warn('embedding_types', 'approximated', 'An answer has one of them, the first.');
  return first;
}

/** Token ids are those of one tokenizer, and another one reads other words in them. */
function textOf(entry: string | readonly number[], index: number): string {
  if (typeof entry === 'string') return entry;
  throw new GatewayError('operation_unsupported', {
    message: 'The provider of this model takes texts, not tokens.',
    param: `input[${index}]`,
  });
}

function fromProvider(body: unknown): EmbeddingsAnswer {
  const { embeddings, meta } = fieldsOf(body);
  return { vectors: vectorsIn(embeddings).map(vectorOf), usage: embeddingsUsage(meta) };
}

/** By type, `{ float: […] }`, or the list alone. */
function vectorsIn(embeddings: unknown): readonly unknown[] {
  const lists: readonly unknown[] = isFields(embeddings) ? Object.values(embeddings as Fields) : [embeddings];
  const list = lists.find(Array.isArray);
  if (list === undefined) throw new TypeError('an answer without embeddings');
  return list;
}
