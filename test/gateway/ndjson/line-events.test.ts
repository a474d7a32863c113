import { describe, expect, test } from 'vitest';
import { LineEvents } from '../../../src/gateway/ndjson/line-events.ts';
import { limits } from '../../../src/spec/limits.ts';
import { inPieces } from '../sse/events-of.ts';
import { linesOf } from './lines-of.ts';

describe('the lines of a stream', () => {
  test.each(['\n', '\r\n'])('end with %j, however the bytes arrive', end => {
    const bytes = Buffer.from(['{"a":"ä€😀"}', '', '  ', '{"b":1}', '{"c":'].join(end));

    for (let size = 1; size < bytes.length; size++) {
      expect(linesOf(inPieces(bytes, size))).toEqual(['{"a":"ä€😀"}', '{"b":1}', '{"c":']);
    }
  });

  test('are given once they are whole', () => {
    const reader = new LineEvents();

    reader.push(Buffer.from('{"a":1}\n{"b"'));
    expect(reader.next()).toEqual({ type: 'message', data: '{"a":1}' });
    expect(reader.next()).toBeNull();
    reader.push(Buffer.from(':2}'));
    expect(reader.next()).toBeNull();
    reader.push(Buffer.from('\n'));
    expect(reader.next()?.data).toBe('{"b":2}');
    reader.end();
    expect(reader.next()).toBeNull();
  });

  test.each(['in pieces', 'at once'])('end the stream when one grows beyond 16 MiB, %s', how => {
    const piece = Buffer.alloc(limits.ndjsonLineBytes / 16, 'x');
    const seventeen = Array.from({ length: 17 }, () => piece);
    const chunks = how === 'at once' ? [Buffer.concat([...seventeen, Buffer.from('\n')])] : seventeen;

    expect(() => linesOf(chunks)).toThrow(expect.objectContaining({ code: 'upstream_invalid' }));
    expect(linesOf(seventeen.slice(1))).toHaveLength(1);
  });

  test('cost no more than a few times their bytes when they come byte by byte', () => {
    const bytes = Buffer.from(`${'x'.repeat(20_000)}\n`);
    let copied = 0;
    const copy = Buffer.prototype.copy;
    Buffer.prototype.copy = function (this: Buffer, ...given: Parameters<Buffer['copy']>) {
      const done = copy.apply(this, given);
      copied += done;
      return done;
    };
    try {
      expect(linesOf(inPieces(bytes, 1))).toHaveLength(1);
    } finally {
      Buffer.prototype.copy = copy;
    }
    expect(copied).toBeGreaterThan(bytes.length - 2);
    expect(copied).toBeLessThan(4 * bytes.length);
  });
});
