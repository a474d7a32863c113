import { crc32 } from 'node:zlib';
import type { SpoolRecordKind } from '../../../spec/spool.ts';
import { spoolRecord } from '../../../spec/spool-file.ts';
import type { UsageEvent } from '../../../spec/usage-event.ts';
import { formOf } from './event-form.ts';
import { rareMembers, wholeEvent } from './event-members.ts';
import { fillIn, fits } from './fill-in.ts';

const CAPACITY = 256 * 1024;
const NEWLINE = 0x0a;
const SPACE = 0x20;
const CLOSING = 0x7d;
/** A UTF-16 unit takes at most three bytes of UTF-8. */
const BYTES_PER_UNIT = 3;
const HEX = Buffer.from('0123456789abcdef', 'latin1');

/** Records of one tick, encoded one behind the other so that one write takes them all. Used again after `clear`. */
export class RecordBuffer {
  bytes: Buffer;
  length = 0;

  constructor(capacity: number = CAPACITY) {
    this.bytes = Buffer.allocUnsafe(capacity);
  }

  /** Adds one record; answers the offset behind it. */
  add(kind: SpoolRecordKind, event: UsageEvent): number {
    const end = fits(event) ? this.#fillIn(event) : this.#write(wholeEvent(event), this.length + spoolRecord.eventAt);
    const { bytes, length: start } = this;
    const kindAt = start + spoolRecord.kindAt;
    bytes[kindAt - 1] = SPACE;
    bytes[kindAt] = kind === 'S' ? 0x53 : 0x46;
    bytes[kindAt + 1] = SPACE;
    let sum = crc32(bytes.subarray(kindAt, end));
    for (let at = start + spoolRecord.sumLength - 1; at >= start; at--) {
      bytes[at] = HEX[sum & 0xf]!;
      sum >>>= 4;
    }
    bytes[end] = NEWLINE;
    this.length = end + 1;
    return this.length;
  }

  clear(): void {
    this.length = 0;
    // One burst must not hold its memory for ever.
    if (this.bytes.length > 16 * CAPACITY) this.bytes = Buffer.allocUnsafe(CAPACITY);
  }

  /** These two answer the offset behind the event. */
  #fillIn(event: UsageEvent): number {
    const form = formOf(event);
    const rare = rareMembers(event);
    this.#reserve(spoolRecord.eventAt + form.bytes.length + rare.length * BYTES_PER_UNIT + 2);
    let end = fillIn(this.bytes, this.length + spoolRecord.eventAt, form, event);
    if (rare !== '') end += this.bytes.write(rare, end, 'utf8');
    this.bytes[end] = CLOSING;
    return end + 1;
  }

  #write(json: string, at: number): number {
    this.#reserve(spoolRecord.eventAt + json.length * BYTES_PER_UNIT + 1);
    return at + this.bytes.write(json, at, 'utf8');
  }

  #reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.length + more, 2 * this.bytes.length));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}
