import fs from 'node:fs';
import path from 'node:path';
import { segmentFile } from '../../../spec/spool-file.ts';

/** What the spool asks of `node:fs`; tests put failures in its place. */
export interface SpoolFiles {
  openSync(file: string, flags: number, mode?: number): number;
  writeSync(file: number, bytes: Buffer, offset: number, length: number): number;
  ftruncateSync(file: number, size: number): void;
  fdatasyncSync(file: number): void;
  fdatasync(file: number, then: (error: Error | null) => void): void;
  fsyncSync(file: number): void;
  closeSync(file: number): void;
}

export interface SegmentSettings {
  readonly directory: string;
  readonly instance: string;
  /** A new segment begins when the current one would grow past this, or is this old. */
  readonly segmentBytes: number;
  readonly segmentMillis: number;
  readonly files: SpoolFiles;
  /** Told when the last sync of a segment that was left behind failed. */
  readonly onSyncError: (error: Error) => void;
}

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = fs.constants;

/** Writes whole records into the current segment and goes on to the next one in time. Synchronous: it is the hot path. */
export class SegmentWriter {
  readonly #settings: SegmentSettings;
  #number = -1;
  #file = -1;
  #size = 0;
  #openedMillis = 0;
  /** Behind a failure that could not be undone, the rest of a segment is not used. */
  #spoiled = false;
  #dirty = false;
  #syncing = false;

  constructor(settings: SegmentSettings) {
    this.#settings = settings;
    this.#next();
  }

  /**
   * Appends `bytes[0, length)`. Answers how many of them are in the file for good: when it fails, what was written
   * behind `ends` (offsets behind each record, rising) of the last whole record is taken back.
   */
  write(bytes: Buffer, length: number, ends: readonly number[]): { kept: number; error: Error | null } {
    const { files } = this.#settings;
    let written = 0;
    try {
      if (this.#mustMoveOn(length)) this.#next();
      while (written < length) {
        const count = files.writeSync(this.#file, bytes, written, length - written);
        if (count === 0) throw new Error('the file took no bytes');
        written += count;
      }
    } catch (error) {
      const kept = ends.findLast(end => end <= written) ?? 0;
      this.#dirty ||= kept > 0;
      this.#takeBack(this.#size + kept, written > kept);
      return { kept, error: asError(error) };
    }
    this.#size += length;
    this.#dirty = true;
    return { kept: length, error: null };
  }

  /** Makes what was written last a power loss. On failure the bytes `since` are taken back: they may not be there. */
  syncNow(since: number): Error | null {
    try {
      this.#settings.files.fdatasyncSync(this.#file);
      this.#dirty = false;
      return null;
    } catch (error) {
      this.#takeBack(this.#size - since, true);
      this.#spoiled = true;
      return asError(error);
    }
  }

  /** The same without waiting, when something was written since the last time. */
  sync(): void {
    if (!this.#dirty || this.#syncing) return;
    this.#dirty = false;
    this.#syncing = true;
    this.#settings.files.fdatasync(this.#file, error => {
      this.#syncing = false;
      if (!error) return;
      // The system forgets what it could not write after saying so once: this segment cannot be trusted to grow.
      this.#spoiled = true;
      this.#settings.onSyncError(error);
    });
  }

  close(): void {
    const { files } = this.#settings;
    try {
      files.fdatasyncSync(this.#file);
    } finally {
      files.closeSync(this.#file);
    }
  }

  #mustMoveOn(length: number): boolean {
    if (this.#spoiled) return true;
    if (this.#size === 0) return false;
    const { segmentBytes, segmentMillis } = this.#settings;
    return this.#size + length > segmentBytes || Date.now() - this.#openedMillis > segmentMillis;
  }

  /** Once it has begun, the current segment is never written again: readers take it as complete. */
  #next(): void {
    const { directory, instance, files } = this.#settings;
    this.#spoiled = true;
    this.#number += 1;
    const file = path.join(directory, segmentFile({ instance, number: this.#number }));
    const opened = files.openSync(file, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW, 0o600);
    try {
      syncFolder(directory, files);
    } catch (error) {
      files.closeSync(opened);
      throw error;
    }
    this.#retire();
    this.#file = opened;
    this.#size = 0;
    this.#openedMillis = Date.now();
    this.#spoiled = false;
    this.#dirty = false;
  }

  /** Syncs and closes the segment that is left behind, off the hot path. */
  #retire(): void {
    const left = this.#file;
    if (left < 0) return;
    const { files, onSyncError } = this.#settings;
    files.fdatasync(left, error => {
      files.closeSync(left);
      if (error) onSyncError(error);
    });
  }

  #takeBack(size: number, torn: boolean): void {
    this.#size = size;
    if (!torn) return;
    try {
      this.#settings.files.ftruncateSync(this.#file, size);
    } catch {
      // A torn record then ends the segment, where readers pass over it.
      this.#spoiled = true;
    }
  }
}

/** A new file lasts only when its folder's entry does. */
function syncFolder(directory: string, files: SpoolFiles): void {
  const folder = files.openSync(directory, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
  try {
    files.fsyncSync(folder);
  } finally {
    files.closeSync(folder);
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
