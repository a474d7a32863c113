import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import { readHead } from '../../../src/gateway/http/direct/request-head.ts';
import { checkFraming } from '../../../src/gateway/http/framing.ts';
import { httpLimits, limits } from '../../../src/spec/limits.ts';
import { httpRequests } from '../corpus/http-requests.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';

const END_OF_HEAD = '\r\n\r\n';

/** A connection that brings bytes and swallows every answer. */
class Incoming extends Duplex {
  override _read(): void {}
  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }
}

/** What Node's own server makes of a head, with our settings; null where it refuses it. */
function readByNode(head: string): Promise<IncomingMessage | null> {
  const socket = new Incoming();
  const { promise, resolve } = Promise.withResolvers<IncomingMessage | null>();
  const server = createServer({ ...httpLimits, connectionsCheckingInterval: 2 ** 30 }, request => resolve(request));
  server.on('clientError', () => resolve(null));
  server.emit('connection', socket);
  socket.push(Buffer.from(head, 'latin1'));
  return promise.finally(() => {
    socket.destroy();
    server.close();
  });
}

/** What our reader takes, Node takes too, and reads the same way. */
async function run(bytes: Buffer): Promise<void> {
  const text = bytes.toString('latin1');
  const end = text.indexOf(END_OF_HEAD);
  if (end < 0) return;
  const ours = readHead(text.slice(0, end + 2));
  if (ours === null) return;
  const theirs = await readByNode(text.slice(0, end + 4));
  assert(theirs !== null, 'taken here and refused by Node');
  checkFraming(theirs);
  assert.equal(theirs.method, 'POST');
  assert.equal(theirs.httpVersion, '1.1');
  assert.equal(theirs.url, ours.target);
  assert.equal(theirs.headers['transfer-encoding'], undefined);
  assert.equal(Number(theirs.headers['content-length']), ours.contentLength);
  assert(ours.contentLength <= limits.bodyBytes);
  assert.deepEqual(
    ours.headers,
    theirs.rawHeaders.map((text, index) => (index % 2 === 0 ? text.toLowerCase() : text)),
  );
}

export const target: FuzzTarget = {
  name: 'request-head',
  run,
  seeds: () => httpRequests,
  words: [
    ...[
      '\r\n',
      '\r',
      '\n',
      '\0',
      ' ',
      '\t',
      ':',
      ',',
      ';',
      '0',
      '\x0b',
      '\x7f',
      '\r\n ',
      '\r\n\r\n',
      'POST ',
      ' HTTP/1.1',
    ],
    ...[
      'Content-Length: 5\r\n',
      'Content-Length: 0\r\n',
      'Transfer-Encoding: chunked\r\n',
      'Host: a\r\n',
      'TE: trailers\r\n',
    ],
    ...[
      'Connection: keep-alive\r\n',
      'Connection: close\r\n',
      'Expect: 100-continue\r\n',
      'Upgrade: x\r\n',
      'Trailer: x\r\n',
    ],
    ...['X-Any: 1\r\n', 'Keep-Alive: 5\r\n', 'Cookie: a=b\r\n', 'Proxy-Connection: close\r\n', '__proto__: 1\r\n'],
  ],
};
