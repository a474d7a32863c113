import type { GatewayError } from '../../../spec/gateway-error.ts';
import { renderChatError } from '../openai-chat/errors.ts';

interface ErrorJson {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

/** Codes of a failed response; any other error is told as the server's. */
const codes: Readonly<Record<string, string>> = {
  context_length_exceeded: 'context_length_exceeded',
  insufficient_quota: 'insufficient_quota',
  rate_limit_exceeded: 'rate_limit_exceeded',
};

/**
 * The events that end a broken stream: `error`, which SDKs throw, and `response.failed`, which agents wait for. JSON has
 * no raw line end, so no text can begin an event of its own.
 *
 * @param response members of the response, as far as they are known
 * @param sequence number of the first of both
 */
export function failureEvents(
  error: GatewayError,
  requestId: string,
  response: object = { output: [] },
  sequence = 0,
): Buffer {
  const { error: said } = JSON.parse(renderChatError(error, requestId).toString('utf8')) as ErrorJson;
  const { message, type, param, code } = said;
  const event = {
    type: 'error',
    code,
    message,
    param,
    sequence_number: sequence,
    error: { message, type, param, code },
  };
  const failed = {
    id: `resp_${requestId.replaceAll('-', '')}`,
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    ...response,
    status: 'failed',
    error: { code: codes[error.code] ?? 'server_error', message },
  };
  const last = { type: 'response.failed', sequence_number: sequence + 1, response: failed };
  return Buffer.from(
    `event: error\ndata: ${JSON.stringify(event)}\n\nevent: response.failed\ndata: ${JSON.stringify(last)}\n\n`,
  );
}
