import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReplyParser } from '../../src/gateway/upstream/direct/reply-parser.ts';
import { limits } from '../../src/spec/limits.ts';
import { cutAt } from '../gateway/sse/events-of.ts';
import { corpus } from './corpus/http-replies.ts';
import { type ReadReply, readReply } from './http-reply-reference.ts';

const numRuns = Number(process.env.TOLLGATE_FUZZ_RUNS ?? 2_000);

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
const reply = fc
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
const places = fc.array(fc.nat(), { maxLength: 12 });

const damage = fc.array(
  fc.tuple(
    fc.nat(),
    fc.oneof(
      fc.constantFrom(
        '\r',
        '\n',
        '\r\n',
        '\0',
        ' ',
        '\t',
        ':',
        ';',
        '0',
        'f',
        '-',
        'x',
        '\x80',
        '\r\n\r\n',
        '0\r\n\r\n',
      ),
      fc.constantFrom('content-length: 3\r\n', 'transfer-encoding: chunked\r\n', 'HTTP/1.1 200 OK\r\n', '\r\n '),
      octets(2),
    ),
    fc.nat({ max: 3 }),
  ),
  { minLength: 1, maxLength: 4 },
);

function damaged(bytes: Buffer, changes: readonly (readonly [number, string, number])[]): Buffer {
  let text = bytes.toString('latin1');
  for (const [place, added, removed] of changes) {
    const at = place % (text.length + 1);
    text = text.slice(0, at) + added + text.slice(at + removed);
  }
  return Buffer.from(text, 'latin1');
}

class Reader {
  status = 0;
  headers: ReadReply['headers'] = {};
  body = '';
  bytes = 0;
  readonly parser = new ReplyParser(
    {
      onHead: (status, headers) => {
        expect(this.status).toBe(0);
        this.status = status;
        this.headers = { ...headers } as ReadReply['headers'];
      },
      onBody: piece => {
        expect(piece.length).toBeGreaterThan(0);
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
      expect(used).toBeLessThanOrEqual(piece.length);
      if (!parser.complete && parser.failure === '') expect(used).toBe(piece.length);
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

const plain = (read: ReadReply) => ({ ...read, headers: Object.entries(read.headers) });
const agrees = (bytes: Buffer, cuts: readonly number[]) => {
  const expected = plain(readReply(bytes.toString('latin1')));
  expect(plain(new Reader().read([bytes]))).toEqual(expected);
  expect(plain(new Reader().read(cutAt(bytes, [...cuts])))).toEqual(expected);
};

describe('the parser of answers', () => {
  test('reads valid answers as they are meant, in every cut', () => {
    fc.assert(
      fc.property(reply, places, ({ bytes }, cuts) => {
        expect(readReply(bytes.toString('latin1'))).toMatchObject({ outcome: 'complete', bytes: bytes.length });
        agrees(bytes, cuts);
      }),
      { numRuns, seed: 1 },
    );
  });

  test('agrees with a plain reading of damaged answers, in every cut, and takes no byte beyond their end', () => {
    fc.assert(
      fc.property(reply, damage, places, ({ bytes }, changes, cuts) => agrees(damaged(bytes, changes), cuts)),
      { numRuns: 2 * numRuns, seed: 2 },
    );
  });

  test('takes arbitrary bytes without harm, in every cut', () => {
    fc.assert(
      fc.property(fc.constantFrom('', 'HTTP/1.1 200 OK\r\n'), octets(120), places, (start, text, cuts) =>
        agrees(Buffer.from(start + text, 'latin1'), cuts),
      ),
      { numRuns, seed: 3 },
    );
  });

  test('reads one answer after the other on a connection', () => {
    fc.assert(
      fc.property(fc.array(reply, { minLength: 1, maxLength: 4 }), places, (replies, cuts) => {
        const reader = new Reader();
        for (const { bytes, closes } of replies) {
          const expected = plain(readReply(bytes.toString('latin1')));
          Object.assign(reader, { status: 0, headers: {}, body: '', bytes: 0 });
          expect(plain(reader.read(cutAt(bytes, cuts)))).toEqual(expected);
          if (closes) expect(reader.parser.persistent).toBe(false);
          reader.parser.reset();
        }
      }),
      { numRuns: numRuns / 4, seed: 4 },
    );
  });

  test.each(corpus.map(bytes => [JSON.stringify(bytes.toString('latin1')), bytes] as const))(
    'reads %s plainly',
    (_, bytes) => {
      for (let at = 0; at <= bytes.length; at++) agrees(bytes, [at]);
      agrees(bytes, [...bytes.keys()]);
    },
  );

  test('holds the limit of a head to the byte, in every cut', () => {
    const head = (bytes: number) => {
      const rest = 'HTTP/1.1 204 \r\na: \r\n\r\n';
      return Buffer.from(rest.replace('a: ', `a: ${'x'.repeat(bytes - rest.length)}`));
    };
    for (const over of [0, 1]) {
      const bytes = head(limits.upstreamHeaderBytes + over);
      for (const cuts of [[], [1], [16_380], [16_383], [16_384], [5, 9_000]])
        expect(new Reader().read(cutAt(bytes, cuts)).outcome).toBe(over === 0 ? 'complete' : 'invalid');
    }
  });
});
