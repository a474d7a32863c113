import type { ChatCodec } from '../../src/spec/chat/chat-codec.ts';
import type { Codec, Provider, Quirk } from '../../src/spec/provider.ts';
import { decoder } from './decoder.ts';
import { toError } from './errors.ts';
import { fromProvider } from './from-provider.ts';
import { toProvider } from './to-provider.ts';

export const anthropicChat: ChatCodec = { toProvider, fromProvider, decoder };

const VERSION = ['anthropic-version', '2023-06-01'];

/** The provider would answer with models that the caller's key may not be allowed to use. */
const quirks: readonly Quirk[] = [
  { drop: ['fallbacks', 'fallback_credit_token'], why: 'The gateway decides which model answers.' },
];

const chat: Codec = { native: 'anthropic-messages', path: () => '/v1/messages', quirks, chat: anthropicChat };
const countTokens: Codec = { native: 'anthropic-messages', path: () => '/v1/messages/count_tokens', quirks };

const anthropic: Provider = Object.freeze({
  id: 'anthropic',
  baseUrl: 'https://api.anthropic.com',
  keyNames: ['ANTHROPIC_API_KEY'],
  makes: /^claude-/,
  operations: { chat, count_tokens: countTokens },
  authorize: (key: string | null) => (key === null ? VERSION : ['x-api-key', key, ...VERSION]),
  toError,
});

export default anthropic;
