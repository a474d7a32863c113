import type { ChatCodec } from '../../src/spec/chat/chat-codec.ts';
import type { Codec, Provider } from '../../src/spec/provider.ts';
import { fromProvider, MistralDecoder } from './decoder.ts';
import { mistralEmbeddings } from './embeddings.ts';
import { toError } from './errors.ts';
import { toProvider } from './to-provider.ts';

export { mistralEmbeddings };

export const mistralChat: ChatCodec = { toProvider, fromProvider, decoder: () => new MistralDecoder() };

const chat: Codec = { native: 'mistral-chat', path: () => '/chat/completions', quirks: [], chat: mistralChat };
const embeddings: Codec = {
  native: 'mistral-embeddings',
  path: () => '/embeddings',
  quirks: [],
  embeddings: mistralEmbeddings,
};

const mistral: Provider = Object.freeze({
  id: 'mistral',
  baseUrl: 'https://api.mistral.ai/v1',
  keyNames: ['MISTRAL_API_KEY'],
  makes:
    /^(ft:)?(open-|labs-)?(mistral|mixtral|ministral|magistral|codestral|devstral|pixtral|voxtral|mathstral|leanstral)-/,
  operations: { chat, embeddings },
  authorize: (key: string | null) => (key === null ? [] : ['authorization', `Bearer ${key}`]),
  toError,
});

export default mistral;
