import { openaiChat } from './openai-chat.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';

export type { Ingress } from './ingress.ts';

/** Every way in, one per dialect and operation. */
export const ingresses = [openaiChat, openaiEmbeddings] as const;

/** For requests that were refused before it was known what they are. */
export const renderError = openaiChat.renderError;
