import { describe, expect, test } from 'vitest';
import { judgeMemory } from './soak/memory.ts';

const MEBIBYTE = 1024 * 1024;

/** A sample a second. */
const samples = (seconds: number, mebibytes: (second: number) => number) =>
  Array.from({ length: seconds }, (_, second) => ({ millis: second * 1000, bytes: mebibytes(second) * MEBIBYTE }));

describe('memory over time', () => {
  test('is flat where bodies come and go', () => {
    const { flat, maxBytes } = judgeMemory(
      samples(600, second => 200 + (second % 7 === 0 ? 300 : 0)),
      60_000,
    );
    expect(flat).toBe(true);
    expect(maxBytes).toBe(500 * MEBIBYTE);
  });

  test('is flat where it grows while it warms up', () => {
    expect(
      judgeMemory(
        samples(600, second => 100 + Math.min(second, 60)),
        60_000,
      ).flat,
    ).toBe(true);
  });

  test('is not flat where a little is kept all the time, whatever comes and goes above it', () => {
    const { flat, slopeBytesPerHour } = judgeMemory(
      samples(600, second => 200 + second / 10 + (second % 3) * 100),
      60_000,
    );
    expect(flat).toBe(false);
    expect(slopeBytesPerHour / MEBIBYTE).toBeCloseTo(360, 0);
  });

  test('cannot be judged in a minute', () => {
    expect(
      judgeMemory(
        samples(60, second => second),
        10_000,
      ).flat,
    ).toBeNull();
    expect(judgeMemory([], 0)).toMatchObject({ flat: null, maxBytes: 0, slopeBytesPerHour: 0 });
  });
});
