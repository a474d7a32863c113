import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventCursor } from '../../src/gateway/sse/event-cursor.ts';
import { SseSplitter } from '../../src/gateway/sse/sse-splitter.ts';
import { cutAt, eventsOf } from '../gateway/sse/events-of.ts';
import { agreesWithReference, eventStream } from './targets/sse.ts';

const numRuns = Number(process.env.TOLLGATE_FUZZ_RUNS ?? 2_000);

const places = fc.array(fc.nat(), { maxLength: 12 });

describe('the event splitter', () => {
  test('agrees with eventsource-parser, in every cut', () => {
    fc.assert(
      fc.property(eventStream, places, (bytes, cuts) => agreesWithReference(bytes, cutAt(bytes, cuts))),
      { numRuns },
    );
  });

  test('loses and adds no byte, whatever the bytes', () => {
    const codes = fc.array(fc.constantFrom(0x0a, 0x0d, 0x3a, 0x20, 0x64, 0xef, 0xbb, 0xbf, 0xff), { maxLength: 60 });
    fc.assert(
      fc.property(codes, places, (list, cuts) => {
        const bytes = Buffer.from(list);
        const cut = eventsOf(cutAt(bytes, cuts));
        expect(cut.joined.equals(bytes)).toBe(true);
        expect(cut.events).toEqual(eventsOf([bytes]).events);
      }),
      { numRuns },
    );
  });
});

describe('the work of the event splitter grows with the size of the stream alone', () => {
  const shapes: readonly (readonly [string, string])[] = [
    ['usual events', 'data: {"a":1}\n\n'],
    ['CRLF', 'data: {"a":1}\r\n\r\n'],
    ['lone CR', 'data: x\r\r'],
    ['lines without an end', 'data: x\n'],
    ['CRLF lines without an end', 'data: x\r\n'],
    ['mixed line ends', 'data: x\ndata: y\r\n\n'],
    ['comments', ':\n\n'],
    ['blank lines', '\n'],
    ['one long line', 'xxxxxxxx'],
  ];

  /** How many bytes all searches pass over. */
  function searched(text: string): number {
    let count = 0;
    const bytes = Buffer.from(`${text}\n\n`);
    const forward = bytes.indexOf.bind(bytes);
    const backward = bytes.lastIndexOf.bind(bytes);
    bytes.indexOf = (value, from) => {
      const found = forward(value, Number(from));
      count += (found < 0 ? bytes.length : found) - Number(from) + 1;
      return found;
    };
    bytes.lastIndexOf = (value, from) => {
      const start = from === undefined ? bytes.length - 1 : Number(from);
      const found = backward(value, start);
      count += start - Math.max(found, 0) + 1;
      return found;
    };
    const cursor = new EventCursor();
    cursor.enter(new SseSplitter().push(bytes)!);
    while (cursor.next()) expect(cursor.end).toBeGreaterThan(cursor.start);
    return count;
  }

  test.each(shapes)('for %s', (_, unit) => {
    const large = searched(unit.repeat(5_000));

    expect(large).toBeLessThan(11 * searched(unit.repeat(500)) + 100);
    expect(large).toBeLessThan(6 * unit.length * 5_000 + 100);
  });
});
