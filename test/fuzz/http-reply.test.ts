import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../src/spec/limits.ts';
import { cutAt } from '../gateway/sse/events-of.ts';
import { corpus } from './corpus/http-replies.ts';
import { readReply } from './http-reply-reference.ts';
import { agreesWithPlainReading, httpReply, plain, ReplyReading } from './targets/http-reply.ts';

const numRuns = Number(process.env.TOLLGATE_FUZZ_RUNS ?? 2_000);

const octets = (maxLength: number) =>
  fc.string({ unit: fc.integer({ min: 0, max: 255 }).map(code => String.fromCharCode(code)), maxLength });
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

const agrees = (bytes: Buffer, cuts: readonly number[]) => {
  agreesWithPlainReading(bytes, [bytes]);
  agreesWithPlainReading(bytes, cutAt(bytes, [...cuts]));
};

describe('the parser of answers', () => {
  test('reads valid answers as they are meant, in every cut', () => {
    fc.assert(
      fc.property(httpReply, places, ({ bytes }, cuts) => {
        expect(readReply(bytes.toString('latin1'))).toMatchObject({ outcome: 'complete', bytes: bytes.length });
        agrees(bytes, cuts);
      }),
      { numRuns, seed: 1 },
    );
  });

  test('agrees with a plain reading of damaged answers, in every cut, and takes no byte beyond their end', () => {
    fc.assert(
      fc.property(httpReply, damage, places, ({ bytes }, changes, cuts) => agrees(damaged(bytes, changes), cuts)),
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
      fc.property(fc.array(httpReply, { minLength: 1, maxLength: 4 }), places, (replies, cuts) => {
        const reader = new ReplyReading();
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
        expect(new ReplyReading().read(cutAt(bytes, cuts)).outcome).toBe(over === 0 ? 'complete' : 'invalid');
    }
  });
});
