import type { Logger } from 'pino';
import type { Spool, SpoolRecordKind } from '../../../spec/spool.ts';
import { spoolRecord } from '../../../spec/spool-file.ts';
import type { UsageEvent } from '../../../spec/usage-event.ts';
import { RecordBuffer } from './record-buffer.ts';
import { type SegmentSettings, SegmentWriter } from './segment-writer.ts';
import { probe, segmentBytes } from './spool-folder.ts';

type Then = (error: Error | null) => void;

export interface FileSpoolSettings extends Omit<SegmentSettings, 'onSyncError'> {
  readonly fsync: 'interval' | 'each';
  readonly limitBytes: number;
  /** Bytes that earlier processes left in the folder. */
  readonly usedBytes: number;
  readonly logger: Pick<Logger, 'info' | 'error'> | undefined;
  readonly onProblem: ((problem: string | null) => void) | undefined;
  readonly onFinished: ((bytes: Buffer, start: number, end: number) => void) | undefined;
}

const TEND_MILLIS = 1000;
const RETRY_MILLIS = 100;
const RETRY_MOST_MILLIS = 5000;
/** Of a usual record; the buffer of one that waits grows when it is larger. */
const KEPT_BYTES = 1024;

/** The records of one tick: callbacks, kinds and the offsets behind each record stand side by side. */
interface Batch {
  readonly thens: Then[];
  readonly kinds: SpoolRecordKind[];
  readonly ends: number[];
}

const emptyBatch = (): Batch => ({ thens: [], kinds: [], ends: [] });

/**
 * The spool over `SegmentWriter`. Two things can stop it: a write that fails, and the size limit. Either way `started`
 * is refused. `finished` goes beyond the limit, since its call has been made; one that cannot be written waits in
 * memory, bounded by the calls that were open, and is tried again until it is in the file.
 */
export class FileSpool implements Spool {
  readonly instance: string;
  readonly #settings: FileSpoolSettings;
  readonly #segments: SegmentWriter;
  readonly #buffer = new RecordBuffer();
  #batch = emptyBatch();
  #scheduled = false;
  #inTick = 0;
  /** The last tick had one record. While that is so, records come one at a time and need not wait for company. */
  #lone = false;
  #kept: Buffer[] = [];
  #usedBytes: number;
  #full = false;
  #failure: string | null = null;
  #told: string | null = null;
  #retryMillis = RETRY_MILLIS;
  #retry: NodeJS.Timeout | undefined;
  readonly #tending: NodeJS.Timeout;
  #measuring = false;
  #closed = false;

  constructor(settings: FileSpoolSettings) {
    this.instance = settings.instance;
    this.#settings = settings;
    this.#usedBytes = settings.usedBytes;
    this.#segments = new SegmentWriter({ ...settings, onSyncError: error => this.#fail(error) });
    this.#tending = setInterval(() => this.#tend(), TEND_MILLIS).unref();
    this.#checkLimit();
  }

  get ready(): boolean {
    return !this.#closed && this.problem === null;
  }

  get problem(): string | null {
    if (this.#failure !== null) return this.#failure;
    return this.#full ? `the spool has reached its limit of ${this.#settings.limitBytes} bytes` : null;
  }

  started(event: UsageEvent, then: Then): void {
    if (this.ready) this.#add('S', event, then);
    else setImmediate(then, this.#refusal());
  }

  finished(event: UsageEvent, then: Then): void {
    if (this.#failure === null && !this.#closed) {
      this.#add('F', event, then);
      return;
    }
    if (!this.#closed) this.#keep(event);
    setImmediate(then, this.#refusal());
  }

  /** Throws when finished records could not be written; their calls then become `unknown` in the ledger. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#flush();
    this.#closed = true;
    clearInterval(this.#tending);
    clearTimeout(this.#retry);
    if (this.#kept.length > 0) this.#writeKept();
    this.#segments.close();
    const lost = this.#kept.length;
    if (lost > 0) throw new Error(`${lost} finished records could not be written to the spool: ${this.#failure}`);
  }

  #refusal(): Error {
    return new Error(this.problem ?? 'the spool is closed');
  }

  #add(kind: SpoolRecordKind, event: UsageEvent, then: Then): void {
    const batch = this.#batch;
    batch.ends.push(this.#encode(this.#buffer, kind, event));
    batch.kinds.push(kind);
    batch.thens.push(then);
    this.#inTick += 1;
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#endTick);
    if (this.#lone) this.#flush();
  }

  /** Answers the offset behind the record. */
  #encode(buffer: RecordBuffer, kind: SpoolRecordKind, event: UsageEvent): number {
    const start = buffer.length + spoolRecord.eventAt;
    const end = buffer.add(kind, event);
    // Before the newline.
    if (kind === 'F') this.#settings.onFinished?.(buffer.bytes, start, end - 1);
    return end;
  }

  readonly #endTick = (): void => {
    this.#scheduled = false;
    this.#lone = this.#inTick <= 1;
    this.#inTick = 0;
    this.#flush();
  };

  /** One write for all records that wait, then their callbacks. */
  #flush(): void {
    const { thens, kinds, ends } = this.#batch;
    if (thens.length === 0) return;
    this.#batch = emptyBatch();
    const buffer = this.#buffer;
    const { kept, error } = this.#write(buffer.bytes, buffer.length, ends);
    if (error) this.#keepUnwritten(kinds, ends, kept);
    buffer.clear();
    for (let index = 0; index < thens.length; index++) this.#tell(thens[index]!, ends[index]! <= kept ? null : error);
  }

  #write(bytes: Buffer, length: number, ends: readonly number[]): { kept: number; error: Error | null } {
    const { kept, error } = this.#segments.write(bytes, length, ends);
    const syncError = this.#settings.fsync === 'each' && kept > 0 ? this.#segments.syncNow(kept) : null;
    const failed = error ?? syncError;
    if (failed) this.#fail(failed);
    const lasting = syncError ? 0 : kept;
    this.#usedBytes += lasting;
    this.#checkLimit();
    return { kept: lasting, error: failed };
  }

  #keepUnwritten(kinds: readonly SpoolRecordKind[], ends: readonly number[], kept: number): void {
    for (let index = 0; index < ends.length; index++) {
      if (ends[index]! <= kept || kinds[index] !== 'F') continue;
      this.#kept.push(Buffer.from(this.#buffer.bytes.subarray(ends[index - 1] ?? 0, ends[index])));
    }
  }

  #keep(event: UsageEvent): void {
    const single = new RecordBuffer(KEPT_BYTES);
    this.#encode(single, 'F', event);
    this.#kept.push(Buffer.from(single.bytes.subarray(0, single.length)));
  }

  /** A callback that throws must not take the acknowledgements of other calls with it. */
  #tell(then: Then, error: Error | null): void {
    try {
      then(error);
    } catch (thrown) {
      this.#settings.logger?.error({ err: thrown }, 'a call failed on the answer of the spool');
    }
  }

  #fail(error: Error): void {
    this.#failure = `the spool cannot be written: ${error.message}`;
    this.#announce();
    this.#retry ??= setTimeout(this.#recover, this.#retryMillis).unref();
  }

  readonly #recover = async (): Promise<void> => {
    this.#retryMillis = Math.min(2 * this.#retryMillis, RETRY_MOST_MILLIS);
    try {
      await probe(this.#settings.directory, this.instance);
    } catch (error) {
      this.#retry = undefined;
      if (!this.#closed) this.#fail(error as Error);
      return;
    }
    this.#retry = undefined;
    if (this.#closed) return;
    this.#failure = null;
    if (this.#kept.length > 0) this.#writeKept();
    if (this.#failure !== null) return;
    this.#retryMillis = RETRY_MILLIS;
    this.#announce();
  };

  #writeKept(): void {
    const bytes = Buffer.concat(this.#kept);
    let end = 0;
    const ends = this.#kept.map(record => {
      end += record.length;
      return end;
    });
    const { kept } = this.#write(bytes, bytes.length, ends);
    this.#kept = this.#kept.filter((_, index) => ends[index]! > kept);
  }

  #tend(): void {
    if (this.#settings.fsync === 'interval') this.#segments.sync();
    if (!this.#measuring) void this.#measure();
  }

  /** Others remove segments, so the true size is looked up now and then. */
  async #measure(): Promise<void> {
    this.#measuring = true;
    try {
      this.#usedBytes = await segmentBytes(this.#settings.directory);
      this.#checkLimit();
    } catch (error) {
      if (!this.#closed) this.#fail(error as Error);
    } finally {
      this.#measuring = false;
    }
  }

  #checkLimit(): void {
    this.#full = this.#usedBytes >= this.#settings.limitBytes;
    this.#announce();
  }

  #announce(): void {
    const { problem } = this;
    if (problem === this.#told) return;
    this.#told = problem;
    if (problem === null) this.#settings.logger?.info('the spool takes records again');
    else this.#settings.logger?.error({ problem, waiting: this.#kept.length }, 'the spool takes no calls');
    this.#settings.onProblem?.(problem);
  }
}
