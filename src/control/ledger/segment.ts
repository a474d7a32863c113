import { constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import { type SegmentName, segmentFile } from '../../spec/spool-file.ts';
import { ChunkCalls } from './chunk-calls.ts';
import { idOfLine, isWhole, kindOfLine } from './read-record.ts';

const CHUNK = 256 * 1024;
const NEWLINE = 0x0a;
const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
/** Lines are read without a pause, so one serves all segments. */
const calls = new ChunkCalls();

/** A call that has started and not finished, and where its record lies; `length` leaves the newline out. */
export interface Started {
  readonly segment: Segment;
  offset: number;
  readonly length: number;
}

export interface SegmentListener {
  started(id: string, record: Started): void;
  /**
   * The line is `bytes[start, end)`, good until the listener returns. The id is null where nobody was told of the start.
   */
  finished(id: string | null, bytes: Buffer, start: number, end: number, segment: Segment): void;
}

/**
 * One file of the spool, read forward. `closed` is set once a later segment exists or its process is dead: it grows no
 * more. What is damaged is passed over: it was never acknowledged, or the disk has lost it.
 */
export class Segment {
  readonly number: number;
  readonly path: string;
  readonly #logger: Pick<Logger, 'warn' | 'error'>;
  closed = false;
  /** Everything in it has been read. */
  drained = false;
  drainedMillis = 0;
  /** Not to be read and not to be removed: a link, a folder, not ours to open. */
  refused = false;
  size = 0;
  offset = 0;
  /** Finished events that were read and are not in the database yet. */
  uncommitted = 0;
  /** Calls that started in this segment and have not finished, and the bytes of their lines. */
  open = 0;
  openBytes = 0;
  #handle: FileHandle | null = null;
  #damaged = 0;

  constructor(directory: string, name: SegmentName, logger: Pick<Logger, 'warn' | 'error'>) {
    this.number = name.number;
    this.path = path.join(directory, segmentFile(name));
    this.#logger = logger;
  }

  get unread(): number {
    return this.drained ? 0 : Math.max(0, this.size - this.offset);
  }

  /**
   * Looks up how far there is something to read. `closed`: a later segment existed before this look, or the process is
   * dead, so the size found now is final.
   */
  async measure(closed: boolean): Promise<void> {
    if (this.drained || this.closed) return;
    try {
      const found = await lstat(this.path);
      if (!found.isFile()) throw new Error('it is no file');
      this.size = found.size;
      this.closed = closed;
    } catch (error) {
      await this.#refuse(error as NodeJS.ErrnoException);
    }
  }

  /** Reads on, up to the measured size; answers false when nothing was left. `buffer` holds at least one chunk. */
  async readSome(buffer: Buffer, listener: SegmentListener): Promise<boolean> {
    if (this.drained) return false;
    const bytesRead = await this.#read(buffer, Math.min(CHUNK, this.size - this.offset));
    const end = bytesRead > 0 ? buffer.lastIndexOf(NEWLINE, bytesRead - 1) : -1;
    if (end >= 0) {
      this.#readLines(buffer, end, listener);
      this.offset += end + 1;
      return true;
    }
    if (bytesRead === CHUNK) {
      this.#passOver(this.offset);
      this.offset += CHUNK;
      return true;
    }
    if (this.closed && !this.drained) await this.#finish(bytesRead > 0);
    return false;
  }

  async #read(buffer: Buffer, most: number): Promise<number> {
    if (most <= 0) return 0;
    try {
      this.#handle ??= await openFile(this.path);
    } catch (error) {
      await this.#refuse(error as NodeJS.ErrnoException);
      return 0;
    }
    return (await this.#handle.read(buffer, 0, most, this.offset)).bytesRead;
  }

  /** The whole line of a started record with its newline, read again; null when it is not there any more. */
  async reread(id: string, { offset, length }: Started): Promise<Buffer | null> {
    const line = Buffer.alloc(length + 1);
    try {
      const handle = await openFile(this.path);
      await handle.read(line, 0, line.length, offset).finally(() => handle.close());
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    return kindOfLine(line, 0, length) === 'S' && idOfLine(line, 0) === id && isWhole(line, 0, length) ? line : null;
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close();
  }

  #readLines(buffer: Buffer, end: number, listener: SegmentListener): void {
    for (let start = 0; start <= end; ) {
      const newline = buffer.indexOf(NEWLINE, start);
      const kind = kindOfLine(buffer, start, newline);
      if (kind === 'F') {
        const id = calls.take(buffer, start) ? null : idOfLine(buffer, start);
        listener.finished(id, buffer, start, newline, this);
      } else if (kind === null) this.#passOver(this.offset + start);
      else if (!calls.add(buffer, start)) this.#start(buffer, start, listener);
      start = newline + 1;
    }
    for (const line of calls.drain()) this.#start(buffer, line, listener);
  }

  #start(buffer: Buffer, start: number, listener: SegmentListener): void {
    const length = buffer.indexOf(NEWLINE, start) - start;
    this.open += 1;
    this.openBytes += length + 1;
    listener.started(idOfLine(buffer, start), { segment: this, offset: this.offset + start, length });
  }

  /** A call of this segment has finished, or nothing more can be known of it. */
  forget(record: Started): void {
    this.open -= 1;
    this.openBytes -= record.length + 1;
  }

  #passOver(offset: number): void {
    this.#damaged += 1;
    if (this.#damaged === 1)
      this.#logger.warn({ segment: this.path, offset }, 'a damaged spool record was passed over');
  }

  async #finish(torn: boolean): Promise<void> {
    if (torn) this.#passOver(this.offset);
    if (this.#damaged > 1) {
      this.#logger.warn({ segment: this.path, records: this.#damaged }, 'damaged spool records were passed over');
    }
    this.drained = true;
    this.drainedMillis = Date.now();
    await this.close();
  }

  async #refuse(error: NodeJS.ErrnoException): Promise<void> {
    const gone = error.code === 'ENOENT';
    this.#logger.error(
      { segment: this.path, reason: error.message },
      gone ? 'a spool segment is gone' : 'a spool segment cannot be read',
    );
    this.refused = !gone;
    this.drained = true;
    await this.close();
  }
}

/** Neither a link is followed nor a pipe waited for. */
async function openFile(file: string): Promise<FileHandle> {
  const handle = await open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw new Error('it is no file');
}
