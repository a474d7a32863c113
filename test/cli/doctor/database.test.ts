import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seeEmbedded } from '../../../src/store/embedded/see-embedded.ts';
import { startEmbedded } from '../../../src/store/embedded/start-embedded.ts';
import { openEmptyDatabase, openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { freePort } from '../../support/free-port.ts';
import { quietLogger } from '../../support/quiet-logger.ts';
import { emptyFolder, runDoctor } from './run-doctor.ts';

let place: ReturnType<typeof emptyFolder>;
const databases: TestDatabase[] = [];
beforeEach(() => {
  place = emptyFolder();
});
afterEach(async () => {
  place.remove();
  for (const database of databases.splice(0)) await database.drop();
});

const migrated = async () => databases[databases.push(await openTestDatabase()) - 1]!;
const empty = async () => databases[databases.push(await openEmptyDatabase()) - 1]!;
const doctor = (url: string) => runDoctor({ ...place.settings, TOLLGATE_CONFIG: '', DATABASE_URL: url });
const nameOf = ({ url }: TestDatabase) => new URL(url).pathname.slice(1);

test('an empty database has migrations waiting, which are named and not applied', async () => {
  const database = await empty();
  const { code, of, adviceOf } = await doctor(database.url);
  expect(code).toBe(0);
  expect(of('migrations')).toEqual([expect.stringMatching(/^warning \d+ migrations waiting: \d{14}_configuration/)]);
  expect(adviceOf('migrations')).toEqual([expect.stringContaining('tollgate migrate')]);
  const { rows } = await database.pool.query(`select from pg_class where relname = '_prisma_migrations'`);
  expect(rows).toHaveLength(0);
});

test('a database that is newer than the program, or of which a migration was changed, is a problem', async () => {
  const database = await migrated();
  await database.pool.query(`insert into ledger.migrations (name, checksum) values ('9999_future', 'x')`);
  const newer = await doctor(database.url);
  await database.pool.query(`delete from ledger.migrations where name = '9999_future'`);
  await database.pool.query(`update ledger.migrations set checksum = 'other'`);
  const changed = await doctor(database.url);

  expect([newer.code, newer.of('migrations')]).toEqual([
    1,
    [expect.stringMatching(/^problem The database is newer than this Tollgate: it has 9999_future/)],
  ]);
  expect([changed.code, changed.of('migrations')]).toEqual([
    1,
    [expect.stringMatching(/^problem .* was changed after/)],
  ]);
});

test('a migrated database without a start has no seals, no partitions and no keys', async () => {
  const { code, of } = await doctor((await migrated()).url);
  expect(code).toBe(0);
  expect(of('partitions')).toEqual([
    expect.stringMatching(/^ok (there are none yet|made until \d{4}-\d\d-\d\d); more are made/),
  ]);
  expect(of('virtual keys')).toEqual(['warning no key can call']);
  expect(of('master key')).toEqual([expect.stringMatching(/^note .* is not there yet$/)]);
});

test('a role that may not make partitions is told before a day has none', async () => {
  const database = await migrated();
  const role = `doctor_${randomBytes(4).toString('hex')}`;
  await database.pool.query(`create role ${role} login password 'lesser'`);
  await database.pool.query(`grant usage on schema public, ledger to ${role};
    grant select on all tables in schema public, ledger to ${role}`);
  const url = new URL(database.url);
  [url.username, url.password] = [role, 'lesser'];
  const { code, of } = await doctor(url.href);
  await database.pool.query(`drop owned by ${role}`);
  await database.pool.query(`drop role ${role}`);
  expect(code).toBe(1);
  expect(of('partitions')).toEqual([expect.stringMatching(/^problem .* this role may make no more$/)]);
});

test('a database that takes no writes is a problem', async () => {
  const database = await migrated();
  await database.pool.query(`alter database ${nameOf(database)} set default_transaction_read_only to on`);
  const { code, of, adviceOf } = await doctor(database.url);
  expect([code, of('database')]).toEqual([1, ['problem it takes no writes']]);
  expect(adviceOf('database')).toEqual([expect.stringContaining('primary')]);
});

test('a database that does not answer is a problem, without its password', async () => {
  const { code, of, text } = await doctor(`postgresql://tollgate:CANARY@127.0.0.1:${await freePort()}/tollgate`);
  expect([code, of('database')]).toEqual([
    1,
    [expect.stringMatching(/^problem The database cannot be reached: .*ECONNREFUSED/)],
  ]);
  expect(of('master key')).toEqual([expect.stringMatching(/^note /)]);
  expect(text).not.toContain('CANARY');
});

test('a server that takes the connection and says nothing costs no more than its time', async () => {
  const server = createServer(socket => socket.on('error', () => {}).resume());
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { code, of } = await doctor(`postgresql://tollgate:secret@127.0.0.1:${port}/tollgate`);
  await new Promise(resolve => server.close(resolve));
  expect([code, of('database')]).toEqual([
    1,
    [expect.stringMatching(/^problem The database cannot be reached: .*timeout/)],
  ]);
}, 60_000);

test('the embedded database is looked at while it runs, and a note when it does not', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tollgate-doctor-'));
  const look = () => runDoctor({ ...place.settings, TOLLGATE_CONFIG: '', TOLLGATE_DATA_DIR: dataDir });
  try {
    const embedded = await startEmbedded({ dataDir, logger: quietLogger });
    const root = seeEmbedded(dataDir);
    const running = await look();
    await embedded.stop();
    const stopped = await look();

    expect(root).toMatchObject({ state: 'running', connection: { database: 'tollgate' } });
    expect(running.of('database')).toEqual([expect.stringMatching(/^ok PostgreSQL 18/)]);
    expect(running.of('migrations')).toEqual([expect.stringMatching(/^warning /)]);
    expect([stopped.code, stopped.of('database')]).toEqual([0, ['note the embedded database is not running']]);
  } finally {
    const seen = seeEmbedded(dataDir);
    rmSync(dataDir, { recursive: true, force: true });
    if (seen.state === 'stopped') rmSync(seen.root, { recursive: true, force: true });
  }
}, 120_000);
