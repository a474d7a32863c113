import { renderChatError, renderChatErrorEvent } from '../dialects/openai-chat/errors.ts';
import { describeModel, listModels } from '../dialects/openai-chat/models.ts';
import type { ClientDialect } from './client-dialect.ts';

export const openaiClient: ClientDialect = {
  renderError: renderChatError,
  renderErrorEvent: renderChatErrorEvent,
  keepAlive: Buffer.from(': keep-alive\n\n'),
  idHeader: null,
  passedHeaders: [],
  describeModel,
  listModels,
};
