import type { Socket } from 'node:net';
import { GatewayError } from '../../spec/gateway-error.ts';
import { uuidv7 } from '../../spec/ids.ts';
import { openaiClient } from '../ingress/openai-client.ts';

/** For the last answer on a socket to arrive before it is closed. */
const LAST_WORDS_MILLIS = 1_000;

/** The answer under way on a connection, for which there is no public name; Node's own handler looks at it too. */
type Answering = Socket & { readonly _httpMessage?: { readonly headersSent: boolean } | null };

/** What Node's parser refuses is answered once and the connection closed. */
export function refuseSocket(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const answer = (socket as Answering)._httpMessage;
  // What stands behind a request that asked for the end is nobody's; the answer to that request still comes.
  if (answer && error.code === 'HPE_CLOSED_CONNECTION') return;
  // More bytes would be read as the rest of what has left.
  if (answer?.headersSent) return hangUp(socket);
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') refuse(socket, 'request_timeout', 'Request Timeout');
  else refuse(socket, 'invalid_framing', 'Bad Request');
}

/** What took too long to come, or never came. */
export const refuseLate = (socket: Socket): void => refuse(socket, 'request_timeout', 'Request Timeout');

/** It is not known what was asked for, nor in which dialect. */
function refuse(socket: Socket, code: 'request_timeout' | 'invalid_framing', reason: string): void {
  const refusal = new GatewayError(code);
  const body = openaiClient.renderError(refusal, uuidv7());
  socket.end(
    `HTTP/1.1 ${refusal.status} ${reason}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  );
  forget(socket);
}

function hangUp(socket: Socket): void {
  socket.destroySoon();
  forget(socket);
}

/** Nobody watches this socket any more, and its other side may never close. */
function forget(socket: Socket): void {
  setTimeout(() => socket.destroy(), LAST_WORDS_MILLIS).unref();
}
