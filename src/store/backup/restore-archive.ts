import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { connect, reasonOf } from '../connect.ts';
import type { Connection } from '../connection.ts';
import { applyMigration, migrationLock, refuseOldServer } from '../migrate.ts';
import { migrationsRoot } from '../migration-files.ts';
import { journals } from '../migration-journal.ts';
import { StoreStartError } from '../start-error.ts';
import type { ArchiveHead, ArchiveSection } from './archive-format.ts';
import { ArchiveProblem, damaged } from './archive-problem.ts';
import { planMigrations } from './plan-migrations.ts';
import { type CheckedArchive, readArchive } from './read-archive.ts';
import { refuseOccupied } from './refuse-occupied.ts';
import { backupTables, columnsOfTables, copyTarget, partitioned } from './tables.ts';

const CONNECT_MILLIS = 10_000;
/** `out of shared memory`: each day of the ledger locks some tables until the end of the transaction. */
const NO_LOCKS = '53200';

const settings = `select set_config('client_encoding', 'UTF8', true), set_config('datestyle', 'ISO', true),
  set_config('timezone', 'UTC', true), set_config('synchronous_commit', 'on', true),
  set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true)`;

/**
 * Loads an archive, packed as it lies on disk, into a database that has nothing of ours: makes the tables as they were
 * when it was made, fills them, and brings them to the state of this program. One transaction: all of it or nothing.
 *
 * Throws an ArchiveProblem for what is wrong with the archive and a StoreStartError for what is wrong with the database.
 */
export async function restoreArchive(
  connection: Connection | string,
  packed: AsyncIterable<Buffer>,
  root = migrationsRoot(),
): Promise<CheckedArchive> {
  const client = await connect(connection, { name: 'tollgate restore', timeoutMillis: CONNECT_MILLIS });
  try {
    await refuseOldServer(client);
    await client.query('begin');
    await client.query(settings);
    await client.query('select pg_advisory_xact_lock($1)', [migrationLock]);
    await refuseOccupied(client);
    const loading = new Loading(client, root);
    const checked = await readArchive(packed, loading);
    loading.refuseMissing();
    await loading.migrateOn();
    await client.query('commit');
    return checked;
  } catch (error) {
    throw error instanceof ArchiveProblem || error instanceof StoreStartError ? error : refused(error);
  } finally {
    await client.end().catch(() => {}); // a transaction that was not committed ends with its connection
  }
}

function refused(cause: unknown): StoreStartError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const advice =
    code === NO_LOCKS
      ? ' The ledger has more days than the server can lock at once: raise its max_locks_per_transaction, e.g. to 1024, for this restore.'
      : '';
  return new StoreStartError(`The backup could not be loaded: ${reasonOf(cause)}.${advice}`, { cause });
}

/** Takes an archive in, section by section. */
class Loading {
  readonly #client: pg.Client;
  readonly #root: string;
  readonly #loaded = new Set<string>();
  #later: ReturnType<typeof planMigrations>['later'] = [];
  #columnsOf: ReadonlyMap<string, readonly string[]> = new Map();

  constructor(client: pg.Client, root: string) {
    this.#client = client;
    this.#root = root;
  }

  async head(head: ArchiveHead): Promise<void> {
    const all = journals(this.#root);
    const { first, later } = planMigrations(head, all);
    for (const journal of all) await this.#client.query(journal.prepare);
    for (const { journal, file } of first) await applyMigration(this.#client, journal, file);
    this.#later = later;
    this.#columnsOf = await columnsOfTables(this.#client);
    // Migrations bring what always exists; the archive brings its own.
    const tables = backupTables.filter(table => this.#columnsOf.has(table));
    await this.#client.query(`truncate ${tables.join(', ')}`);
  }

  async section({ table, day, columns }: ArchiveSection, rows: AsyncIterable<Buffer>): Promise<void> {
    const known = this.#columnsOf.get(table) ?? [];
    if (known.length !== columns.length || known.some(name => !columns.includes(name))) {
      throw damaged(`its columns of ${table} are not those of its migrations`);
    }
    if (this.#loaded.has(table) && table !== partitioned) throw damaged(`it has ${table} twice`);
    this.#loaded.add(table);
    if (day !== undefined) await this.#client.query('select ledger.make_partitions($1::date, $1::date)', [day]);
    await pipeline(rows, this.#client.query(copyFrom(`copy ${copyTarget(table, columns)} from stdin`)));
  }

  refuseMissing(): void {
    const missing = [...this.#columnsOf.keys()].find(table => !this.#loaded.has(table) && table !== partitioned);
    if (missing !== undefined) throw damaged(`it does not have ${missing}`);
  }

  async migrateOn(): Promise<void> {
    for (const { journal, file } of this.#later) await applyMigration(this.#client, journal, file);
  }
}
