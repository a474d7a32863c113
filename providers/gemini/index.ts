import type { ChatCodec } from '../../src/spec/chat/chat-codec.ts';
import type { Codec, Provider } from '../../src/spec/provider.ts';
import { decoder } from './decoder.ts';
import { geminiEmbeddings } from './embeddings.ts';
import { toError } from './errors.ts';
import { fromProvider } from './from-provider.ts';
import { remoteMedia } from './remote-media.ts';
import { toProvider } from './to-provider.ts';

export { geminiEmbeddings } from './embeddings.ts';

export const geminiChat: ChatCodec = { remoteMedia, toProvider, fromProvider, decoder };

const pathOf = (model: string, method: string): string => `/v1beta/models/${encodeURIComponent(model)}:${method}`;

const chat: Codec = {
  native: 'gemini-content',
  path: (model, stream) => pathOf(model, stream ? 'streamGenerateContent?alt=sse' : 'generateContent'),
  quirks: [],
  // It stands in the path.
  members: { model: null },
  chat: geminiChat,
};

const countTokens: Codec = {
  native: 'gemini-content',
  path: model => pathOf(model, 'countTokens'),
  quirks: [],
  members: { model: null },
};

const embeddings: Codec = {
  native: 'gemini-embeddings',
  path: model => pathOf(model, 'batchEmbedContents'),
  quirks: [],
  embeddings: geminiEmbeddings,
};

const gemini: Provider = Object.freeze({
  id: 'gemini',
  baseUrl: 'https://generativelanguage.googleapis.com',
  keyNames: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  makes: /^gemini-/,
  operations: { chat, embeddings, count_tokens: countTokens },
  authorize: (key: string | null) => (key === null ? [] : ['x-goog-api-key', key]),
  toError,
});

export default gemini;
