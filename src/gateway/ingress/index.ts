import type { IncomingHttpHeaders } from 'node:http';
import type { ClientDialect } from './client-dialect.ts';
import type { Ingress } from './ingress.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiClient } from './openai-client.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';

export type { ClientDialect } from './client-dialect.ts';
export type { Ingress } from './ingress.ts';

/** Every way in, one per dialect and operation. */
export const ingresses: readonly Ingress[] = [openaiChat, openaiEmbeddings];

/** Whose client asks for this target, for what is refused before it is a call. */
export function clientOf(_target: string, _headers: IncomingHttpHeaders): ClientDialect {
  return openaiClient;
}
