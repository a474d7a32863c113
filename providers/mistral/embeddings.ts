import type { EmbeddingRequest$Outbound } from '@mistralai/mistralai/models/components';
import type { EmbeddingsCodec } from '../../src/spec/chat/chat-codec.ts';
import { GatewayError } from '../../src/spec/gateway-error.ts';
import type { Warning } from '../../src/spec/warning.ts';
import { readEmbeddings } from '../openai-embeddings.ts';

/** Members of this dialect's own that a client writes beside OpenAI's. */
const KNOWN = new Set(['metadata', 'output_dtype']);

const dropped = (field: string, why: string): Warning => ({ field, action: 'dropped', why });

/** https://docs.mistral.ai/api/#tag/embeddings */
export const mistralEmbeddings: EmbeddingsCodec = Object.freeze({
  toProvider({ input, dimensions, user, extra = {} }, model) {
    const own = Object.entries(extra).filter(([name]) => KNOWN.has(name));
    const foreign = Object.keys(extra).filter(name => !KNOWN.has(name));
    const body: EmbeddingRequest$Outbound = {
      model,
      input: input.map(textOf),
      ...(dimensions !== undefined && { output_dimension: dimensions }),
      ...Object.fromEntries(own),
    };
    const warnings = [
      ...(user === undefined ? [] : [dropped('user', 'Users are not told apart.')]),
      ...foreign.map(name => dropped(name, 'This provider does not know it.')),
    ];
    return { body, warnings };
  },
  fromProvider: readEmbeddings,
} satisfies EmbeddingsCodec);

/** Token ids are those of one tokenizer, and another one reads other words in them. */
function textOf(entry: string | readonly number[], index: number): string {
  if (typeof entry === 'string') return entry;
  throw new GatewayError('operation_unsupported', {
    message: 'The provider of this model takes texts, not tokens.',
    param: `input[${index}]`,
  });
}
