import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { masterKey } from '../../../../src/control/secrets/master-key.ts';
import { readKept } from '../../../../src/control/snapshot/kept/read-kept.ts';
import { SnapshotKeeper } from '../../../../src/control/snapshot/kept/snapshot-keeper.ts';
import type { Resources } from '../../../../src/spec/resources.ts';
import { openStore } from '../../../../src/store/open-store.ts';
import { wholeFile } from '../../../store/configuration/resources.ts';
import { openTestDatabase } from '../../../support/database.ts';
import { quietLogger } from '../../../support/quiet-logger.ts';

const key = masterKey(Buffer.alloc(32, 1));
const digestKey = 'sealed:of-the-digest-key';
let parent: string;
let folder: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'tollgate-keeper-'));
  folder = join(parent, 'snapshot');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const keeper = (logger = { info: vi.fn(), warn: vi.fn() }) =>
  Object.assign(new SnapshotKeeper({ folder, key, program: '0.1.0', logger, againMillis: 20 }), { logger });

const numbered = (version: number): Resources => ({
  ...{ version, organization: 'default', storeResponses: null },
  ...{ teams: [], consumers: [], keys: [], providers: [], models: [], prices: [] },
});

test('what is kept is what was loaded, down to the last optional member', async () => {
  const database = await openTestDatabase();
  const store = openStore({ connection: database.url, logger: quietLogger });
  await store.applyFile(wholeFile);
  const resources = await store.load();
  await store.close();
  await database.drop();

  const own = keeper();
  own.keep({ resources, digestKey });
  await own.close();
  const { head, ...kept } = readKept(folder, key);
  expect(kept).toEqual({ resources, digestKey });
  expect(head).toMatchObject({ number: resources.version, program: '0.1.0', key: key.id });
  expect(resources.prices.length * resources.models.length * resources.keys.length).toBeGreaterThan(0);
});

test('of many snapshots at once the last is kept, and no draft is left', async () => {
  const own = keeper();
  for (let version = 1; version <= 50; version++) own.keep({ resources: numbered(version), digestKey });
  await own.close();
  expect(readKept(folder, key).head.number).toBe(50);
  expect(readdirSync(folder).sort()).toEqual(['current', 'highest']);
});

test('a lower number from the database is kept: it was restored', async () => {
  for (const version of [9, 4]) {
    const own = keeper();
    own.keep({ resources: numbered(version), digestKey });
    await own.close();
  }
  expect(readKept(folder, key).head.number).toBe(4);
});

test('a snapshot of twenty thousand keys goes through in pieces', async () => {
  const keys = Array.from({ length: 20_000 }, (_, at) => ({
    ...{ id: `key-${at}`, name: `nämé ${at}\n`, team: 'default', consumer: null, digest: `digest ${at}`, hint: 'abcd' },
    ...{ models: ['*'], createdAt: new Date(at), expiresAt: null, revokedAt: null, storeResponses: null },
    managedBy: 'api' as const,
  }));
  const own = keeper();
  own.keep({ resources: { ...numbered(1), keys }, digestKey });
  await own.close();
  expect(readKept(folder, key).resources.keys).toEqual(keys);
});

test('a write that fails is told once and made up for, with what is current then', async () => {
  const own = keeper();
  renameSync(folder, `${folder}.away`);
  own.keep({ resources: numbered(1), digestKey });
  await expect.poll(() => own.logger.warn.mock.calls.length).toBe(1);
  own.keep({ resources: numbered(2), digestKey });
  await new Promise(resolve => setTimeout(resolve, 100));
  renameSync(`${folder}.away`, folder);
  await expect.poll(() => own.logger.info.mock.calls.length).toBe(1);
  await own.close();
  expect(readKept(folder, key).head.number).toBe(2);
  expect(own.logger.warn).toHaveBeenCalledTimes(1);
});
