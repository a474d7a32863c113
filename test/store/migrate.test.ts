import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrate, planMigrations } from '../../src/store/migrate.ts';
import { configurationMigrations, ledgerMigrations, migrationsRoot } from '../../src/store/migration-files.ts';
import { openEmptyDatabase, type TestDatabase } from '../support/database.ts';

const real = migrationsRoot();
const all = [...configurationMigrations(real), ...ledgerMigrations(real)].map(file => file.name);
let database: TestDatabase;
let root: string;

beforeEach(async () => {
  database = await openEmptyDatabase();
  root = mkdtempSync(path.join(tmpdir(), 'tollgate-migrations-'));
  cpSync(path.join(real, 'migrations'), path.join(root, 'migrations'), { recursive: true });
  cpSync(path.join(real, 'ledger'), path.join(root, 'ledger'), { recursive: true });
});

afterEach(async () => {
  rmSync(root, { recursive: true });
  await database.drop();
});

function addConfiguration(name: string, sql: string): void {
  mkdirSync(path.join(root, 'migrations', name));
  writeFileSync(path.join(root, 'migrations', name, 'migration.sql'), sql);
}

const addLedger = (name: string, sql: string): void => writeFileSync(path.join(root, 'ledger', `${name}.sql`), sql);

async function noted(): Promise<unknown[]> {
  const { rows } = await database.pool.query(
    `select migration_name as name from _prisma_migrations union all select name from ledger.migrations order by 1 desc`,
  );
  return rows.map(row => row.name);
}

const exists = async (table: string): Promise<boolean> => {
  const { rows } = await database.pool.query('select to_regclass($1) is not null as found', [table]);
  return rows[0].found;
};

describe('migrating', () => {
  test('brings an empty database to the present, once', async () => {
    expect(await migrate(database.url)).toEqual(all);
    expect(await migrate(database.url)).toEqual([]);
    expect(await exists('ledger.usage_events')).toBe(true);
  });

  test('is done by one of two nodes that start at once', async () => {
    const [one, two] = await Promise.all([migrate(database.url), migrate(database.url)]);
    expect([...one, ...two].sort()).toEqual([...all].sort());
    expect(await noted()).toHaveLength(all.length);
  });

  test('takes up what a newer version of the program brings', async () => {
    await migrate(database.url, { root });
    addConfiguration('29990101000000_more', 'create table more (id int);');
    addLedger('9999_more', 'create table ledger.more (id int);');
    expect(await migrate(database.url, { root })).toEqual(['29990101000000_more', '9999_more']);
  });

  test('that fails names the migration and leaves everything as it was', async () => {
    await migrate(database.url, { root });
    addConfiguration('29990101000000_bad', 'create table half (id int); select 1/0; create table other (id int);');
    await expect(migrate(database.url, { root })).rejects.toThrow(
      /29990101000000_bad of prisma\/migrations failed and was undone: division by zero/,
    );
    expect(await exists('half')).toBe(false);
    expect(await noted()).toHaveLength(all.length);
  });

  test('keeps what went well before the one that failed, and goes on there when it is put right', async () => {
    await migrate(database.url, { root });
    addLedger('9998_good', 'create table ledger.good (id int);');
    addLedger('9999_bad', 'create table nowhere.bad (id int);');
    await expect(migrate(database.url, { root })).rejects.toThrow('9999_bad');
    addLedger('9999_bad', 'create table ledger.bad (id int);');
    expect(await migrate(database.url, { root })).toEqual(['9999_bad']);
  });

  test.each(['migrations', 'ledger'])('refuses an applied file of %s that was changed, by its name', async journal => {
    await migrate(database.url, { root });
    const file = journal === 'ledger' ? `${ledgerMigrations(real)[0]!.name}.sql` : `${all[0]}/migration.sql`;
    appendFileSync(path.join(root, journal, file), '\n-- one more thing\n');
    const name = journal === 'ledger' ? ledgerMigrations(real)[0]!.name : all[0]!;
    await expect(migrate(database.url, { root })).rejects.toThrow(`Migration ${name} of prisma/${journal} was changed`);
  });

  test('refuses a database of a newer program, names what it does not know, and applies nothing', async () => {
    addLedger('9999_future', 'select 1;');
    await migrate(database.url, { root });
    addConfiguration('29990101000000_pending', 'create table pending (id int);');
    rmSync(path.join(root, 'ledger', '9999_future.sql'));
    await expect(migrate(database.url, { root })).rejects.toThrow(/newer than this Tollgate: it has 9999_future/);
    expect(await exists('pending')).toBe(false);
  });

  test('names the version of the program that applied what it does not know', async () => {
    addLedger('9998_future', 'select 1;');
    await migrate(database.url, { root, program: '0.2.0' });
    addLedger('9999_future', 'select 1;');
    await migrate(database.url, { root, program: '0.3.0-beta.1' });
    const older = migrate(database.url, { root: real, program: '0.1.0' });
    await expect(older).rejects.toThrow(
      'it has 9998_future, 9999_future of prisma/ledger, applied by Tollgate 0.3.0-beta.1. Start 0.3.0-beta.1 or later',
    );
    await expect(planMigrations(database.url, { root: real })).rejects.toThrow('applied by Tollgate 0.3.0-beta.1');
  });

  test('tells of each migration before it runs, and why one cannot be undone', async () => {
    await migrate(database.url, { root });
    addConfiguration(
      '29990101000000_drop',
      '-- Keys are no longer numbered.\n-- irreversible: the numbers are gone\nselect 1;',
    );
    addLedger('9999_late', 'select 1;\n-- irreversible: not in the header\n');
    const told: unknown[] = [];
    const before = (migration: { name: string; irreversible: string | null }) => {
      told.push([migration.name, migration.irreversible]);
    };
    const expected = [
      ['29990101000000_drop', 'the numbers are gone'],
      ['9999_late', null],
    ];
    const plan = await planMigrations(database.url, { root });
    expect(plan.map(({ name, irreversible }) => [name, irreversible])).toEqual(expected);
    const failing = () => {
      throw new Error('not now');
    };
    await expect(migrate(database.url, { root, before: failing })).rejects.toThrow('not now');
    expect(await noted()).toHaveLength(all.length);
    await migrate(database.url, { root, before });
    expect(told).toEqual(expected);
  });

  test('is planned for an empty database, which stays empty', async () => {
    expect((await planMigrations(database.url)).map(({ name }) => name)).toEqual(all);
    expect(await exists('_prisma_migrations')).toBe(false);
    expect(await exists('ledger.migrations')).toBe(false);
  });

  test('refuses a migration that another tool left half-way', async () => {
    await migrate(database.url, { root });
    await database.pool.query(
      `insert into _prisma_migrations (id, checksum, migration_name) values ('1', 'x', '29990101000000_half')`,
    );
    await expect(migrate(database.url, { root })).rejects.toThrow('29990101000000_half stopped half-way');
  });

  test('says that the database cannot be reached, without its password', async () => {
    const failure = migrate('postgresql://somebody:hidden-word@127.0.0.1:1/none').catch(error => error.message);
    expect(await failure).toMatch(/cannot be reached: .*ECONNREFUSED/);
    expect(await failure).not.toContain('hidden-word');
  });

  test('says that an address is no URL, without quoting it', async () => {
    const failure: unknown = await migrate('postgresql://a:hidden-word@host:notaport/none').catch(error => error);
    expect(String(failure)).toContain('DATABASE_URL');
    expect(inspect(failure)).not.toContain('hidden-word');
  });
});
