import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrate } from '../../src/store/migrate.ts';
import { configurationMigrations, ledgerMigrations, migrationsRoot } from '../../src/store/migration-files.ts';

export interface TestDatabase {
  readonly url: string;
  readonly pool: pg.Pool;
  /** Ends the pool and removes the database. */
  drop(): Promise<void>;
}

/** A fresh, migrated database of its own on the run's server. Call it in `beforeAll` and `drop` in `afterAll`. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await administer(`create database ${name} template ${await migratedTemplate()}`);
  return handle(name);
}

/** Like `openTestDatabase`, but empty: for tests of the migrations themselves. */
export async function openEmptyDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await administer(`create database ${name}`);
  return handle(name);
}

function handle(name: string): TestDatabase {
  const url = urlOf(name);
  const pool = new pg.Pool({ connectionString: url, max: 8 });
  pool.on('error', () => {}); // an idle connection may be ended by a test on purpose
  return {
    url,
    pool,
    drop: async () => {
      await pool.end();
      await administer(`drop database if exists ${name} with (force)`);
    },
  };
}

/** Copying a database is much faster than migrating one. Made once per state of the migrations, by whoever comes first. */
async function migratedTemplate(): Promise<string> {
  const files = [...configurationMigrations(migrationsRoot()), ...ledgerMigrations(migrationsRoot())];
  const hash = createHash('sha256').update(files.map(file => `${file.name} ${file.checksum}`).join('\n'));
  const name = `template_${hash.digest('hex').slice(0, 16)}`;
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(hashtext('tollgate test template'))`);
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount) return name;
    const unfinished = `${name}_new`;
    await client.query(`drop database if exists ${unfinished} with (force)`);
    await client.query(`create database ${unfinished}`);
    await migrate(urlOf(unfinished));
    await client.query(`alter database ${unfinished} rename to ${name}`);
    return name;
  } finally {
    await client.end();
  }
}

/** URL of another database on the run's server. */
function urlOf(database: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${database}`;
  return url.href;
}

function serverUrl(): string {
  const url = process.env.TOLLGATE_TEST_DATABASE_URL;
  if (!url) throw new Error('TOLLGATE_TEST_DATABASE_URL is not set: did test/support/global-setup.ts run?');
  return url;
}

/** One statement on the maintenance database. */
async function administer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
