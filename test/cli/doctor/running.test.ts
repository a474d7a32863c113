import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../support/free-port.ts';
import { adminKey, startTestTollgate, type TestTollgate } from '../../support/tollgate.ts';
import { runDoctor } from './run-doctor.ts';

let tollgate: TestTollgate;
let settings: Readonly<Record<string, string>>;

beforeAll(async () => {
  const masterKey = '5c'.repeat(32);
  tollgate = await startTestTollgate('keys:\n  - { name: web, secret: "env:TEST_KEY" }\n', {
    TOLLGATE_MASTER_KEY: masterKey,
  });
  settings = {
    TOLLGATE_CONFIG: join(tollgate.folder, 'tollgate.yaml'),
    TOLLGATE_DATA_DIR: join(tollgate.folder, 'data'),
    TOLLGATE_PORT: new URL(tollgate.url).port,
    TOLLGATE_ADMIN_PORT: new URL(tollgate.adminUrl).port,
    TOLLGATE_ADMIN_KEY: adminKey,
    TOLLGATE_MASTER_KEY: masterKey,
    DATABASE_URL: tollgate.database.url,
    TEST_KEY: 'tg_testkey0123456789abcdefghijklmnopqrstuvw',
  };
});
afterAll(() => tollgate.stop());

const doctor = (more: Readonly<Record<string, string>> = {}) => runDoctor({ ...settings, ...more });

test('with the gateway running there is no problem, and what only it knows is there', async () => {
  const { code, of } = await doctor();
  expect(code).toBe(0);
  expect(of('gateway')).toEqual([expect.stringMatching(/^ok version \S+ takes calls/)]);
  expect(of(`port ${settings.TOLLGATE_PORT}`)).toEqual([`ok held by our own gateway (process ${process.pid})`]);
  expect(of(`port ${settings.TOLLGATE_ADMIN_PORT}`)).toEqual([`ok held by our own gateway (process ${process.pid})`]);
  expect(of('master key')).toEqual(["ok TOLLGATE_MASTER_KEY opens this instance's seals"]);
  expect(of('virtual keys')).toEqual(['ok 1 key can call']);
  expect(of('database')).toEqual([expect.stringMatching(/^ok PostgreSQL \S+ answers, \d/)]);
  expect(of('migrations')).toEqual(['ok all are applied']);
  expect(of('connections')).toEqual([expect.stringMatching(/^ok \d+ of \d+ connections are in use$/)]);
  expect(of('ledger')).toEqual(['ok all usage is in the ledger']);
  expect(of('clock')).toEqual(['ok agrees with the database']);
});

test('another master key than the one of the seals is a problem', async () => {
  const { code, of, adviceOf } = await doctor({ TOLLGATE_MASTER_KEY: 'a7'.repeat(32) });
  expect(code).toBe(1);
  expect(of('master key')).toEqual([
    expect.stringMatching(/^problem TOLLGATE_MASTER_KEY does not open this instance's seals/),
  ]);
  expect(adviceOf('master key')).toEqual([expect.stringContaining('Put the master key back')]);
});

test('a master key that is missing although the database is sealed is told before a start makes a new one', async () => {
  const { code, of } = await doctor({ TOLLGATE_MASTER_KEY: '' });
  expect(code).toBe(1);
  expect(of('master key')).toEqual([
    expect.stringMatching(/^problem .*data\.key is missing, and this database is sealed/),
  ]);
});

test('keys that expired or soon will are named by team', async () => {
  const make = (name: string) =>
    tollgate.admin('/admin/v1/keys', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, expires_in: '3d' }),
    });
  await make('soon');
  await make('late');
  await tollgate.database.pool.query(
    `update virtual_keys set expires_at = now() - interval '1 day' where name = 'late'`,
  );
  const { of } = await doctor();
  expect(of('virtual keys')).toEqual([
    'ok 2 keys can call',
    expect.stringMatching(/^warning 1 key will expire within 14 days: default\/soon \(\d{4}-\d\d-\d\d\)$/),
    expect.stringMatching(/^warning 1 key expired: default\/late \(/),
  ]);
});

test('an admin key that the gateway does not take is a problem, and is not shown', async () => {
  const { code, of, text } = await doctor({ TOLLGATE_ADMIN_KEY: 'another-admin-key-CANARY' });
  expect(code).toBe(1);
  expect(of('gateway')).toEqual([expect.stringContaining('does not accept the admin key of TOLLGATE_ADMIN_KEY')]);
  expect(text).not.toContain('CANARY');
});

test('a gateway that listens elsewhere than this shell thinks is told', async () => {
  const elsewhere = { TOLLGATE_PORT: String(await freePort()), TOLLGATE_ADMIN_PORT: String(await freePort()) };
  const { code, of } = await runDoctor({ ...settings, ...elsewhere });
  expect(code).toBe(0);
  expect(of('gateway')).toEqual([
    expect.stringMatching(new RegExp(`^warning process ${process.pid} holds the data folder, but nothing answers`)),
  ]);
});

test('the ports of a gateway with another data folder are taken', async () => {
  const other = join(tollgate.folder, 'other');
  mkdirSync(other, { mode: 0o700 });
  const { code, of } = await doctor({ TOLLGATE_DATA_DIR: other });
  rmSync(other, { recursive: true });
  expect(code).toBe(1);
  expect(of(`port ${settings.TOLLGATE_PORT}`)).toEqual([
    expect.stringMatching(new RegExp(`^problem taken by process ${process.pid} `)),
  ]);
});

test('provider keys that the database holds are tried while the file is wrong', async () => {
  await tollgate.database.pool.query(
    `insert into providers (id, organization_id, name, adapter, base_url, keys, lists_models, models, allow_insecure, position, managed_by)
     select gen_random_uuid(), id, 'sealed', 'openai', 'http://127.0.0.1:9/v1', '{sealed:v1:00000000:AAAA}', false, '{}', false, 0, 'api'
     from organizations`,
  );
  const wrong = join(tollgate.folder, 'wrong.yaml');
  writeFileSync(wrong, 'teams: 5\n');
  const { code, of } = await doctor({ TOLLGATE_CONFIG: wrong });
  await tollgate.database.pool.query(`delete from providers where name = 'sealed'`);
  expect(code).toBe(2);
  expect(of('provider keys')).toEqual([
    expect.stringMatching(/^problem sealed: the sealed value has an unknown form$/),
  ]);
});
