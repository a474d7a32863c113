import { rm } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { SegmentName } from '../../spec/spool-file.ts';
import type { Batch } from './batch.ts';
import { compactSegment, isWorthCompacting } from './compact-segment.ts';
import { Segment, type SegmentListener, type Started } from './segment.ts';

export interface TailSettings {
  readonly directory: string;
  readonly instance: string;
  readonly batch: Batch;
  readonly logger: Pick<Logger, 'warn' | 'error' | 'info'>;
}

/**
 * The segments of one instance, followed in order. `open` knows for each call that has started where its record lies.
 *
 * When the instance is dead, what is still open becomes `unknown`, exactly as its `started` record says. No `finished`
 * can follow such an event: only the process that wrote `started` writes its `finished`, and the lock on the data folder
 * goes to a new gateway only after the old one is gone.
 */
export class Tail implements SegmentListener {
  readonly instance: string;
  readonly #settings: TailSettings;
  readonly #segments: Segment[] = [];
  readonly #open = new Map<string, Started>();
  dead = false;

  constructor(settings: TailSettings) {
    this.#settings = settings;
    this.instance = settings.instance;
  }

  get unread(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.unread, 0);
  }

  get length(): number {
    return this.#segments.length;
  }

  /** Takes in the segments that are in the folder now, and looks how far they can be read. */
  async look(names: readonly SegmentName[], dead: boolean): Promise<void> {
    this.dead = dead;
    const { directory, logger } = this.#settings;
    const known = new Set(this.#segments.map(segment => segment.number));
    for (const name of [...names].sort((left, right) => left.number - right.number)) {
      if (!known.has(name.number)) this.#segments.push(new Segment(directory, name, logger));
    }
    for (const segment of this.#segments) await segment.measure(dead || segment !== this.#segments.at(-1));
  }

  /** Reads everything that was there at the last look; commits whenever the batch is full. */
  async read(buffer: Buffer): Promise<void> {
    const { batch } = this.#settings;
    for (const segment of this.#segments) {
      while (await segment.readSome(buffer, this)) if (batch.full) await batch.commit();
    }
    if (this.dead) await this.#shipUnknown();
  }

  started(id: string, record: Started): void {
    this.#open.set(id, record);
  }

  finished(id: string | null, bytes: Buffer, start: number, end: number, segment: Segment): void {
    if (id !== null) this.#forget(id);
    this.#settings.batch.add(bytes, start, end, segment);
  }

  #forget(id: string): void {
    const record = this.#open.get(id);
    if (record === undefined) return;
    record.segment.forget(record);
    this.#open.delete(id);
  }

  /** Removes what has been committed. */
  async tidy(nowMillis: number): Promise<void> {
    for (const segment of [...this.#segments]) {
      if (!segment.drained || segment.uncommitted > 0 || segment.refused) continue;
      if (segment.open === 0) {
        await rm(segment.path, { force: true });
        this.#segments.splice(this.#segments.indexOf(segment), 1);
      } else if (isWorthCompacting(segment, nowMillis)) await this.#compact(segment, nowMillis);
    }
  }

  async close(): Promise<void> {
    for (const segment of this.#segments) await segment.close();
  }

  /** Saves disk and nothing else: when it fails, the segment stays as it is and is tried again later. */
  async #compact(segment: Segment, nowMillis: number): Promise<void> {
    try {
      const records = new Map([...this.#open].filter(([, record]) => record.segment === segment));
      for (const id of await compactSegment(segment, records)) this.#gone(id);
    } catch (error) {
      segment.drainedMillis = nowMillis;
      this.#settings.logger.warn(
        { segment: segment.path, reason: (error as Error).message },
        'a spool segment did not shrink',
      );
    }
  }

  async #shipUnknown(): Promise<void> {
    const { batch, logger } = this.#settings;
    if (this.#open.size > 0) {
      logger.info({ instance: this.instance, calls: this.#open.size }, 'calls of an ended process become unknown');
    }
    for (const [id, record] of this.#open) {
      const { segment } = record;
      const line = await segment.reread(id, record);
      if (line === null) this.#gone(id);
      else {
        this.#forget(id);
        batch.add(line, 0, record.length, segment);
      }
      if (batch.full) await batch.commit();
    }
  }

  #gone(id: string): void {
    const segment = this.#open.get(id)?.segment.path;
    this.#settings.logger.error({ id, segment }, 'a started record is gone from its segment');
    this.#forget(id);
  }
}
