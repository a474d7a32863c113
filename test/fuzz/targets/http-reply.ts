import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ReplyParser } from '../../../src/gateway/upstream/direct/reply-parser.ts';
import { limits } from '../../../src/spec/limits.ts';
import { corpus } from '../corpus/http-replies.ts';
import { cutsOf } from '../engine/expectations.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { type ReadReply, readReply } from '../http-reply-reference.ts';

const octets = (maxLength: number) =>
  fc.string({ unit: fc.integer({ min: 0, max: 255 }).map(code => String.fromCharCode(code)), maxLength });
const textOf = (characters: string, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...characters), maxLength });

const value = textOf('ab c\t,;=":\xe9', 20);
const field = fc
  .tuple(fc.constantFrom('a', 'B', 'x-Request-ID', 'Content-Type', 'set-cookie', '__proto__', 'date'), value)
  .map(([name, text]) => `${name}:${text}\r\n`);
const fields = fc.array(field, { maxLength: 6 }).map(list => list.join(''));
const interim = fc
  .tuple(fc.constantFrom(100, 102, 103, 199), fields)
  .map(([status, more]) => `HTTP/1.1 ${status} \r\n${more}\r\n`);

const chunk = fc
  .tuple(
    octets(30).filter(text => text !== ''),
    fc.constantFrom('', '0', '000'),
    fc.constantFrom('', ';', ';a=b', ';a="\xe9;"'),
  )
  .map(([text, zeros, extension]) => `${zeros}${text.length.toString(16)}${extension}\r\n${text}\r\n`);
const framed = fc.oneof(
  octets(80).map(text => ({ head: `content-length: ${text.length}\r\n`, body: text, closes: false })),
  fc.tuple(fc.array(chunk, { maxLength: 12 }), fields).map(([chunks, trailers]) => ({
    head: 'Transfer-Encoding: Chunked\r\n',
    body: `${chunks.join('')}0\r\n${trailers}\r\n`,
    closes: false,
  })),
  octets(80).map(text => ({ head: '', body: text, closes: true })),
);

/** Valid answers of every kind; `closes` where only the end of the connection ends them. */
export const httpReply: fc.Arbitrary<{ readonly bytes: Buffer; readonly closes: boolean }> = fc
  .tuple(
    fc.array(interim, { maxLength: 3 }),
    fc.constantFrom('200 OK', '200', '404 Not Found', '529 \xfcber', '204 None', '304 Same'),
    fields,
    framed,
    fields,
  )
  .map(([before, status, first, { head, body, closes }, last]) => {
    const empty = /^(204|304)/.test(status);
    return {
      bytes: Buffer.from(
        `${before.join('')}HTTP/1.1 ${status}\r\n${first}${head}${last}\r\n${empty ? '' : body}`,
        'latin1',
      ),
      closes: closes && !empty,
    };
  });

/** Reads answers with the parser under test, and checks what it says on the way. */
export class ReplyReading {
  status = 0;
  headers: ReadReply['headers'] = {};
  body = '';
  bytes = 0;
  readonly parser = new ReplyParser(
    {
      onHead: (status, headers) => {
        assert.equal(this.status, 0, 'two heads');
        this.status = status;
        this.headers = { ...headers } as ReadReply['headers'];
      },
      onBody: piece => {
        assert(piece.length > 0, 'a piece of nothing');
        this.body += piece.toString('latin1');
      },
    },
    limits.upstreamHeaderBytes,
  );

  /** Reads until the answer is over; the other side closes after the last piece. */
  read(pieces: readonly Buffer[]): ReadReply {
    const { parser } = this;
    for (const piece of pieces) {
      if (parser.complete || parser.failure !== '') break;
      // The parser moves bytes in what it is given.
      const used = parser.feed(Buffer.from(piece));
      assert(used <= piece.length, 'more bytes than were given');
      if (!parser.complete && parser.failure === '') assert.equal(used, piece.length);
      this.bytes += used;
    }
    if (parser.failure === '') parser.finish();
    const { status, headers, body } = this;
    if (parser.failure !== '') return { outcome: 'invalid', status, headers, body, bytes: 0 };
    return {
      outcome: parser.complete ? 'complete' : 'cut',
      status,
      headers,
      body,
      bytes: parser.complete ? this.bytes : 0,
    };
  }
}

export const plain = (read: ReadReply) => ({ ...read, headers: Object.entries(read.headers) });

/** In this cut the answer is read as the plain reading reads it. */
export const agreesWithPlainReading = (bytes: Buffer, pieces: readonly Buffer[]): void =>
  assert.deepEqual(plain(new ReplyReading().read(pieces)), plain(readReply(bytes.toString('latin1'))));

export const target: FuzzTarget = {
  name: 'http-reply',
  run: bytes => {
    agreesWithPlainReading(bytes, [bytes]);
    for (const pieces of cutsOf(bytes)) agreesWithPlainReading(bytes, pieces);
  },
  seeds: () => corpus,
  words: [
    ...['\r', '\n', '\r\n', '\0', ' ', '\t', ':', ';', '0', 'f', '-', 'x', '\x80', '\r\n\r\n', '0\r\n\r\n', '\r\n '],
    ...['content-length: 3\r\n', 'transfer-encoding: chunked\r\n', 'HTTP/1.1 200 OK\r\n', 'HTTP/1.1 103 x\r\n\r\n'],
    ...['connection: close\r\n', 'keep-alive: timeout=5\r\n', ', chunked', 'fffffffffffff\r\n', 'ffffffff\r\n'],
  ],
  generator: httpReply.map(({ bytes }) => bytes),
};
