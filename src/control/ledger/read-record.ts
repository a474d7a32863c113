import { crc32 } from 'node:zlib';
import { spoolRecord } from '../../spec/spool-file.ts';

const { sumLength, kindAt, eventAt, idAt, idLength } = spoolRecord;
const STARTED = 0x53;
const FINISHED = 0x46;
const SPACE = 0x20;
const QUOTE = 0x22;
const SHORTEST = idAt + idLength + 2;

/**
 * What a line seems to be by its form; `end` is its newline. Null: no record. A `finished` is one only when its sum
 * is right. The sum of a `started` is left for `isWhole`: its event counts only when its call was cut, and until then
 * all that matters is whether a `finished` has the same id.
 */
export function kindOfLine(bytes: Buffer, start: number, end: number): 'S' | 'F' | null {
  if (end - start < SHORTEST) return null;
  if (bytes[start + sumLength] !== SPACE || bytes[start + eventAt - 1] !== SPACE) return null;
  if (bytes[start + idAt - 1] !== QUOTE || bytes[start + idAt + idLength] !== QUOTE) return null;
  const kind = bytes[start + kindAt];
  if (kind === STARTED) return 'S';
  return kind === FINISHED && isWhole(bytes, start, end) ? 'F' : null;
}

/** The line is as it was written. */
export const isWhole = (bytes: Buffer, start: number, end: number): boolean =>
  sumOf(bytes, start) === crc32(bytes.subarray(start + kindAt, end));

/** Id of the usage event on a line that has the form of a record. */
export const idOfLine = (bytes: Buffer, start: number): string =>
  bytes.toString('latin1', start + idAt, start + idAt + idLength);

/** -1 where there is no sum. */
function sumOf(bytes: Buffer, start: number): number {
  let sum = 0;
  for (let at = start; at < start + sumLength; at++) {
    const digit = digitOf(bytes[at]!);
    if (digit < 0) return -1;
    sum = (sum << 4) | digit;
  }
  return sum >>> 0;
}

function digitOf(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
