import type pg from 'pg';
import { z } from 'zod';
import { connect } from './connect.ts';
import type { Connection } from './connection.ts';
import { pending } from './migrate.ts';
import { migrationsRoot } from './migration-files.ts';
import { journals, type MigrationJournal } from './migration-journal.ts';
import { StoreStartError } from './start-error.ts';

const Server = z.object({
  version: z.string(),
  versionNumber: z.coerce.number(),
  writable: z.boolean(),
  nowMillis: z.coerce.number(),
  connections: z.coerce.number(),
  connectionLimit: z.coerce.number(),
  bytes: z.coerce.number(),
});

const Partitions = z.object({
  /** Last day that has one, as `2026-05-31`; null when there is none. */
  last: z.string().nullable(),
  today: z.boolean(),
  /** Our role may make more. */
  canMake: z.boolean(),
});

const Key = z.object({
  name: z.string(),
  team: z.string(),
  expiresAt: z.date().nullable(),
  revoked: z.boolean(),
});

const Provider = z.object({
  name: z.string(),
  adapter: z.string(),
  baseUrl: z.string().nullable(),
  keys: z.array(z.string()),
  allowInsecure: z.boolean(),
  settings: z.record(z.string(), z.union([z.string(), z.record(z.string(), z.string())])),
});

/** Of a database that is at this program's state. */
export interface DatabaseContent {
  readonly partitions: z.output<typeof Partitions>;
  /** Sealed; null before the first start. */
  readonly digestKey: string | null;
  readonly keys: readonly z.output<typeof Key>[];
  readonly providers: readonly z.output<typeof Provider>[];
}

export interface DatabaseFacts extends Readonly<z.output<typeof Server>> {
  /** What its clock is ahead of ours. */
  readonly skewMillis: number;
  readonly migrations: { readonly pending: readonly string[]; readonly problem: string | null };
  /** Null while migrations are pending or not this program's. */
  readonly content: DatabaseContent | null;
}

export interface ExamineOptions {
  readonly timeoutMillis: number;
  /** Name of the digest key among the instance's secrets. */
  readonly digestKeyName: string;
  readonly root?: string;
}

/** Looks at a database without changing it. Throws a StoreStartError when it cannot be reached. */
export async function examineDatabase(
  connection: Connection | string,
  options: ExamineOptions,
): Promise<DatabaseFacts> {
  const client = await connect(connection, {
    name: 'tollgate doctor',
    timeoutMillis: options.timeoutMillis,
    queryMillis: options.timeoutMillis,
  });
  try {
    await client.query(`select set_config('statement_timeout', $1, false)`, [String(options.timeoutMillis)]);
    const server = await readServer(client);
    await client.query('set default_transaction_read_only to on');
    const migrations = await readMigrations(client, journals(options.root ?? migrationsRoot()));
    const isOurs = migrations.problem === null && migrations.pending.length === 0;
    return { ...server, migrations, content: isOurs ? await readContent(client, options.digestKeyName) : null };
  } finally {
    await client.end();
  }
}

async function readServer(client: pg.Client): Promise<z.output<typeof Server> & { readonly skewMillis: number }> {
  const began = Date.now();
  const { rows } = await client.query(`select
    current_setting('server_version') as version,
    current_setting('server_version_num') as "versionNumber",
    current_setting('transaction_read_only') = 'off' as writable,
    extract(epoch from clock_timestamp()) * 1000 as "nowMillis",
    (select count(*) from pg_stat_activity where datname is not null) as connections,
    current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer
      as "connectionLimit",
    pg_database_size(current_database()) as bytes`);
  const middle = (began + Date.now()) / 2;
  const server = Server.parse(rows[0]);
  return { ...server, skewMillis: Math.round(server.nowMillis - middle) };
}

const UNDEFINED_TABLE = '42P01';

async function readMigrations(
  client: pg.Client,
  all: readonly MigrationJournal[],
): Promise<DatabaseFacts['migrations']> {
  const waiting: string[] = [];
  try {
    for (const journal of all) {
      const applied = await appliedBy(client, journal);
      waiting.push(...(await pending(client, journal, applied)).map(({ name }) => name));
    }
    return { pending: waiting, problem: null };
  } catch (error) {
    if (!(error instanceof StoreStartError)) throw error;
    return { pending: waiting, problem: error.message };
  }
}

/** A database that nothing was ever applied to has no journal. */
async function appliedBy(client: pg.Client, journal: MigrationJournal): Promise<ReadonlyMap<string, string>> {
  try {
    return await journal.applied(client);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === UNDEFINED_TABLE) return new Map();
    throw error;
  }
}

async function readContent(client: pg.Client, digestKeyName: string): Promise<DatabaseContent> {
  const rows = async (sql: string, values: readonly unknown[] = []) => (await client.query(sql, [...values])).rows;
  const partitions = await rows(`
    with days as (
      select to_date(right(relname, 8), 'YYYYMMDD') as day
      from pg_inherits join pg_class on oid = inhrelid
      where inhparent = 'ledger.usage_events'::regclass and relname ~ '^usage_events_\\d{8}$'
    )
    select to_char(max(day), 'YYYY-MM-DD') as last,
      coalesce(bool_or(day = (now() at time zone 'UTC')::date), false) as today,
      has_function_privilege('ledger.make_partitions(date, date)', 'execute') as "canMake"
    from days`);
  const secrets = await rows('select sealed from instance_secrets where name = $1', [digestKeyName]);
  return {
    partitions: Partitions.parse(partitions[0]),
    digestKey: z.array(z.object({ sealed: z.string() })).parse(secrets)[0]?.sealed ?? null,
    keys: z.array(Key).parse(
      await rows(`select k.name, t.name as team, k.expires_at as "expiresAt", k.revoked_at is not null as revoked
                  from virtual_keys k join teams t on t.id = k.team_id order by k.created_at, k.id`),
    ),
    providers: z.array(Provider).parse(
      await rows(`select name, adapter, base_url as "baseUrl", keys, allow_insecure as "allowInsecure", settings
                  from providers order by position, name`),
    ),
  };
}
