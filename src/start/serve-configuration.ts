import { lstatSync } from 'node:fs';
import path from 'node:path';
import type { Logger } from 'pino';
import type { Config, Environment } from '../config.ts';
import type { ReadConfiguration } from '../control/configuration/configuration-file.ts';
import type { Adapters } from '../control/configuration/context.ts';
import { programVersion } from '../control/health/program-version.ts';
import { openPriceBook } from '../control/prices/price-book.ts';
import { loadDigestKey, openDigestKey } from '../control/secrets/digest-key.ts';
import type { MasterKey } from '../control/secrets/master-key.ts';
import { referenceSources } from '../control/secrets/reference-sources.ts';
import type { Sealer } from '../control/secrets/sealer.ts';
import { secretResolver } from '../control/secrets/secret-resolver.ts';
import { compileSnapshot } from '../control/snapshot/compile.ts';
import { type KeptSnapshot, readKept, refuseNewerSnapshot, snapshotFile } from '../control/snapshot/kept/read-kept.ts';
import { type KeeperOptions, SnapshotKeeper } from '../control/snapshot/kept/snapshot-keeper.ts';
import { SnapshotRefused } from '../control/snapshot/kept/snapshot-refused.ts';
import { type Publisher, startPublisher } from '../control/snapshot/publisher.ts';
import { makeQuickstartKey } from '../quickstart-key.ts';
import { GatewayError } from '../spec/gateway-error.ts';
import type { DigestKey } from '../spec/key-digest.ts';
import type { Resources } from '../spec/resources.ts';
import type { Snapshot } from '../spec/snapshot.ts';
import type { Store } from '../spec/store.ts';
import { StoreStartError } from '../store/start-error.ts';
import { applyConfiguration, refuseMissingFile } from './apply-configuration.ts';
import { DatabaseLink, type LinkTimes } from './database-link.ts';
import { within } from './within.ts';

/** How long a try to reach the database may hold up the end. */
const CLOSE_MILLIS = 5_000;

export interface ServeParts {
  readonly config: Config;
  readonly environment: Environment;
  readonly adapters: Adapters;
  /** The configuration file; null when there is none. */
  readonly file: ReadConfiguration | null;
  readonly master: MasterKey;
  readonly sealer: Sealer;
  readonly store: Store;
  /** Brings the database to what this program needs. */
  readonly migrate: () => Promise<void>;
  readonly logger: Logger;
  readonly times?: LinkTimes;
}

/**
 * The configuration that calls are served with: from the database, and until that is there, from the last good snapshot
 * on this node's disk.
 */
export class ServedConfiguration {
  snapshot: Snapshot | null = null;
  /** `none`: there is nothing to serve from yet. */
  source: 'database' | 'disk' | 'none' = 'none';
  readonly #parts: ServeParts;
  readonly #folder: string;
  readonly #keeper: SnapshotKeeper;
  readonly #link: DatabaseLink;
  #digest: DigestKey | null = null;
  #publisher: Publisher | null = null;
  /** What is said of the snapshot on disk, when it plays a part. */
  #kept = '';

  constructor(parts: ServeParts) {
    const { config, master, logger } = parts;
    this.#parts = parts;
    this.#folder = path.join(config.TOLLGATE_DATA_DIR, 'snapshot');
    this.#keeper = openKeeper({ folder: this.#folder, key: master, program: programVersion(), logger });
    this.#link = new DatabaseLink(() => this.#attach(), logger, parts.times);
  }

  /** The database may be used: it is migrated and ours. */
  get attached(): boolean {
    return this.#link.attached;
  }

  /** Of a virtual key. Throws `database_unavailable` as long as nothing is known of this instance. */
  readonly digest: DigestKey = text => {
    if (this.#digest === null) throw new GatewayError('database_unavailable', { detail: this.#link.trouble });
    return this.#digest(text);
  };

  /** What is in the way of taking calls. */
  get problems(): readonly string[] {
    return this.source === 'none' ? [`${this.#kept} ${this.#link.trouble}`.trim()] : [];
  }

  /** What the operator should know although calls are taken. */
  get notes(): readonly string[] {
    return this.source === 'disk' ? [`${this.#kept} ${this.#link.trouble}`] : [];
  }

  /** Comes back when calls can be served, or when it is settled that they cannot until the database is there. */
  async start(): Promise<void> {
    const { config } = this.#parts;
    if (config.DATABASE_URL === undefined || !isThere(path.join(this.#folder, snapshotFile)))
      return this.#link.attachNow();
    if (await this.#link.attachSoon()) return;
    this.#serveKept();
    this.#link.follow();
  }

  /** Publishes what was just changed on this node. */
  async refresh(): Promise<void> {
    await this.#publisher?.refresh();
  }

  async close(): Promise<void> {
    await within(this.#link.close(), CLOSE_MILLIS).catch(() => undefined); // it ends with this process
    this.#publisher?.close();
    await this.#keeper.close();
  }

  async #attach(): Promise<void> {
    const { store, sealer, migrate, config } = this.#parts;
    await migrate();
    const { digest, sealed } = await loadDigestKey(store, sealer);
    this.#refuseOtherInstance(digest);
    await applyConfiguration({ ...this.#parts, digest });
    await makeQuickstartKey(store, digest, config.TOLLGATE_DATA_DIR);
    this.#digest = digest;
    this.#publisher = await startPublisher({
      store,
      compile: resources => this.#compile(resources),
      publish: (snapshot, resources) => {
        this.snapshot = snapshot;
        this.source = 'database';
        this.#keeper.keep({ resources, digestKey: sealed });
      },
      logger: this.#parts.logger,
    });
  }

  /** Keys of one instance mean nothing to another, and neither does its usage. */
  #refuseOtherInstance(digest: DigestKey): void {
    if (this.#digest === null || this.#digest('') === digest('')) return;
    throw new StoreStartError(
      'The database is not the one that the snapshot on disk comes from: it has another digest key. ' +
        'Set DATABASE_URL to the right one, or TOLLGATE_DATA_DIR to a folder of its own.',
    );
  }

  #compile(resources: Resources): Snapshot {
    const { config, environment, adapters, sealer, logger } = this.#parts;
    const resolve = secretResolver(referenceSources(config, environment), sealer);
    return compileSnapshot(resources, { adapters, resolve, openPriceBook, logger });
  }

  #serveKept(): void {
    const { config, master, sealer, file, logger } = this.#parts;
    const { trouble } = this.#link;
    let kept: KeptSnapshot;
    try {
      kept = readKept(this.#folder, master);
      this.#digest = openDigestKey(kept.digestKey, sealer);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#kept = `The snapshot on disk is not used: ${reason}.`;
      logger.error({ folder: this.#folder, reason, database: trouble }, 'no calls are taken: no database, no snapshot');
      return;
    }
    if (file === null) refuseMissingFile(config, kept.resources.keys);
    this.snapshot = this.#compile(kept.resources);
    this.source = 'disk';
    const { number, at } = kept.head;
    this.#kept = `Serving from the snapshot of ${at}, number ${number}.`;
    logger.warn({ version: number, at, database: trouble }, 'serving from the last good snapshot on disk');
  }
}

function openKeeper(options: KeeperOptions): SnapshotKeeper {
  try {
    const keeper = new SnapshotKeeper(options);
    refuseNewerSnapshot(options.folder);
    return keeper;
  } catch (error) {
    if (!(error instanceof SnapshotRefused)) throw error;
    throw new StoreStartError(`The snapshot in ${options.folder} cannot be used: ${error.message}.`, { cause: error });
  }
}

function isThere(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}
