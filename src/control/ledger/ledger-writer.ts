import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import { parseSegmentFile, type SegmentName } from '../../spec/spool-file.ts';
import { Batch } from './batch.ts';
import { countSetAside } from './set-aside.ts';
import { Tail } from './tail.ts';

export interface LedgerWriterOptions {
  readonly directory: string;
  /** Puts usage events, a JSON array as UTF-8, into the ledger, idempotent by event id. The bytes are lent until it settles. */
  readonly append: (events: Buffer) => Promise<number>;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly intervalMillis?: number;
}

export interface LedgerStatus {
  /** Finished events that are not in the database. Those not read yet are estimated from their bytes. */
  readonly pendingEvents: number;
  readonly pendingBytes: number;
  /** Files in the spool, the one being written among them. */
  readonly pendingSegments: number;
  /** How long the oldest pending event has waited, at most; 0 when nothing waits. */
  readonly lagMillis: number;
  /** Events in `set-aside.log`, which the database could not take. */
  readonly setAside: number;
}

export interface LedgerWriter {
  /** Resolves when every event that was finished before the call is in the database; throws when it cannot be now. */
  flush(): Promise<void>;
  status(): LedgerStatus;
  /** Ends after the batch under way. What is left stays in the spool. */
  stop(): Promise<void>;
}

/** A statement costs this process a millisecond however little is in it. */
const INTERVAL_MILLIS = 500;
const BACKOFF_MOST_MILLIS = 5000;
const BUFFER_BYTES = 1024 * 1024;
const BYTES_PER_CALL = 1300;

/**
 * Follows the spool's folder into the ledger, beginning with what ended processes left.
 *
 * Call it before this process opens a spool of its own, and under the lock of the data folder: every segment that is in
 * the folder at this moment counts as left behind by a process that is gone.
 */
export function startLedgerWriter(options: LedgerWriterOptions): LedgerWriter {
  const { directory } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const files = readdirSync(directory);
  for (const file of files.filter(isLeftover)) rmSync(path.join(directory, file), { force: true });
  const ended = new Set(files.flatMap(file => parseSegmentFile(file)?.instance ?? []));
  return new SpoolFollower(options, ended, countSetAside(directory));
}

/** Of a write that its process did not finish; nothing was promised about it. */
const isLeftover = (file: string): boolean => file.endsWith('.log.tmp') || file.endsWith('.probe');

class SpoolFollower implements LedgerWriter {
  readonly #options: LedgerWriterOptions;
  readonly #batch: Batch;
  readonly #tails = new Map<string, Tail>();
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  readonly #setAsideBefore: number;
  /** Instances whose process is gone. */
  readonly #ended: ReadonlySet<string>;
  /** One pass at a time; `flush` queues behind the one under way. */
  #passes: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #delayMillis: number;
  #caughtUpMillis = Date.now();
  #downSinceMillis = 0;
  #stopped = false;

  constructor(options: LedgerWriterOptions, ended: ReadonlySet<string>, setAsideBefore: number) {
    this.#options = options;
    this.#ended = ended;
    this.#setAsideBefore = setAsideBefore;
    this.#delayMillis = options.intervalMillis ?? INTERVAL_MILLIS;
    const { directory, append, logger } = options;
    this.#batch = new Batch({ directory, append, logger });
    this.#schedule(0);
  }

  flush(): Promise<void> {
    if (this.#stopped) return Promise.reject(new Error('the ledger writer is stopped'));
    return this.#enqueue();
  }

  status(): LedgerStatus {
    const tails = [...this.#tails.values()];
    const unread = tails.reduce((sum, tail) => sum + tail.unread, 0);
    const pendingEvents = this.#batch.length + Math.ceil(unread / BYTES_PER_CALL);
    return {
      pendingEvents,
      pendingBytes: unread + this.#batch.bytes,
      pendingSegments: tails.reduce((sum, tail) => sum + tail.length, 0),
      lagMillis: pendingEvents > 0 ? Date.now() - this.#caughtUpMillis : 0,
      setAside: this.#setAsideBefore + this.#batch.setAside,
    };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    // Whether the last pass failed has been told; what it left stays in the spool.
    await this.#passes.catch(() => undefined);
    for (const tail of this.#tails.values()) await tail.close();
  }

  #schedule(delayMillis: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      // A failed pass has told the log already.
      this.#enqueue().then(
        () => this.#schedule(this.#delayMillis),
        () => this.#schedule(this.#delayMillis),
      );
    }, delayMillis);
    this.#timer.unref();
  }

  #enqueue(): Promise<void> {
    const pass = () => this.#pass().then(this.#succeeded, this.#failed);
    this.#passes = this.#passes.then(pass, pass);
    return this.#passes;
  }

  async #pass(): Promise<void> {
    const startedMillis = Date.now();
    await this.#look();
    await this.#batch.commit();
    for (const tail of this.#tails.values()) await tail.read(this.#buffer);
    await this.#batch.commit();
    for (const tail of this.#tails.values()) {
      await tail.tidy(startedMillis);
      if (tail.length === 0 && tail.dead) this.#tails.delete(tail.instance);
    }
    this.#caughtUpMillis = startedMillis;
  }

  /** Takes in new segments. Ended processes come first: theirs are the oldest events. */
  async #look(): Promise<void> {
    const found = new Map<string, SegmentName[]>([...this.#tails.keys()].map(instance => [instance, []]));
    for (const file of await readdir(this.#options.directory)) {
      const name = parseSegmentFile(file);
      if (name) found.set(name.instance, [...(found.get(name.instance) ?? []), name]);
    }
    const { directory, logger } = this.#options;
    for (const [instance, names] of [...found].sort(([left], [right]) => (left < right ? -1 : 1))) {
      const tail = this.#tails.get(instance) ?? new Tail({ directory, instance, logger, batch: this.#batch });
      this.#tails.set(instance, tail);
      await tail.look(names, this.#ended.has(instance));
    }
  }

  readonly #succeeded = (): void => {
    this.#delayMillis = this.#options.intervalMillis ?? INTERVAL_MILLIS;
    if (this.#downSinceMillis === 0) return;
    const downMillis = Date.now() - this.#downSinceMillis;
    this.#downSinceMillis = 0;
    this.#options.logger.info({ downMillis }, 'the ledger takes usage events again');
  };

  readonly #failed = (error: Error): never => {
    this.#delayMillis = Math.min(2 * this.#delayMillis, BACKOFF_MOST_MILLIS);
    if (this.#downSinceMillis === 0) {
      this.#downSinceMillis = Date.now();
      this.#options.logger.error({ reason: error.message }, 'the ledger takes no usage events; they wait in the spool');
    }
    throw error;
  };
}
