import type { Socket } from 'node:net';
import { GatewayError } from '../../spec/gateway-error.ts';
import { uuidv7 } from '../../spec/ids.ts';
import { renderError } from '../ingress/index.ts';

/** For the last answer on a socket to arrive before it is closed. */
const LAST_WORDS_MILLIS = 1_000;

/** What Node's parser refuses is answered once and the connection closed. */
export function refuseSocket(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') refuse(socket, 'request_timeout', 'Request Timeout');
  else refuse(socket, 'invalid_framing', 'Bad Request');
}

/** What took too long to come, or never came. */
export const refuseLate = (socket: Socket): void => refuse(socket, 'request_timeout', 'Request Timeout');

function refuse(socket: Socket, code: 'request_timeout' | 'invalid_framing', reason: string): void {
  const refusal = new GatewayError(code);
  const body = renderError(refusal, uuidv7());
  socket.end(
    `HTTP/1.1 ${refusal.status} ${reason}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  );
  // Nobody watches this socket any more, and its other side may never close.
  setTimeout(() => socket.destroy(), LAST_WORDS_MILLIS).unref();
}
