import type { IncomingHttpHeaders } from 'node:http';
import { anthropicClient } from './anthropic-client.ts';
import { anthropicCountTokens } from './anthropic-count-tokens.ts';
import { anthropicMessages } from './anthropic-messages.ts';
import type { ClientDialect } from './client-dialect.ts';
import { geminiClient } from './gemini-client.ts';
import { geminiCall, geminiPath } from './gemini-path.ts';
import type { Ingress } from './ingress.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiClient } from './openai-client.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import { openaiResponses } from './openai-responses.ts';

export type { ClientDialect } from './client-dialect.ts';
export { withoutQueryKeys } from './gemini-path.ts';
export type { Ingress } from './ingress.ts';
export type { PathCall } from './path-call.ts';

/** Every way in whose path is always the same, one per dialect and operation. */
export const ingresses: readonly Ingress[] = [
  openaiChat,
  openaiResponses,
  openaiEmbeddings,
  anthropicMessages,
  anthropicCountTokens,
];

/** The call at a request target whose path names the model; null where there is none. */
export const readPathCall = geminiCall;

/** Whose client asks for this target, for what is refused before it is a call. */
export function clientOf(target: string, headers: IncomingHttpHeaders): ClientDialect {
  const path = target.split('?', 1)[0]!;
  if (/^\/(anthropic\/|v1\/messages(\/|$))/.test(path)) return anthropicClient;
  const call = readPathCall(target);
  if (call !== null) return call.ingress.client;
  const asked = geminiPath(path);
  if (asked === 'own') return geminiClient;
  if (asked === null) return openaiClient;
  if (headers['x-goog-api-key'] !== undefined) return geminiClient;
  return own.some(name => headers[name] !== undefined) ? anthropicClient : openaiClient;
}

/** Headers that only clients of the Messages dialect send. */
const own = ['anthropic-version', 'x-api-key'];
