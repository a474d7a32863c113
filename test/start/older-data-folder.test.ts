import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadDigestKey } from '../../src/control/secrets/digest-key.ts';
import { masterKey } from '../../src/control/secrets/master-key.ts';
import { createSealer } from '../../src/control/secrets/sealer.ts';
import { uuidv7 } from '../../src/spec/ids.ts';
import { endServer } from '../../src/store/embedded/end-server.ts';
import { findRunning } from '../../src/store/embedded/find-running.ts';
import { type Places, preparePlaces } from '../../src/store/embedded/places.ts';
import { startEmbedded } from '../../src/store/embedded/start-embedded.ts';
import { systemUser } from '../../src/store/embedded/system-user.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrationsRoot } from '../../src/store/migration-files.ts';
import { openStore } from '../../src/store/open-store.ts';
import { leave, line } from '../control/ledger/spool-lines.ts';
import { root } from '../house/sources.ts';
import { newKey } from '../store/configuration/resources.ts';
import { usageEvent } from '../store/ledger/usage-event.ts';
import { freePort } from '../support/free-port.ts';
import { quietLogger } from '../support/quiet-logger.ts';
import { until } from '../support/start-node.ts';

const secret = 'tg_oldoldoldold0123456789abcdefghijklmnopqr';
/** Clusters are made and processes started. */
const PATIENCE_MILLIS = 120_000;
const adminKey = 'admin-key-of-an-older-folder-0123456789';
let folder: string;
let dataDir: string;
let places: Places;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tollgate-older-'));
  dataDir = path.join(folder, 'data');
  places = preparePlaces(dataDir, await systemUser());
});

afterEach(async () => {
  const left = findRunning(places.cluster);
  if (left) await endServer(left.pid, places.cluster);
  rmSync(places.makeSocketFolder(), { recursive: true, force: true });
  rmSync(places.root, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

/** The migrations of before the last one of the ledger. */
function olderMigrations(): string {
  const older = path.join(folder, 'prisma');
  for (const name of ['migrations', 'ledger'])
    cpSync(path.join(migrationsRoot(), name), path.join(older, name), { recursive: true });
  const last = readdirSync(path.join(older, 'ledger'))
    .filter(file => file.endsWith('.sql'))
    .sort()
    .at(-1)!;
  rmSync(path.join(older, 'ledger', last));
  return older;
}

/** A data folder as an older program left it: its database, with a key, and usage that it had not shipped. */
async function makeOlder(): Promise<{ readonly callId: string }> {
  const master = masterKey(Buffer.alloc(32, 5));
  writeFileSync(`${dataDir}.key`, `${Buffer.alloc(32, 5).toString('base64')}\n`, { mode: 0o600 });
  const embedded = await startEmbedded({ dataDir, logger: quietLogger });
  await migrate(embedded.connection, { root: olderMigrations() });
  const store = openStore({ connection: embedded.connection, logger: quietLogger });
  const { digest } = await loadDigestKey(store, createSealer(master));
  await store.createKey(newKey('old', { digest: digest(secret), models: ['*'] }));
  await store.close();
  await embedded.stop();
  mkdirSync(path.join(dataDir, 'spool'), { mode: 0o700 });
  const event = usageEvent({ at: new Date(), key: 'old' });
  leave(path.join(dataDir, 'spool'), uuidv7(), 0, line('S', event) + line('F', event));
  return { callId: event.call_id };
}

async function openService() {
  const [port, adminPort] = [await freePort(), await freePort()];
  const env = {
    PATH: process.env.PATH,
    TOLLGATE_CONFIG: path.join(folder, 'tollgate.yaml'),
    TOLLGATE_DATA_DIR: dataDir,
    TOLLGATE_HOST: '127.0.0.1',
    TOLLGATE_PORT: String(port),
    TOLLGATE_ADMIN_PORT: String(adminPort),
    TOLLGATE_ADMIN_KEY: adminKey,
  };
  writeFileSync(env.TOLLGATE_CONFIG, '{}\n');
  return {
    /** What install.sh does once everything is installed. */
    run: (action: string) =>
      spawnSync(process.execPath, [path.join(root, 'bin/service.ts'), action], { env, encoding: 'utf8' }),
    url: `http://127.0.0.1:${port}`,
    admin: async (at: string) =>
      (
        await fetch(`http://127.0.0.1:${adminPort}${at}`, { headers: { authorization: `Bearer ${adminKey}` } })
      ).json() as Promise<Record<string, unknown>>,
  };
}

test('an older data folder is migrated by its next start, and nothing of it is lost', {
  timeout: PATIENCE_MILLIS,
}, async () => {
  const { callId } = await makeOlder();
  const service = await openService();
  const started = service.run('start');
  expect([started.status, started.stderr]).toEqual([0, '']);
  try {
    // Lines are written at the latest after a second.
    await until(
      async () => readFileSync(path.join(dataDir, 'gateway.log'), 'utf8'),
      log => /"migration":"\d{4}_\w+","msg":"migration applied"/.test(log),
    );
    const reply = await fetch(`${service.url}/v1/models`, { headers: { authorization: `Bearer ${secret}` } });
    expect(reply.status).toBe(200);
    const shipped = await until(
      () => service.admin(`/admin/v1/usage?call_id=${callId}`),
      usage => (usage.events as unknown[]).length > 0,
    );
    expect(shipped.events).toMatchObject([{ call_id: callId, outcome: 'finished' }]);
  } finally {
    expect(service.run('stop').status).toBe(0);
  }
});

test('a spool of a newer program stops the start, which names the version', { timeout: PATIENCE_MILLIS }, async () => {
  await makeOlder();
  const mark = path.join(dataDir, 'spool', 'format.json');
  writeFileSync(mark, '{"format":2,"program":"0.9.0"}\n', { mode: 0o600 });
  const started = (await openService()).run('start');
  expect(started.status).toBe(1);
  expect(started.stderr).toMatch(/The spool in .* was written by Tollgate 0\.9\.0 in format 2.*Start Tollgate 0\.9\.0/);
  expect(readdirSync(path.join(dataDir, 'spool'))).toHaveLength(2);
});

test('a snapshot of a newer program stops the start, which names the version', {
  timeout: PATIENCE_MILLIS,
}, async () => {
  await makeOlder();
  mkdirSync(path.join(dataDir, 'snapshot'), { mode: 0o700 });
  const head = { kind: 'snapshot', format: 2, program: '0.9.0', something: 'new' };
  writeFileSync(path.join(dataDir, 'snapshot', 'current'), `${JSON.stringify(head)}\n...`, { mode: 0o600 });
  const started = (await openService()).run('start');
  expect(started.status).toBe(1);
  expect(started.stderr).toMatch(/snapshot cannot be used: it was written by Tollgate 0\.9\.0 in format 2/);
});
