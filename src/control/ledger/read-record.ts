import { crc32 } from 'node:zlib';
import type { SpoolRecordKind } from '../../spec/spool.ts';
import { spoolRecord } from '../../spec/spool-file.ts';

export interface SpoolRecord {
  readonly kind: SpoolRecordKind;
  /** Of the usage event. */
  readonly id: string;
}

const { sumLength, kindAt, eventAt, idAt, idLength } = spoolRecord;
const SPACE = 0x20;
const QUOTE = 0x22;
const SHORTEST = idAt + idLength + 2;

/** The record on a line (`end` is its newline), or null when it is cut or damaged. The event itself is not parsed. */
export function readRecord(bytes: Buffer, start: number, end: number): SpoolRecord | null {
  if (end - start < SHORTEST) return null;
  const kind = bytes[start + kindAt] === 0x53 ? 'S' : bytes[start + kindAt] === 0x46 ? 'F' : null;
  if (kind === null || bytes[start + sumLength] !== SPACE || bytes[start + eventAt - 1] !== SPACE) return null;
  const sum = Number.parseInt(bytes.toString('latin1', start, start + sumLength), 16);
  if (sum !== crc32(bytes.subarray(start + kindAt, end))) return null;
  const id = start + idAt;
  if (bytes[id - 1] !== QUOTE || bytes[id + idLength] !== QUOTE) return null;
  return { kind, id: bytes.toString('latin1', id, id + idLength) };
}

/** The usage event of a record, as JSON text. */
export const eventText = (bytes: Buffer, start: number, end: number): string =>
  bytes.toString('utf8', start + eventAt, end);
