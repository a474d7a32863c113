import type { GatewayError } from '../../../spec/gateway-error.ts';
import { renderChatError } from '../openai-chat/errors.ts';

interface ErrorJson {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

/** What an error says, as in the body of an error answer. */
const said = (error: GatewayError, requestId: string): ErrorJson =>
  (JSON.parse(renderChatError(error, requestId).toString('utf8')) as { readonly error: ErrorJson }).error;

/** What is known of the answer that breaks off. */
export interface Broken {
  readonly id: string;
  /** Number of the next event. */
  readonly next: number;
  /** Members of the response. */
  readonly response: object;
}

/**
 * The events that end a broken stream: `error`, which SDKs throw, and `response.failed`, which agents wait for. JSON has
 * no raw line end, so no text can begin an event of its own.
 */
export function brokenEvents(error: GatewayError, requestId: string, { id, next, response }: Broken): Buffer {
  const { message, type, param, code } = said(error, requestId);
  const event = { type: 'error', sequence_number: next, code, message, param, error: { message, type, param, code } };
  const failed = {
    ...response,
    id,
    object: 'response',
    status: 'failed',
    error: { code: failedCode(error), message },
  };
  const last = { type: 'response.failed', sequence_number: next + 1, response: failed };
  return Buffer.from(
    `event: error\ndata: ${JSON.stringify(event)}\n\nevent: response.failed\ndata: ${JSON.stringify(last)}\n\n`,
  );
}

const codes: ReadonlySet<string> = new Set(['context_length_exceeded', 'insufficient_quota', 'rate_limit_exceeded']);

/** Codes that agents tell apart; any other error is the server's. */
const failedCode = ({ code }: GatewayError): string => (codes.has(code) ? code : 'server_error');

/** The same where nothing is known of the answer. */
export const renderResponsesErrorEvent = (error: GatewayError, requestId: string): Buffer =>
  brokenEvents(error, requestId, { id: `resp_${requestId.replaceAll('-', '')}`, next: 0, response: { output: [] } });
