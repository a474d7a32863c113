import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameDecoder } from '../../src/gateway/aws-event-stream/frame-decoder.ts';
import { framesOf } from '../gateway/aws-event-stream/frames-of.ts';
import { cutAt } from '../gateway/sse/events-of.ts';
import { frame, rawFrame } from '../support/aws-frames.ts';

const numRuns = Number(process.env.TOLLGATE_FUZZ_RUNS ?? 2_000);

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 });
const said = fc.string({ unit: 'grapheme', maxLength: 12 });
const written = fc.record({ headers: fc.dictionary(name, said, { maxKeys: 4, noNullPrototype: true }), payload: said });
const messages = fc.array(written, { maxLength: 6 });
const places = fc.array(fc.nat(), { maxLength: 12 });

const bytesOf = (list: readonly { headers: Record<string, string>; payload: string }[]): Buffer =>
  Buffer.concat(list.map(({ headers, payload }) => frame(Object.entries(headers), payload)));

describe('the frame decoder', () => {
  test('reads what was written, in every cut', () => {
    fc.assert(
      fc.property(messages, places, (list, cuts) => {
        expect(framesOf(cutAt(bytesOf(list), cuts))).toEqual({ frames: list, failure: null });
      }),
      { numRuns },
    );
  });

  test('takes no frame with a changed byte, in any cut, and keeps those before it', () => {
    fc.assert(
      fc.property(
        messages,
        written,
        places,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (list, one, cuts, at, bits) => {
          const damaged = bytesOf([one]);
          damaged[at % damaged.length]! ^= bits;
          const { frames, failure } = framesOf(cutAt(Buffer.concat([bytesOf(list), damaged]), cuts));

          expect(frames).toEqual(list);
          expect(failure).toMatch(/^upstream_invalid: /);
        },
      ),
      { numRuns },
    );
  });

  test('throws nothing but upstream_invalid, whatever the bytes, and the same in every cut', () => {
    const headers = fc.uint8Array({ maxLength: 24 }).map(bytes => rawFrame(Buffer.from(bytes), Buffer.from('x')));
    const bytes = fc.oneof(headers, fc.uint8Array({ maxLength: 60 }).map(Buffer.from));
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 4 }), places, (list, cuts) => {
        const whole = Buffer.concat(list);
        expect(framesOf(cutAt(whole, cuts))).toEqual(framesOf([whole]));
      }),
      { numRuns },
    );
  });

  test('copies no more than a few times the bytes of a frame that comes byte by byte', () => {
    const bytes = bytesOf([{ headers: { a: 'b' }, payload: 'x'.repeat(20_000) }]);
    let copied = 0;
    const decoder = new FrameDecoder();
    const copy = Buffer.prototype.copy;
    Buffer.prototype.copy = function (this: Buffer, ...given: Parameters<Buffer['copy']>) {
      const done = copy.apply(this, given);
      copied += done;
      return done;
    };
    try {
      for (let at = 0; at < bytes.length; at++) {
        decoder.push(bytes.subarray(at, at + 1));
        decoder.next();
      }
    } finally {
      Buffer.prototype.copy = copy;
    }
    expect(copied).toBeGreaterThan(bytes.length - 1);
    expect(copied).toBeLessThan(4 * bytes.length);
  });
});
