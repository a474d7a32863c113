import {
  renderContentError,
  renderContentErrorArray,
  renderContentErrorElement,
  renderContentErrorEvent,
} from '../dialects/gemini-content/errors.ts';
import { describeModel, listModels } from '../dialects/gemini-content/models.ts';
import type { ClientDialect } from './client-dialect.ts';

/** Some of its packages read nothing but events that hold an answer, so a sign of life is an answer that says nothing. */
const KEEP_ALIVE = 'data: {"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},"index":0}]}\r\n\r\n';

export const geminiClient: ClientDialect = {
  renderError: renderContentError,
  renderErrorEvent: renderContentErrorEvent,
  keepAlive: Buffer.from(KEEP_ALIVE),
  idHeader: null,
  passedHeaders: ['x-server-timeout'],
  describeModel,
  listModels,
};

/** Its streams are one JSON array where nobody asks for events. */
export const geminiArrayClient: ClientDialect = {
  ...geminiClient,
  renderError: renderContentErrorArray,
  renderErrorEvent: renderContentErrorElement,
  streamType: 'application/json; charset=utf-8',
  // White space between elements.
  keepAlive: Buffer.from('\r\n'),
};
