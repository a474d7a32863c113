import type { Socket } from 'node:net';
import type { UpstreamRequest } from '../../../spec/upstream.ts';

/** Up to here copying a body behind its head costs less than a write of several pieces. */
const ONE_PIECE_BYTES = 16 * 1024;

/** Hands a whole request to the socket; `head` is what `requestHead` made. */
export function writeRequest(socket: Socket, head: string, { body, method }: UpstreamRequest): void {
  const bytes = body === null ? 0 : lengthOf(body);
  const text = body === null && method === 'GET' ? `${head}\r\n` : `${head}content-length: ${bytes}\r\n\r\n`;
  if (text.length + bytes <= ONE_PIECE_BYTES) socket.write(onePiece(text, body, bytes));
  else writePieces(socket, text, body!);
}

function onePiece(text: string, body: UpstreamRequest['body'], bytes: number): Buffer {
  const piece = Buffer.allocUnsafe(text.length + bytes);
  let at = piece.write(text, 0, 'latin1');
  if (Buffer.isBuffer(body)) piece.set(body, at);
  else if (body !== null) {
    for (const slice of body) {
      piece.set(slice, at);
      at += slice.length;
    }
  }
  return piece;
}

function writePieces(socket: Socket, text: string, body: Buffer | readonly Buffer[]): void {
  socket.cork();
  socket.write(Buffer.from(text, 'latin1'));
  if (Buffer.isBuffer(body)) socket.write(body);
  else for (const slice of body) socket.write(slice);
  socket.uncork();
}

function lengthOf(body: Buffer | readonly Buffer[]): number {
  if (Buffer.isBuffer(body)) return body.length;
  let bytes = 0;
  for (const slice of body) bytes += slice.length;
  return bytes;
}
