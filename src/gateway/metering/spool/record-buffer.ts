import { crc32 } from 'node:zlib';
import type { SpoolRecordKind } from '../../../spec/spool.ts';
import { spoolRecord } from '../../../spec/spool-file.ts';

const CAPACITY = 256 * 1024;
const NEWLINE = 0x0a;
/** A UTF-16 unit takes at most three bytes of UTF-8. */
const BYTES_PER_UNIT = 3;

/** Records of one tick, encoded one behind the other so that one write takes them all. Used again after `clear`. */
export class RecordBuffer {
  bytes: Buffer;
  length = 0;

  constructor(capacity: number = CAPACITY) {
    this.bytes = Buffer.allocUnsafe(capacity);
  }

  /** Adds one record; answers the offset behind it. */
  add(kind: SpoolRecordKind, json: string): number {
    const start = this.length;
    this.#reserve(spoolRecord.eventAt + json.length * BYTES_PER_UNIT + 1);
    const { bytes } = this;
    const kindAt = start + spoolRecord.kindAt;
    bytes[kindAt - 1] = 0x20;
    bytes[kindAt] = kind.charCodeAt(0);
    bytes[kindAt + 1] = 0x20;
    const end = kindAt + 2 + bytes.write(json, kindAt + 2, 'utf8');
    const sum = crc32(bytes.subarray(kindAt, end)).toString(16).padStart(spoolRecord.sumLength, '0');
    bytes.write(sum, start, 'latin1');
    bytes[end] = NEWLINE;
    this.length = end + 1;
    return this.length;
  }

  clear(): void {
    this.length = 0;
    // One burst must not hold its memory for ever.
    if (this.bytes.length > 16 * CAPACITY) this.bytes = Buffer.allocUnsafe(CAPACITY);
  }

  #reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.length + more, 2 * this.bytes.length));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}
