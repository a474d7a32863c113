import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../../../src/spec/store.ts';
import type { ArchiveHead } from '../../../src/store/backup/archive-format.ts';
import { ArchiveProblem } from '../../../src/store/backup/archive-problem.ts';
import { restoreArchive } from '../../../src/store/backup/restore-archive.ts';
import { backupTables } from '../../../src/store/backup/tables.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { migrationsRoot } from '../../../src/store/migration-files.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { StoreStartError } from '../../../src/store/start-error.ts';
import { openEmptyDatabase, openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { postgres15, startPostgres15 } from '../../support/postgres15.ts';
import { quietLogger } from '../../support/quiet-logger.ts';
import { newKey, wholeFile } from '../configuration/resources.ts';
import { texts, usageEvent } from '../ledger/usage-event.ts';
import { handMade, inPieces, packed } from './archive.ts';

let source: TestDatabase;
let store: Store;
let archive: Buffer;
let target: TestDatabase;

const strange = ['tab\there', 'line\nbreak\r', '\\.', '\\N', 'back\\slash', '{"a","b"}', '\u202eevil 🙂', '', ' '];
const events = [
  ...strange.map((end_user, index) =>
    usageEvent({ at: new Date(Date.UTC(2026, 2, 1 + 3 * index, 23, 59)), end_user, tags: [end_user, 'x,"y'] }),
  ),
  usageEvent({ at: new Date('2026-03-01T00:00:00Z'), cost_usd: '12345678901234567890.123456789012345678' }),
  usageEvent({ at: new Date('2026-03-01T12:00:00Z'), cost_usd: null, outcome: 'failed', first_token_millis: null }),
];

beforeAll(async () => {
  source = await openTestDatabase();
  store = openStore({ connection: source.url, logger: quietLogger });
  await store.applyFile(wholeFile);
  const { id } = await store.createKey(newKey('phone', { team: 'search', consumer: 'phone' }));
  await store.createKey(newKey('live', { models: ['a,b', '"quoted"', '\\'] }));
  await store.revokeKey(id);
  await store.instanceSecret('digest-key', async () => 'sealed:v1:0123abcd:of-this-test');
  const kept = { organization: 'default', team: 'search' };
  await store.responses.save(randomUUID(), kept, Buffer.from([0, 1, 0x5c, 0x0a, 0xff]));
  await store.append(texts(events));
  await source.pool.query(
    `insert into ledger.migrated_by (migration, program) values ('0002_migrated_by.sql', '0.1.0')`,
  );
  archive = await packed(await store.backup('0.1.0'));
});
afterAll(async () => {
  await store.close();
  await source.drop();
});
beforeEach(async () => {
  target = await openEmptyDatabase();
});
afterEach(() => target.drop());

const restore = (bytes: Buffer, root?: string) => restoreArchive(target.url, inPieces(bytes, 10_000), root);

/** Every row of every table as text, in an order of their own. */
async function contentOf(pool: pg.Pool): Promise<Record<string, string[]>> {
  const content: Record<string, string[]> = {};
  for (const table of backupTables) {
    const { rows } = await pool.query(`select t::text as row from ${table} as t order by 1`);
    content[table] = rows.map(({ row }) => row);
  }
  return content;
}

async function tablesOf(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query(
    `select nspname || '.' || relname as name from pg_class join pg_namespace on pg_namespace.oid = relnamespace
     where relkind in ('r', 'p', 'S') and not relispartition and nspname not in ('pg_catalog', 'information_schema')`,
  );
  return rows.map(({ name }) => name).sort();
}

test('a backup has every table there is but the journals of migrations, and no table counts by itself', async () => {
  const journals = ['ledger.migrations', 'public._prisma_migrations'];
  expect(await tablesOf(source.pool)).toEqual([...backupTables, ...journals].sort());
});

describe('a restored database', () => {
  test('has every row as it was, and the migrations', async () => {
    const { head, end } = await restore(archive);
    const content = await contentOf(target.pool);
    expect(content).toEqual(await contentOf(source.pool));
    expect(Object.entries(content).filter(([, rows]) => rows.length === 0)).toEqual([]);
    expect(end.rows['ledger.usage_events']).toBe(events.length);
    expect(head.secrets).toEqual({ 'digest-key': 'sealed:v1:0123abcd:of-this-test' });
    expect(await migrate(target.url)).toEqual([]);
  });

  test('takes usage again: what it has once only, what is new into its sums', async () => {
    await restore(archive);
    const restored = openStore({ connection: target.url, logger: quietLogger });
    const one = usageEvent({ at: new Date('2026-03-01T12:00:01Z'), cost_usd: '1' });
    const today = usageEvent({ cost_usd: '2' });
    expect(await restored.append(texts([...events, one, today]))).toBe(2);
    const period = { from: new Date('2026-01-01'), to: new Date('2027-01-01'), bucket: null, timezone: 'UTC' };
    const [before, after] = await Promise.all([
      store.spend({ by: [], ...period }),
      restored.spend({ by: [], ...period, to: new Date(Date.now() + 60_000) }),
    ]);
    expect(after.total.attempts).toBe(before.total.attempts + 2);
    await restored.createTeam({ name: 'later', storeResponses: null });
    await restored.close();
  });

  test.skipIf(!postgres15)('may be a PostgreSQL 15 (TOLLGATE_TEST_POSTGRES15)', async () => {
    const server = await startPostgres15(postgres15!);
    await restoreArchive(server.url, inPieces(archive));
    const restored = openStore({ connection: server.url, logger: quietLogger });
    expect(await restored.load()).toEqual(await store.load());
    const again = await packed(await restored.backup('0.1.0'));
    await restoreArchive(target.url, inPieces(again));
    expect(await contentOf(target.pool)).toEqual(await contentOf(source.pool));
    await restored.close();
    await server.stop();
  });
});

test('a backup is of one moment: what comes while it is read is not in it', async () => {
  const bytes = await store.backup('0.1.0');
  await store.createTeam({ name: 'too-late', storeResponses: null });
  await store.append(texts([usageEvent({ at: new Date('2026-03-01T13:00:00Z') })]));
  const { end } = await restore(await packed(bytes));
  expect(end.rows['ledger.usage_events']).toBe(events.length);
  const { rows } = await target.pool.query(`select name from teams where name = 'too-late'`);
  expect(rows).toEqual([]);
});

test('a backup that is not read to its end lets go of its connection', async () => {
  const bytes = await store.backup('0.1.0');
  const connections = async () => {
    const { rows } = await source.pool.query(
      `select count(*)::integer as count from pg_stat_activity where application_name = 'tollgate backup' and datname = current_database()`,
    );
    return rows[0].count;
  };
  expect(await connections()).toBe(1);
  bytes.destroy();
  await expect.poll(connections).toBe(0);
});

describe('an archive of another version', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'tollgate-migrations-'));
    for (const folder of ['migrations', 'ledger']) {
      cpSync(path.join(migrationsRoot(), folder), path.join(root, folder), { recursive: true });
    }
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const addMigrations = (sql: string) => {
    mkdirSync(path.join(root, 'migrations', '29990101000000_more'));
    writeFileSync(path.join(root, 'migrations', '29990101000000_more', 'migration.sql'), sql);
    const ledger = `alter table ledger.usage_events add column more text not null default 'none';`;
    writeFileSync(path.join(root, 'ledger', '9999_more.sql'), ledger);
  };

  test('that is older is loaded as it was and then migrated', async () => {
    addMigrations('alter table teams add column slug text; update teams set slug = lower(name);');
    const { end } = await restore(archive, root);
    expect(await migrate(target.url, { root })).toEqual([]);
    const { rows } = await target.pool.query(
      'select bool_and(slug = lower(name)) as moved, count(*)::integer from teams',
    );
    expect(rows).toEqual([{ moved: true, count: end.rows['public.teams'] }]);
    const { rowCount } = await target.pool.query(`select from ledger.usage_events where more = 'none'`);
    expect(rowCount).toBe(events.length);
  });

  test('that is older leaves nothing when a migration fails on its rows', async () => {
    addMigrations('alter table teams add column slug text not null;');
    await expect(restore(archive, root)).rejects.toThrow(
      /29990101000000_more of prisma\/migrations failed and was undone/,
    );
    expect(await tablesOf(target.pool)).toEqual([]);
  });

  test('that is newer is refused with the version that made it, and one of changed migrations too', async () => {
    const withHead = (change: (head: ArchiveHead) => void) => {
      const [first = '', ...rest] = gunzipSync(archive).toString().split('\n');
      const head: ArchiveHead = JSON.parse(first);
      change(head);
      return gzipSync([JSON.stringify(head), ...rest].join('\n'));
    };
    const newer = withHead(head => head.migrations['prisma/ledger']!.push({ name: '9999_future', checksum: 'x' }));
    await expect(restore(newer)).rejects.toThrow(
      /newer Tollgate \(0\.1\.0\): its database has 9999_future of prisma\/ledger/,
    );
    const changed = withHead(head => {
      head.migrations['prisma/ledger']![0]!.checksum = 'x';
    });
    await expect(restore(changed)).rejects.toThrow(/is not the one that the backup's database had/);
    expect(await tablesOf(target.pool)).toEqual([]);
  });
});

describe('nothing is changed', () => {
  test('in a database that has tables of ours', async () => {
    await migrate(target.url);
    const before = await contentOf(target.pool);
    const failure = await restore(archive).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StoreStartError);
    expect(String(failure)).toMatch(/not empty: it has .* more tables of Tollgate.*before the first start/);
    expect(await contentOf(target.pool)).toEqual(before);
  });

  test('by an archive that is cut or damaged in the middle of its rows', async () => {
    const flipped = Buffer.from(archive);
    flipped[Math.floor(archive.length * 0.7)]! ^= 0x40;
    for (const bytes of [archive.subarray(0, archive.length * 0.7), archive.subarray(0, -9), flipped]) {
      const failure = await restore(bytes).catch((error: unknown) => error);
      expect(failure instanceof ArchiveProblem || failure instanceof StoreStartError).toBe(true);
      expect(await tablesOf(target.pool)).toEqual([]);
    }
  });

  test('by one that was put together from something else', async () => {
    const [first = ''] = gunzipSync(archive).toString().split('\n');
    const section = (table: string, columns: string[], rows = '') =>
      `${JSON.stringify({ table, columns })}\n${rows}\\.\n`;
    const organizations = ['id', 'name', 'created_at', 'store_responses'];
    const attempts: [string, Record<string, number>, RegExp][] = [
      ['', {}, /does not have public\.organizations/],
      [section('public.organizations', ['id', 'password']), {}, /its columns of public\.organizations/],
      [section('public.organizations', organizations).repeat(2), {}, /public\.organizations twice/],
      [
        section('public.organizations', organizations, '1\t2\t3\tf\n'),
        { 'public.organizations': 1 },
        /could not be loaded/,
      ],
    ];
    for (const [text, rows, expected] of attempts) {
      await expect(restore(gzipSync(handMade(`${first}\n${text}`, rows)))).rejects.toThrow(expected);
      expect(await tablesOf(target.pool)).toEqual([]);
    }
  });
});
