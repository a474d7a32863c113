import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { z } from 'zod';
import type { Connection } from '../connection.ts';
import { migrationsRoot } from '../migration-files.ts';
import { journals } from '../migration-journal.ts';
import { clientConfig } from '../open-pool.ts';
import { type ArchiveHead, archiveFormat, countLines, endOfRows, type TableCounts, toLine } from './archive-format.ts';
import { backupTables, columnsOfTables, copyTarget, partitioned } from './tables.ts';

const CONNECT_MILLIS = 10_000;
const BUFFERED_BYTES = 256 * 1024;

/** However the role or the server is set up: values are written one way only, and a long backup is not ended by a timer. */
const settings = `select set_config('client_encoding', 'UTF8', true), set_config('datestyle', 'ISO', true),
  set_config('timezone', 'UTC', true), set_config('bytea_output', 'hex', true),
  set_config('extra_float_digits', '1', true), set_config('statement_timeout', '0', true),
  set_config('idle_in_transaction_session_timeout', '0', true)`;

/**
 * Everything that is kept, as it was at one moment, as the bytes of an archive. The moment has been when this answers;
 * the rows are read while the stream is, by a connection of its own that ends with the stream. Read rows are not held:
 * a slow reader slows the database's sending down.
 */
export async function openSnapshot(connection: Connection | string, program: string): Promise<Readable> {
  const client = new pg.Client({
    ...clientConfig(connection),
    application_name: 'tollgate backup',
    connectionTimeoutMillis: CONNECT_MILLIS,
    keepAlive: true,
  });
  client.on('error', () => {}); // whatever breaks the connection also fails the query
  try {
    await client.connect();
    await client.query('begin isolation level repeatable read read only');
    await client.query(settings);
    const head = await readHead(client, program);
    const bytes = Readable.from(archive(client, head), { objectMode: false, highWaterMark: BUFFERED_BYTES });
    return bytes.once('close', () => void client.end().catch(() => {})); // there is nobody to tell, and it only read
  } catch (error) {
    await client.end().catch(() => {}); // a client that never connected has nothing to end
    throw error;
  }
}

const Version = z.array(z.object({ version: z.string() })).length(1);
const Secret = z.object({ name: z.string(), sealed: z.string() });

async function readHead(client: pg.Client, program: string): Promise<ArchiveHead> {
  const server = await client.query(`select current_setting('server_version') as version`);
  const secrets = await client.query('select name, sealed from public.instance_secrets order by name');
  const migrations: Record<string, { name: string; checksum: string }[]> = {};
  for (const journal of journals(migrationsRoot())) {
    const applied = await journal.applied(client);
    migrations[journal.title] = [...applied].map(([name, checksum]) => ({ name, checksum })).sort(byName);
  }
  return {
    tollgate_backup: archiveFormat,
    program,
    database: Version.parse(server.rows)[0]!.version,
    created_at: new Date().toISOString(),
    migrations,
    secrets: Object.fromEntries(
      z
        .array(Secret)
        .parse(secrets.rows)
        .map(({ name, sealed }) => [name, sealed]),
    ),
  };
}

const byName = (left: { name: string }, right: { name: string }): number => (left.name < right.name ? -1 : 1);

async function* archive(client: pg.Client, head: ArchiveHead): AsyncGenerator<Buffer> {
  const sum = createHash('sha256');
  const rows: TableCounts = {};
  const add = (bytes: Buffer): Buffer => {
    sum.update(bytes);
    return bytes;
  };
  yield add(toLine(head));
  const columnsOf = await columnsOfTables(client);
  for (const table of backupTables) {
    const columns = columnsOf.get(table);
    if (!columns) continue;
    rows[table] = 0;
    for (const { relation, day } of await relationsOf(client, table)) {
      let begun = day === undefined;
      const section = toLine({ table, ...(day === undefined ? {} : { day }), columns });
      if (begun) yield add(section);
      for await (const chunk of client.query(copyTo(`copy ${copyTarget(relation, columns)} to stdout`))) {
        // A day without rows is not worth a section; partitions are made ahead.
        if (!begun) yield add(section);
        begun = true;
        rows[table] = (rows[table] ?? 0) + countLines(chunk);
        yield add(chunk);
      }
      if (begun) yield add(endOfRows);
    }
  }
  yield toLine({ rows, sha256: sum.digest('hex') });
}

interface Relation {
  readonly relation: string;
  readonly day?: string;
}

const Partition = z.object({ name: z.string() });

/**
 * Partitions are copied by themselves: that locks one table a day, where a query over all of them would lock each with
 * its indexes, and a ledger of years would fill the server's table of locks.
 */
async function relationsOf(client: pg.Client, table: string): Promise<readonly Relation[]> {
  if (table !== partitioned) return [{ relation: table }];
  const { rows } = await client.query(
    `select relname as name from pg_inherits join pg_class on pg_class.oid = inhrelid
     where inhparent = $1::regclass order by relname`,
    [partitioned],
  );
  return z
    .array(Partition)
    .parse(rows)
    .map(({ name }) => ({ relation: `ledger.${name}`, day: dayOf(name) }));
}

/** As `ledger.make_partitions` names them. */
function dayOf(partition: string): string {
  const day = /^usage_events_(\d{4})(\d\d)(\d\d)$/.exec(partition);
  if (!day) throw new Error(`the partition ledger.${partition} is not named by its day`);
  return day.slice(1).join('-');
}
