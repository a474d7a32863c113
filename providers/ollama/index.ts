import type { ChatCodec } from '../../src/spec/chat/chat-codec.ts';
import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import type { Codec, Provider, ProviderSetting, ProviderSettings } from '../../src/spec/provider.ts';
import { mediaAddresses } from '../media-addresses.ts';
import { openaiChatCodec } from '../openai-chat/index.ts';
import { usual } from '../openai-compatible.ts';
import { openaiFailure } from '../openai-failure.ts';
import { fromProvider, OllamaDecoder } from './decoder.ts';
import { nativeEmbedMembers, ollamaEmbeddings } from './embeddings.ts';
import { optionNames } from './model-options.ts';
import { nativeMembers, toProvider } from './to-provider.ts';

export { ollamaEmbeddings };

export const ollamaChat: ChatCodec = {
  remoteMedia: (request: ChatRequest) => mediaAddresses(request),
  toProvider,
  fromProvider,
  decoder: () => new OllamaDecoder(),
};

/**
 * What the server's form of OpenAI's dialect passes over in silence. What it passes over and the native form does not
 * know either is here where the client is told so.
 * https://docs.ollama.com/api/openai-compatibility
 */
const ignoredInChat = Object.freeze([
  ...nativeMembers,
  ...optionNames,
  'function_call',
  'functions',
  'logit_bias',
  'max_completion_tokens',
  'n',
  'thinking',
  'tool_choice',
  'top_k',
]);

const openaiForm: Codec = {
  native: 'openai-chat',
  path: () => '/v1/chat/completions',
  quirks: [],
  asksForUsage: true,
  chat: openaiChatCodec({ ...usual, asksForUsage: true }),
};
const openaiEmbed: Codec = { native: 'openai-embeddings', path: () => '/v1/embeddings', quirks: [] };
const chat: Codec = {
  native: 'ollama-chat',
  path: () => '/api/chat',
  framing: 'ndjson',
  quirks: [],
  chat: ollamaChat,
};
const embed: Codec = { native: 'ollama-embed', path: () => '/api/embed', quirks: [], embeddings: ollamaEmbeddings };

/** Which form of the API is spoken: by default each call goes by the one that loses nothing of it. */
const forms: Readonly<Record<string, Provider['operations']>> = {
  auto: {
    chat: { ...chat, beside: [{ ...openaiForm, ignores: ignoredInChat }] },
    embeddings: { ...embed, beside: [{ ...openaiEmbed, ignores: nativeEmbedMembers }] },
  },
  native: { chat, embeddings: embed },
  openai: { chat: openaiForm, embeddings: openaiEmbed },
};

const settings: Readonly<Record<string, ProviderSetting>> = {
  api: { kind: 'text', pattern: /^(auto|native|openai)$/, expected: 'expected auto, native or openai' },
};

const ollama = ({ api }: ProviderSettings): Provider =>
  Object.freeze({
    id: 'ollama',
    baseUrl: 'http://127.0.0.1:11434',
    addressTail: '/v1',
    keyNames: [],
    keyless: true,
    settings,
    configure: ollama,
    lists: '/v1/models',
    operations: forms[typeof api === 'string' ? api : 'auto']!,
    authorize: (key: string | null) => (key === null ? [] : ['authorization', `Bearer ${key}`]),
    toError: openaiFailure,
  } satisfies Provider);

export default ollama({});
