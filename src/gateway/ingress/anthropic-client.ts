import { renderMessagesError, renderMessagesErrorEvent } from '../dialects/anthropic-messages/errors.ts';
import { describeModel, listModels } from '../dialects/anthropic-messages/models.ts';
import { PING } from '../dialects/anthropic-messages/neutral/index.ts';
import type { ClientDialect } from './client-dialect.ts';

export const anthropicClient: ClientDialect = {
  renderError: renderMessagesError,
  renderErrorEvent: renderMessagesErrorEvent,
  keepAlive: PING,
  idHeader: 'request-id',
  passedHeaders: ['anthropic-version', 'anthropic-beta'],
  describeModel,
  listModels,
};
