import { renderChatError, renderChatErrorEvent } from '../dialects/openai-chat/errors.ts';
import type { ClientDialect } from './client-dialect.ts';

export const openaiClient: ClientDialect = {
  renderError: renderChatError,
  renderErrorEvent: renderChatErrorEvent,
  keepAlive: Buffer.from(': keep-alive\n\n'),
  idHeader: null,
  passedHeaders: [],
};
