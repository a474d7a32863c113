import type { Codec, Provider, ProviderSettings } from '../../src/spec/provider.ts';
import { claude, claudeCount } from './claude.ts';
import { embeddings } from './embeddings.ts';
import { toError } from './errors.ts';
import { gemini, geminiCount } from './gemini.ts';
import { modelPath } from './model-path.ts';
import { placeOf, settings } from './place.ts';
import { exchange } from './service-account.ts';

/** Google Vertex AI: Google's models and Anthropic's, each in its maker's dialect. */
const vertex = (given: ProviderSettings): Provider => {
  const { baseUrl, path } = placeOf(given);
  const models = modelPath(path);
  const chat: Codec = { ...gemini(models), otherwise: [{ models: /claude/, codec: claude(models) }] };
  const count: Codec = { ...geminiCount(models), otherwise: [{ models: /claude/, codec: claudeCount(models) }] };
  return Object.freeze({
    id: 'vertex',
    baseUrl,
    settings,
    configure: vertex,
    keyNames: ['GOOGLE_VERTEX_API_KEY'],
    operations: { chat, embeddings: embeddings(models), count_tokens: count },
    // Those of all projects: https://docs.cloud.google.com/vertex-ai/docs/reference/rest/v1beta1/publishers.models/list
    lists: '/v1beta1/publishers/google/models?pageSize=1',
    exchange: exchange(given.project !== undefined),
    // An API key; tokens go as bearers.
    authorize: (key: string | null) => (key === null ? [] : ['x-goog-api-key', key]),
    toError,
  });
};

export default vertex({});
