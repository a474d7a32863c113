import type pg from 'pg';
import { z } from 'zod';
import { connect, reasonOf } from './connect.ts';
import type { Connection } from './connection.ts';
import { noteProgram, programsOf } from './migrated-by.ts';
import { type MigrationFile, migrationsRoot } from './migration-files.ts';
import { journals, type MigrationJournal } from './migration-journal.ts';
import { StoreStartError } from './start-error.ts';

/** Any number that nothing else in the database uses: whoever holds it migrates. */
export const migrationLock = 7_021_551_845_613n;
/** As `server_version_num` counts: PostgreSQL 15. */
export const oldestServer = 150_000;
const Version = z.array(z.object({ number: z.coerce.number(), text: z.string() })).length(1);

export interface MigrateOptions {
  /** Holds `migrations` and `ledger`; this program's own when absent. */
  readonly root?: string;
  readonly connectTimeoutMillis?: number;
  /** Version of this program, noted with every migration that it applies. */
  readonly program?: string;
  /** Told of each migration before it runs. */
  readonly before?: (migration: PendingMigration) => void;
}

export type PendingMigration = Pick<MigrationFile, 'name' | 'irreversible'>;

/**
 * Brings a database to the state that this program needs and answers what it applied, in order. Each migration is one
 * transaction together with its note in the journal, under a lock, so nodes that start at once apply nothing twice and
 * one that fails leaves nothing behind.
 *
 * Throws a StoreStartError when the database cannot be reached, is older than PostgreSQL 15 or newer than this program,
 * when an applied migration's file was changed, and, naming it, when a migration fails.
 */
export async function migrate(
  connection: Connection | string,
  options: MigrateOptions = {},
): Promise<readonly string[]> {
  const client = await connectToMigrate(connection, options);
  try {
    await refuseOldServer(client);
    const applied: string[] = [];
    const all = journals(options.root ?? migrationsRoot());
    for (let name = await applyNext(client, all, options); name !== null; name = await applyNext(client, all, options))
      applied.push(name);
    return applied;
  } finally {
    await client.end();
  }
}

/** What `migrate` would apply now, in order. Changes nothing, and throws what `migrate` throws before it begins. */
export async function planMigrations(
  connection: Connection | string,
  options: Pick<MigrateOptions, 'root' | 'connectTimeoutMillis'> = {},
): Promise<readonly PendingMigration[]> {
  const client = await connectToMigrate(connection, options);
  try {
    await refuseOldServer(client);
    await client.query('begin');
    // Rolled back with all it takes to look: the books are made where there are none yet.
    return (await allPending(client, journals(options.root ?? migrationsRoot()))).map(({ file }) => file);
  } finally {
    await client.end();
  }
}

const connectToMigrate = (connection: Connection | string, { connectTimeoutMillis = 10_000 }: MigrateOptions) =>
  connect(connection, { name: 'tollgate migrate', timeoutMillis: connectTimeoutMillis });

export async function refuseOldServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query(
    `select current_setting('server_version_num') as number, current_setting('server_version') as text`,
  );
  const { number, text } = Version.parse(rows)[0]!;
  if (number < oldestServer) throw new StoreStartError(`PostgreSQL ${text} is too old: Tollgate needs 15 or later.`);
}

/** Applies the first pending migration, after every journal was found to be in order; null when none is pending. */
async function applyNext(
  client: pg.Client,
  all: readonly MigrationJournal[],
  options: MigrateOptions,
): Promise<string | null> {
  await client.query('begin');
  try {
    await client.query('select pg_advisory_xact_lock($1)', [migrationLock]);
    const next = (await allPending(client, all))[0];
    if (next) {
      options.before?.(next.file);
      await applyMigration(client, next.journal, next.file);
      if (options.program !== undefined) await noteProgram(client, next.file.name, options.program);
    }
    await client.query('commit');
    return next?.file.name ?? null;
  } catch (error) {
    await client.query('rollback').catch(() => {}); // the connection may be what failed; the server then rolls back
    throw error;
  }
}

interface Pending {
  readonly journal: MigrationJournal;
  readonly file: MigrationFile;
}

async function allPending(client: pg.Client, all: readonly MigrationJournal[]): Promise<readonly Pending[]> {
  const found: Pending[] = [];
  for (const journal of all) {
    await client.query(journal.prepare);
    const files = await pending(client, journal, await journal.applied(client));
    found.push(...files.map(file => ({ journal, file })));
  }
  return found;
}

/** An older program does not know what a newer one's tables mean. */
async function refuseNewer(
  client: pg.Client,
  journal: MigrationJournal,
  applied: ReadonlyMap<string, string>,
): Promise<void> {
  const known = new Set(journal.files.map(file => file.name));
  const unknown = [...applied.keys()].filter(name => !known.has(name)).sort();
  if (unknown.length === 0) return;
  const version = (await programsOf(client, unknown)).at(-1);
  throw new StoreStartError(
    `The database is newer than this Tollgate: it has ${unknown.join(', ')} of ${journal.title}` +
      (version === undefined
        ? '. Start the newer version, or restore a backup of before it.'
        : `, applied by Tollgate ${version}. Start ${version} or later, or restore a backup of before it.`),
  );
}

/** The migrations that are missing. Throws a StoreStartError when what was applied is not this program's. */
export async function pending(
  client: pg.Client,
  journal: MigrationJournal,
  applied: ReadonlyMap<string, string>,
): Promise<readonly MigrationFile[]> {
  await refuseNewer(client, journal, applied);
  const known = new Map(journal.files.map(file => [file.name, file]));
  for (const [name, checksum] of applied) {
    if (known.get(name)?.checksum !== checksum) {
      throw new StoreStartError(
        `Migration ${name} of ${journal.title} was changed after it was applied. Restore the file; change the database by a new migration.`,
      );
    }
  }
  return journal.files.filter(file => !applied.has(file.name));
}

/** Inside the caller's transaction, with its note in the journal. */
export async function applyMigration(client: pg.Client, journal: MigrationJournal, file: MigrationFile): Promise<void> {
  try {
    await client.query(file.sql);
    await journal.note(client, file);
  } catch (cause) {
    const reason = reasonOf(cause);
    throw new StoreStartError(`Migration ${file.name} of ${journal.title} failed and was undone: ${reason}`, { cause });
  }
}
