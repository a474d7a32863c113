import type { Logger } from 'pino';
import type { Resources } from '../../spec/resources.ts';
import type { Snapshot } from '../../spec/snapshot.ts';
import type { Store } from '../../spec/store.ts';

const RETRY_MILLIS = 1000;

export interface PublisherParts {
  readonly store: Pick<Store, 'load' | 'onChange'>;
  readonly compile: (resources: Resources) => Snapshot;
  /** Gets the resources as well, from which the same snapshot can be compiled again. */
  readonly publish: (snapshot: Snapshot, resources: Resources) => void;
  readonly logger: Pick<Logger, 'error' | 'info'>;
  /** Wait before a failed load is tried again. */
  readonly retryMillis?: number;
}

export interface Publisher {
  /** Of the snapshot that was published last. */
  readonly version: number;
  /** Loads once more; resolves when a snapshot at least as new as this moment is published or its loading has failed. */
  refresh(): Promise<void>;
  close(): void;
}

/**
 * Publishes a snapshot now and after every change. Rejects when the first one cannot be made; later failures are
 * logged, leave the last good snapshot in place and are tried again.
 */
export async function startPublisher(parts: PublisherParts): Promise<Publisher> {
  const publisher = new SnapshotPublisher(parts);
  await publisher.first();
  return publisher;
}

class SnapshotPublisher implements Publisher {
  readonly #parts: PublisherParts;
  #version = 0;
  #running: Promise<void> | null = null;
  /** The run after the running one, which everybody who asks meanwhile shares. */
  #next: Promise<void> | null = null;
  #retry: NodeJS.Timeout | null = null;
  #unsubscribe = () => {};
  #closed = false;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
  }

  get version(): number {
    return this.#version;
  }

  async first(): Promise<void> {
    // Listening first: a change between loading and listening would go unseen.
    let changed = false;
    const unsubscribe = this.#parts.store.onChange(() => {
      changed = true;
      if (this.#version > 0) void this.refresh();
    });
    try {
      await this.#load();
    } catch (error) {
      unsubscribe();
      throw error;
    }
    this.#unsubscribe = unsubscribe;
    if (changed) void this.refresh();
  }

  refresh(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    if (this.#next) return this.#next;
    if (this.#running === null) return this.#run();
    this.#next = this.#running.then(() => {
      this.#next = null;
      return this.#run();
    });
    return this.#next;
  }

  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    if (this.#retry) clearTimeout(this.#retry);
  }

  #run(): Promise<void> {
    this.#running = this.#load()
      .catch(error => this.#failed(error))
      .finally(() => {
        this.#running = null;
      });
    return this.#running;
  }

  async #load(): Promise<void> {
    const resources = await this.#parts.store.load();
    // Loads may be answered by a replica or an older connection; the configuration never goes back.
    if (this.#closed || resources.version <= this.#version) return;
    const snapshot = this.#parts.compile(resources);
    this.#parts.publish(snapshot, resources);
    this.#version = snapshot.version;
    this.#parts.logger.info({ version: snapshot.version }, 'configuration published');
  }

  #failed(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#parts.logger.error({ reason, version: this.#version }, 'configuration not loaded; the last one stays');
    if (this.#closed || this.#retry) return;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      void this.refresh();
    }, this.#parts.retryMillis ?? RETRY_MILLIS).unref();
  }
}
