import type {
  EmbeddingsAnswer,
  EmbeddingsCodec,
  EmbeddingsRequest,
  EncodedRequest,
} from '../../src/spec/chat/chat-codec.ts';
import { readUsage } from '../../src/spec/chat/openai-usage.ts';
import { GatewayError } from '../../src/spec/gateway-error.ts';
import type { Codec } from '../../src/spec/provider.ts';
import { cohereEmbeddings } from '../cohere/index.ts';
import { fieldsOf } from '../openai-chat/answer-fields.ts';
import { Writing } from '../openai-chat/options.ts';
import { vectorOf } from '../openai-embeddings.ts';

const UNKNOWN = 'This model does not know it.';

const titan: EmbeddingsCodec = { toProvider: toTitan, fromProvider: fromTitan };
const cohere: EmbeddingsCodec = { toProvider: toCohere, fromProvider: cohereEmbeddings.fromProvider };

const codec = (embeddings: EmbeddingsCodec): Codec => ({
  native: 'bedrock-invoke',
  path: model => `/model/${encodeURIComponent(model)}/invoke`,
  quirks: [],
  embeddings,
});

/**
 * Embeddings go by InvokeModel, where every maker has a body of its own: that of Titan, or of Cohere where the model's
 * name says so. https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html
 */
export const embeddings: Codec = {
  ...codec(titan),
  otherwise: [{ models: /(^|[./])cohere\.embed/, codec: codec(cohere) }],
};

/** The first generation has one size. */
const ONE_SIZE = /titan-embed-(text-v1|g1-text)/;
const IMAGES = /titan-embed-image/;

function toTitan({ input, dimensions, user, extra = {} }: EmbeddingsRequest, model: string): EncodedRequest {
  const [first = '', ...others] = input;
  if (others.length > 0) {
    const message = 'This model embeds one text a call; send each text in a call of its own.';
    throw new GatewayError('operation_unsupported', { status: 400, param: 'input', message });
  }
  if (typeof first !== 'string') {
    const message = 'The provider of this model takes texts, not tokens.';
    throw new GatewayError('operation_unsupported', { param: 'input[0]', message });
  }
  const writing = new Writing({});
  const fixed = ONE_SIZE.test(model);
  const { normalize, ...foreign } = extra;
  const canNormalize = !fixed && !IMAGES.test(model);
  for (const name of Object.keys(canNormalize ? foreign : extra)) writing.warn(name, 'dropped', UNKNOWN);
  if (user !== undefined) writing.warn('user', 'dropped', 'Users are not told apart.');
  if (fixed && dimensions !== undefined) writing.warn('dimensions', 'dropped', 'Vectors of this model have one size.');
  const body = {
    inputText: first,
    ...(!fixed && dimensions !== undefined && sized(dimensions, model)),
    ...(canNormalize && normalize !== undefined && { normalize }),
  };
  return { body, warnings: writing.warnings };
}

const sized = (dimensions: number, model: string) =>
  IMAGES.test(model) ? { embeddingConfig: { outputEmbeddingLength: dimensions } } : { dimensions };

function fromTitan(body: unknown): EmbeddingsAnswer {
  const { embedding, inputTextTokenCount: count } = fieldsOf(body);
  return { vectors: [vectorOf(embedding)], usage: readUsage(count == null ? null : { prompt_tokens: count }).usage };
}

/** Like at Cohere itself, with the model in the path. Its tokens are counted in a header alone, so they are estimated. */
function toCohere(request: EmbeddingsRequest, model: string): EncodedRequest {
  const { body, warnings } = cohereEmbeddings.toProvider(request, model);
  const { model: _model, priority, ...rest } = fieldsOf(body);
  const unknown = { field: 'priority', action: 'dropped', why: UNKNOWN } as const;
  return { body: rest, warnings: priority === undefined ? warnings : [...warnings, unknown] };
}
