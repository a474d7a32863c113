import type { ChatCodec, EncodedRequest } from '../../src/spec/chat/chat-codec.ts';
import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import type { Codec } from '../../src/spec/provider.ts';
import { anthropicChat } from '../anthropic/index.ts';
import { mediaAddresses } from '../media-addresses.ts';
import type { ModelPath } from './model-path.ts';
import { refuseFiles } from './refuse-files.ts';

/** Stands in the body: https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai */
const VERSION = 'vertex-2023-10-16';

/**
 * Anthropic's dialect, but for the model, which stands in the path, the version, which stands in the body, and
 * addresses, which are not read there. Beta features are named in the header as at Anthropic: the member
 * `anthropic_beta` of the body is not heeded.
 */
const chat: ChatCodec = { ...anthropicChat, remoteMedia: mediaAddresses, toProvider };

export const claude = (path: ModelPath): Codec => ({
  native: 'anthropic-messages',
  path: (model, stream) => path('anthropic', model, stream ? 'streamRawPredict' : 'rawPredict'),
  // The provider would answer with models that the caller's key may not be allowed to use.
  quirks: [{ drop: ['fallbacks', 'fallback_credit_token'] }],
  members: { model: null, anthropic_version: JSON.stringify(VERSION) },
  readsAddresses: false,
  chat,
});

/** The model stands in the body here: https://docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/count-tokens */
export const claudeCount = (path: ModelPath): Codec => ({
  native: 'anthropic-messages',
  path: () => path('anthropic', 'count-tokens', 'rawPredict'),
  quirks: [{ drop: ['fallbacks', 'fallback_credit_token'] }],
  members: { anthropic_version: JSON.stringify(VERSION) },
  readsAddresses: false,
});

function toProvider(request: ChatRequest, model: string): EncodedRequest {
  refuseFiles(request);
  const encoded = anthropicChat.toProvider(request, model);
  const { model: _inPath, ...body } = encoded.body as Readonly<Record<string, unknown>>;
  return { ...encoded, body: { anthropic_version: VERSION, ...body } };
}
