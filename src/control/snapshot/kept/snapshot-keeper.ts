import type { Logger } from 'pino';
import { makePrivateFolder, replacePrivate } from './private-folder.ts';
import { highestFile, snapshotFile } from './read-kept.ts';
import { type KeptConfiguration, toLines } from './resources-schema.ts';
import { type SealingKey, seal, sealedHead } from './sealed-file.ts';

const AGAIN_MILLIS = 30_000;

export interface KeeperOptions {
  readonly folder: string;
  readonly key: SealingKey;
  /** Version of this program. */
  readonly program: string;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly againMillis?: number;
}

/**
 * Keeps the last good snapshot on disk. Whoever publishes is not held up: writing goes on beside it, piece by piece,
 * and of several that come meanwhile the last one is written. A write that fails leaves the last one in place.
 */
export class SnapshotKeeper {
  readonly #options: KeeperOptions;
  #wanted: KeptConfiguration | null = null;
  #writing: Promise<void> | null = null;
  #again: NodeJS.Timeout | null = null;
  #failed = false;

  constructor(options: KeeperOptions) {
    makePrivateFolder(options.folder);
    this.#options = options;
  }

  keep(configuration: KeptConfiguration): void {
    // What was to be tried again is older, and must not come behind this one.
    if (this.#again) clearTimeout(this.#again);
    this.#again = null;
    this.#wanted = configuration;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
    });
  }

  /** Resolves when nothing is being written any more. */
  async close(): Promise<void> {
    await this.#writing;
    if (this.#again) clearTimeout(this.#again);
    this.#again = null;
  }

  async #write(): Promise<void> {
    for (let next = this.#wanted; next !== null; next = this.#wanted) {
      this.#wanted = null;
      try {
        await this.#replace(next);
      } catch (error) {
        this.#fail(error, next);
        return;
      }
    }
  }

  /** The snapshot first: one that is newer than its mark is as good, one that is older is refused. */
  async #replace(next: KeptConfiguration): Promise<void> {
    const { folder, key, program, logger } = this.#options;
    const { version } = next.resources;
    await replacePrivate(folder, snapshotFile, seal(sealedHead('snapshot', version, program, key), toLines(next), key));
    await replacePrivate(folder, highestFile, seal(sealedHead('highest', version, program, key), [], key));
    if (this.#failed) logger.info({ version }, 'the snapshot is kept on disk again');
    this.#failed = false;
  }

  #fail(error: unknown, next: KeptConfiguration): void {
    const { folder, logger, againMillis = AGAIN_MILLIS } = this.#options;
    if (!this.#failed) {
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn(
        { folder, reason },
        'the snapshot cannot be kept on disk; a start without the database has an older one',
      );
    }
    this.#failed = true;
    this.#again = setTimeout(() => this.keep(this.#wanted ?? next), againMillis).unref();
  }
}
