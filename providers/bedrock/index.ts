import type { ChatCodec } from '../../src/spec/chat/chat-codec.ts';
import type { Codec, Provider, ProviderSettings } from '../../src/spec/provider.ts';
import { access, listsAt, settings } from './access.ts';
import { decoder } from './decoder.ts';
import { embeddings } from './embeddings.ts';
import { refusesKey, toError } from './errors.ts';
import { fromProvider } from './from-provider.ts';
import { remoteMedia } from './media.ts';
import { toProvider } from './to-provider.ts';

export const bedrockChat: ChatCodec = { remoteMedia, toProvider, fromProvider, decoder };

const chat: Codec = {
  native: 'bedrock-converse',
  // The ARN of an inference profile holds slashes and colons.
  path: (model, stream) => `/model/${encodeURIComponent(model)}/${stream ? 'converse-stream' : 'converse'}`,
  framing: 'aws-event-stream',
  quirks: [],
  chat: bedrockChat,
};

const bedrock = ({ region }: ProviderSettings): Provider =>
  Object.freeze({
    id: 'bedrock',
    keyNames: ['AWS_BEARER_TOKEN_BEDROCK'],
    settings,
    configure: bedrock,
    operations: { chat, embeddings },
    lists: '/foundation-models?byOutputModality=EMBEDDING',
    listsAt,
    refusesKey,
    ...access(typeof region === 'string' ? region : undefined),
    toError,
  });

export default bedrock({});
