import type { ChatCodec } from '../../src/spec/chat/chat-codec.ts';
import type { Codec, Provider } from '../../src/spec/provider.ts';
import { CohereDecoder } from './decoder.ts';
import { cohereEmbeddings } from './embeddings.ts';
import { toError } from './errors.ts';
import { fromProvider } from './from-provider.ts';
import { toProvider } from './to-provider.ts';

export { cohereEmbeddings };

export const cohereChat: ChatCodec = { toProvider, fromProvider, decoder: () => new CohereDecoder() };

const chat: Codec = { native: 'cohere-chat', path: () => '/v2/chat', quirks: [], chat: cohereChat };
const embeddings: Codec = {
  native: 'cohere-embeddings',
  path: () => '/v2/embed',
  quirks: [],
  embeddings: cohereEmbeddings,
};

const cohere: Provider = Object.freeze({
  id: 'cohere',
  baseUrl: 'https://api.cohere.com',
  keyNames: ['COHERE_API_KEY', 'CO_API_KEY'],
  makes: /^(command(-|$)|c4ai-|embed-(v\d|english-|multilingual-))/,
  operations: { chat, embeddings },
  authorize: (key: string | null) => (key === null ? [] : ['authorization', `Bearer ${key}`]),
  toError,
});

export default cohere;
