import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ResponseSerializationError } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import type { ErrorCode } from '../../spec/error-table.ts';
import { GatewayError } from '../../spec/gateway-error.ts';
import { uuidv7 } from '../../spec/ids.ts';

/** Errors that Fastify or Postgres throws and that are not ours to explain. */
const foreign = new Map<string, [ErrorCode, string?]>([
  ['FST_ERR_CTP_BODY_TOO_LARGE', ['request_too_large']],
  ['FST_ERR_CTP_INVALID_CONTENT_LENGTH', ['invalid_framing']],
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', ['unsupported_media_type']],
  ['FST_ERR_BAD_URL', ['unknown_url']],
  ['FST_ERR_MAX_PARAM_LENGTH', ['unknown_url']],
  ['57014', ['database_unavailable', 'The database took too long for this report. Ask for a shorter time.']],
]);

/** Every error leaves in one shape, from the closed table; what is not in it is a 500 whose cause only the log knows. */
export function renderErrors(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler((error, request, reply) => {
    const known = toGatewayError(error);
    if (known.status >= 500) logFailure(logger, request, known, error);
    return sendError(request, reply, known);
  });
  app.setNotFoundHandler((request, reply) => sendError(request, reply, new GatewayError('unknown_url')));
}

export function toGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const [known, message] = foreign.get(code) ?? ['internal_error' as const];
  return new GatewayError(known, { cause: error, ...(message === undefined ? {} : { message }) });
}

export function sendError(request: FastifyRequest, reply: FastifyReply, error: GatewayError): FastifyReply {
  if (error.retryAfter !== undefined) reply.header('retry-after', String(error.retryAfter));
  // A body that nobody reads would be taken for the next request.
  if (!request.raw.complete) reply.header('connection', 'close');
  return reply.code(error.status).type('application/json; charset=utf-8').send(render(error, request.id));
}

/** What Node's parser refuses is answered once and the connection closed. */
/** For the last answer on a socket to arrive before it is closed. */
const LAST_WORDS_MILLIS = 1_000;

export function refuseSocket(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const timeout = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const refusal = new GatewayError(timeout ? 'request_timeout' : 'invalid_framing');
  const body = render(refusal, uuidv7());
  socket.end(
    `HTTP/1.1 ${refusal.status} ${timeout ? 'Request Timeout' : 'Bad Request'}\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
  // Node no longer watches this socket, and its other side may never close.
  setTimeout(() => socket.destroy(), LAST_WORDS_MILLIS).unref();
}

const render = ({ code, message, param }: GatewayError, requestId: string): string =>
  JSON.stringify({ error: { code, message, param: param ?? null, request_id: requestId } });

function logFailure(logger: Logger, request: FastifyRequest, known: GatewayError, error: unknown): void {
  const cause = error instanceof ResponseSerializationError ? error.cause : (known.cause ?? error);
  const stack = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  logger.error({ request_id: request.id, error: known.code, stack: stack.slice(0, 4096) }, 'admin request failed');
}
