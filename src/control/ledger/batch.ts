import type { Logger } from 'pino';
import { spoolRecord } from '../../spec/spool-file.ts';
import type { Segment } from './segment.ts';
import { setAside } from './set-aside.ts';

export interface BatchSettings {
  readonly directory: string;
  /** Takes a JSON array of usage events as UTF-8, which is its own only until it settles. */
  readonly append: (events: Buffer) => Promise<number>;
  readonly logger: Pick<Logger, 'error'>;
}

const EVENTS = 4000;
const FULL_BYTES = 2 * 1024 * 1024;
const CAPACITY = FULL_BYTES + 512 * 1024;
const OPENING = 0x5b;
const CLOSING = 0x5d;
const COMMA = 0x2c;
const SHOWN_BYTES = 64;

/**
 * Events that were read and not yet committed: bounded, because reading goes on only when they are gone. They stand in
 * one buffer as in a JSON array, byte before the first and byte behind the last left free, so that any stretch of them
 * becomes an array of its own by setting two brackets; nothing is decoded or copied again.
 *
 * When the database refuses what is in them, ever smaller parts are tried, until the one that it cannot take stands
 * alone and is set aside.
 */
export class Batch {
  readonly #settings: BatchSettings;
  #bytes = Buffer.allocUnsafe(CAPACITY);
  /** Offset behind each event, where its comma is. */
  readonly #ends: number[] = [];
  readonly #segments: Segment[] = [];
  /** So many of them, from the first on, are committed or set aside. */
  #done = 0;
  #most = EVENTS;
  /** Of this process. */
  setAside = 0;

  constructor(settings: BatchSettings) {
    this.#settings = settings;
  }

  get length(): number {
    return this.#ends.length - this.#done;
  }

  get bytes(): number {
    return this.length === 0 ? 0 : this.#startOf(this.#ends.length) - this.#startOf(this.#done);
  }

  get full(): boolean {
    return this.length >= EVENTS || this.bytes >= FULL_BYTES;
  }

  /** The event of the record on a line, with the segment that holds it until it is committed. */
  add(line: Buffer, start: number, end: number, segment: Segment): void {
    const from = start + spoolRecord.eventAt;
    const at = this.#startOf(this.#ends.length);
    const behind = at + end - from;
    if (behind >= this.#bytes.length) this.#grow(behind + 1);
    line.copy(this.#bytes, at, from, end);
    this.#bytes[behind] = COMMA;
    this.#ends.push(behind);
    this.#segments.push(segment);
    segment.uncommitted += 1;
  }

  /** Commits everything. Throws when the database does not take it now; what is left stays for the next time. */
  async commit(): Promise<void> {
    while (this.length > 0) {
      const count = Math.min(this.#most, this.length);
      try {
        await this.#append(count);
      } catch (error) {
        if (!isDataError(error)) throw error;
        if (count > 1) {
          this.#most = count >> 1;
          continue;
        }
        await this.#putAside(error);
      }
      this.#remove(count);
      this.#most = Math.min(EVENTS, 2 * this.#most);
    }
  }

  async #append(count: number): Promise<void> {
    const opening = this.#startOf(this.#done) - 1;
    const closing = this.#ends[this.#done + count - 1]!;
    this.#bytes[opening] = OPENING;
    this.#bytes[closing] = CLOSING;
    try {
      await this.#settings.append(this.#bytes.subarray(opening, closing + 1));
    } finally {
      this.#bytes[closing] = COMMA;
    }
  }

  async #putAside(error: unknown): Promise<void> {
    const event = this.#bytes.subarray(this.#startOf(this.#done), this.#ends[this.#done]);
    await setAside(this.#settings.directory, event);
    this.setAside += 1;
    const { code, message } = error as { code: string; message: string };
    const shown = event.toString('utf8', 0, SHOWN_BYTES);
    this.#settings.logger.error({ event: shown, code, reason: message }, 'a usage event was set aside');
  }

  #remove(count: number): void {
    const done = this.#done + count;
    for (let index = this.#done; index < done; index++) this.#segments[index]!.uncommitted -= 1;
    this.#done = done;
    if (this.length > 0) return;
    this.#done = 0;
    this.#ends.length = 0;
    this.#segments.length = 0;
    if (this.#bytes.length > CAPACITY) this.#bytes = Buffer.allocUnsafe(CAPACITY);
  }

  #startOf(index: number): number {
    return index === 0 ? 1 : this.#ends[index - 1]! + 1;
  }

  #grow(least: number): void {
    const larger = Buffer.allocUnsafe(Math.max(least, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#startOf(this.#ends.length));
    this.#bytes = larger;
  }
}

/** SQLSTATE classes of errors that lie in the row: data, integrity, and the limits of a page. */
function isDataError(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^(22|23|54)...$/.test(code);
}
