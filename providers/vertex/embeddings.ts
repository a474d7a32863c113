import type {
  EmbeddingsAnswer,
  EmbeddingsCodec,
  EmbeddingsRequest,
  EncodedRequest,
} from '../../src/spec/chat/chat-codec.ts';
import { GatewayError } from '../../src/spec/gateway-error.ts';
import type { Codec } from '../../src/spec/provider.ts';
import { noUsage } from '../../src/spec/usage.ts';
import { ownMembers, textOf } from '../gemini/embeddings-members.ts';
import { type Fields, fieldsOf } from '../gemini/fields.ts';
import { geminiEmbeddings } from '../gemini/index.ts';
import { warnings } from '../gemini/warn.ts';
import type { ModelPath } from './model-path.ts';

/** Members of this dialect, under the names that clients give them. */
const own: Readonly<Record<string, 'taskType' | 'title' | 'autoTruncate'>> = {
  taskType: 'taskType',
  task_type: 'taskType',
  title: 'title',
  autoTruncate: 'autoTruncate',
  auto_truncate: 'autoTruncate',
};

const predict: EmbeddingsCodec = { toProvider: toPredict, fromProvider: fromPredict };
const embedContent: EmbeddingsCodec = { toProvider: toEmbedContent, fromProvider: geminiEmbeddings.fromProvider };

/**
 * Embeddings began with `predict`. Models after `gemini-embedding-001` have `embedContent` and nothing else, the older
 * ones only the former: https://docs.cloud.google.com/vertex-ai/generative-ai/docs/embeddings/get-text-embeddings
 */
export const embeddings = (path: ModelPath): Codec => ({
  native: 'google-predict',
  path: model => path('google', model, 'predict'),
  quirks: [],
  embeddings: predict,
  otherwise: [{ models: /^(?=.*gemini)(?!gemini-embedding-001$)/, codec: single(path) }],
});

const single = (path: ModelPath): Codec => ({
  native: 'gemini-embed-content',
  path: model => path('google', model, 'embedContent'),
  quirks: [],
  embeddings: embedContent,
});

function toPredict(request: EmbeddingsRequest): EncodedRequest {
  const { warn, all } = warnings();
  const { taskType, title, autoTruncate } = ownMembers(request, own, warn);
  const instances = request.input.map((entry, index) => ({
    content: textOf(entry, index),
    ...(taskType !== undefined && { task_type: taskType }),
    ...(title !== undefined && { title }),
  }));
  const parameters = {
    ...(request.dimensions !== undefined && { outputDimensionality: request.dimensions }),
    ...(autoTruncate !== undefined && { autoTruncate }),
  };
  const asked = Object.keys(parameters).length > 0;
  return { body: { instances, ...(asked && { parameters }) }, warnings: all };
}

function toEmbedContent(request: EmbeddingsRequest): EncodedRequest {
  const [first = '', ...others] = request.input;
  if (others.length > 0) {
    const message = 'At Vertex AI this model embeds one text a call; send each text in a call of its own.';
    throw new GatewayError('operation_unsupported', { status: 400, param: 'input', message });
  }
  const { warn, all } = warnings();
  const config = {
    ...ownMembers(request, own, warn),
    ...(request.dimensions !== undefined && { outputDimensionality: request.dimensions }),
  };
  const asked = Object.keys(config).length > 0;
  const content = { role: 'user', parts: [{ text: textOf(first, 0) }] };
  return { body: { content, ...(asked && { embedContentConfig: config }) }, warnings: all };
}

function fromPredict(body: unknown): EmbeddingsAnswer {
  const { predictions } = fieldsOf(body);
  if (!Array.isArray(predictions)) throw new TypeError('the answer has no predictions');
  const embeddings = predictions.map(each => fieldsOf(fieldsOf(each).embeddings));
  const { vectors } = geminiEmbeddings.fromProvider({ embeddings });
  return { vectors, usage: usageFrom(embeddings) };
}

/** Every vector comes with the tokens of its text. A count that nobody can believe is none. */
function usageFrom(embeddings: readonly Fields[]): EmbeddingsAnswer['usage'] {
  const counts = embeddings.map(({ statistics }) => fieldsOf(statistics).token_count);
  const valid = counts.filter((count): count is number => Number.isSafeInteger(count) && Number(count) >= 0);
  if (valid.length < embeddings.length) return null;
  const input = valid.reduce((sum, count) => sum + count, 0);
  return input > 0 ? { ...noUsage, input } : null;
}
