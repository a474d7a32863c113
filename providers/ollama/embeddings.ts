import type { EmbeddingsAnswer, EmbeddingsCodec } from '../../src/spec/chat/chat-codec.ts';
import { readUsage } from '../../src/spec/chat/openai-usage.ts';
import { GatewayError } from '../../src/spec/gateway-error.ts';
import { fieldsOf } from '../openai-chat/answer-fields.ts';
import { Writing } from '../openai-chat/options.ts';
import { vectorOf } from '../openai-embeddings.ts';
import { UNKNOWN } from './own-members.ts';

/** Members of this dialect's own that a client writes beside OpenAI's. */
export const nativeEmbedMembers = Object.freeze(['keep_alive', 'options', 'truncate'] as const);
const KNOWN = new Set<string>(nativeEmbedMembers);

/** https://docs.ollama.com/api/embed */
export const ollamaEmbeddings: EmbeddingsCodec = Object.freeze({
  toProvider({ input, dimensions, user, extra = {} }, model) {
    const writing = new Writing({});
    if (user !== undefined) writing.warn('user', 'dropped', 'Users are not told apart.');
    for (const name of Object.keys(extra)) if (!KNOWN.has(name)) writing.warn(name, 'dropped', UNKNOWN);
    const own = Object.entries(extra).filter(([name]) => KNOWN.has(name));
    const body = {
      ...Object.fromEntries(own),
      model,
      input: input.map(textOf),
      ...(dimensions !== undefined && { dimensions }),
    };
    return { body, warnings: writing.warnings };
  },
  fromProvider,
} satisfies EmbeddingsCodec);

/** Token ids are those of one tokenizer, and another one reads other words in them. */
function textOf(entry: string | readonly number[], index: number): string {
  if (typeof entry === 'string') return entry;
  throw new GatewayError('operation_unsupported', {
    message: 'The provider of this model takes texts, not tokens.',
    param: `input[${index}]`,
  });
}

function fromProvider(body: unknown): EmbeddingsAnswer {
  const { embeddings, prompt_eval_count: count } = fieldsOf(body);
  if (!Array.isArray(embeddings)) throw new TypeError('an answer without embeddings');
  return { vectors: embeddings.map(vectorOf), usage: readUsage(count == null ? null : { prompt_tokens: count }).usage };
}
