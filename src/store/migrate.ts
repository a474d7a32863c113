import pg from 'pg';
import { z } from 'zod';
import type { Connection } from './connection.ts';
import { type MigrationFile, migrationsRoot } from './migration-files.ts';
import { journals, type MigrationJournal } from './migration-journal.ts';
import { clientConfig } from './open-pool.ts';
import { StoreStartError } from './start-error.ts';

/** Any number that nothing else in the database uses: whoever holds it migrates. */
export const migrationLock = 7_021_551_845_613n;
const OLDEST = 150_000;
const Version = z.array(z.object({ number: z.coerce.number(), text: z.string() })).length(1);

export interface MigrateOptions {
  /** Holds `migrations` and `ledger`; this program's own when absent. */
  readonly root?: string;
  readonly connectTimeoutMillis?: number;
}

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
  const client = await connect(connection, options.connectTimeoutMillis ?? 10_000);
  try {
    await refuseOldServer(client);
    const applied: string[] = [];
    const all = journals(options.root ?? migrationsRoot());
    for (let name = await applyNext(client, all); name !== null; name = await applyNext(client, all))
      applied.push(name);
    return applied;
  } finally {
    await client.end();
  }
}

/** A connection of its own, that the caller ends. Throws a StoreStartError when the database cannot be reached. */
export async function connect(
  connection: Connection | string,
  timeoutMillis: number,
  name = 'tollgate migrate',
): Promise<pg.Client> {
  const client = newClient({
    ...clientConfig(connection),
    application_name: name,
    connectionTimeoutMillis: timeoutMillis,
  });
  // A connection that breaks while idle is reported by the next query.
  client.on('error', () => {});
  try {
    await client.connect();
    // The configuration's tables are looked for in `public`, whatever the role's own search path is.
    await client.query('set search_path to public');
    return client;
  } catch (cause) {
    throw new StoreStartError(`The database cannot be reached: ${reasonOf(cause)}`, { cause });
  }
}

function newClient(config: pg.ClientConfig): pg.Client {
  try {
    return new pg.Client(config);
  } catch {
    // Without its cause, which quotes the address with the password in it.
    throw new StoreStartError('The address of the database (DATABASE_URL) is not a valid URL.');
  }
}

export async function refuseOldServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query(
    `select current_setting('server_version_num') as number, current_setting('server_version') as text`,
  );
  const { number, text } = Version.parse(rows)[0]!;
  if (number < OLDEST) throw new StoreStartError(`PostgreSQL ${text} is too old: Tollgate needs 15 or later.`);
}

/** Applies the first pending migration, after every journal was found to be in order; null when none is pending. */
async function applyNext(client: pg.Client, all: readonly MigrationJournal[]): Promise<string | null> {
  await client.query('begin');
  try {
    await client.query('select pg_advisory_xact_lock($1)', [migrationLock]);
    const next: { journal: MigrationJournal; file: MigrationFile }[] = [];
    for (const journal of all) {
      await client.query(journal.prepare);
      const file = pending(journal, await journal.applied(client));
      if (file) next.push({ journal, file });
    }
    const first = next[0];
    if (first) await applyMigration(client, first.journal, first.file);
    await client.query('commit');
    return first?.file.name ?? null;
  } catch (error) {
    await client.query('rollback').catch(() => {}); // the connection may be what failed; the server then rolls back
    throw error;
  }
}

function pending(journal: MigrationJournal, applied: ReadonlyMap<string, string>): MigrationFile | undefined {
  const known = new Map(journal.files.map(file => [file.name, file]));
  const unknown = [...applied.keys()].filter(name => !known.has(name)).sort();
  if (unknown.length > 0) {
    throw new StoreStartError(
      `The database is newer than this Tollgate: it has ${unknown.join(', ')} of ${journal.title}. Start the newer version.`,
    );
  }
  for (const [name, checksum] of applied) {
    if (known.get(name)?.checksum !== checksum) {
      throw new StoreStartError(
        `Migration ${name} of ${journal.title} was changed after it was applied. Restore the file; change the database by a new migration.`,
      );
    }
  }
  return journal.files.find(file => !applied.has(file.name));
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

/** `pg` reports a refused connection over several addresses as an AggregateError without a message. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
