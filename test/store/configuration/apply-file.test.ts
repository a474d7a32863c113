import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Resources } from '../../../src/spec/resources.ts';
import type { FileResources, Store } from '../../../src/spec/store.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { quietLogger } from '../../support/quiet-logger.ts';
import { emptyFile, fileKey, newKey, wholeFile } from './resources.ts';

let database: TestDatabase;
let store: Store;

beforeAll(async () => {
  database = await openTestDatabase();
  store = openStore({ connection: database.url, logger: quietLogger });
});

beforeEach(async () => {
  await database.pool.query(`
    truncate virtual_keys, consumers, targets, models, providers, price_overrides;
    delete from teams where name <> 'default'; update teams set managed_by = 'api'`);
});

afterAll(async () => {
  await store.close();
  await database.drop();
});

/** What the file said, as it is loaded, without ids and times. */
function fileView({ storeResponses, teams, consumers, keys, providers, models, prices }: Resources): FileResources {
  const own = <T extends { managedBy: string }>(rows: readonly T[]) =>
    rows.filter(row => row.managedBy === 'file').map(({ managedBy: _, ...row }) => row);
  return {
    organization: { storeResponses },
    teams: own(teams),
    consumers: own(consumers),
    keys: own(keys).map(({ id: _id, createdAt: _created, revokedAt: _revoked, ...key }) => key),
    providers: own(providers),
    models: own(models),
    prices,
  };
}

const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);

describe('applying the file', () => {
  test('loads back every member as the file said it', async () => {
    expect(await store.applyFile(wholeFile)).toBe(true);
    const view = fileView(await store.load());

    expect({ ...view, keys: [...view.keys].sort(byName) }).toEqual({
      ...wholeFile,
      consumers: [
        { name: 'nightly', team: 'search' },
        { name: 'web', team: 'search' },
      ],
      keys: [...wholeFile.keys].sort(byName),
    });
  });

  test('changes nothing, not even the version, when the file is the same', async () => {
    await store.applyFile(wholeFile);
    const before = await store.load();

    expect(await store.applyFile(wholeFile)).toBe(false);
    expect(await store.load()).toEqual(before);
  });

  test('removes what the file no longer holds and keeps what the API made', async () => {
    await store.createTeam({ name: 'by-hand', storeResponses: null });
    const kept = await store.createKey(newKey('by-hand', { team: 'by-hand', consumer: 'phone' }));
    await store.applyFile(wholeFile);

    expect(await store.applyFile(emptyFile)).toBe(true);
    const after = await store.load();
    expect(fileView(after)).toEqual(emptyFile);
    expect(after.keys).toEqual([kept]);
    expect(after.teams.map(team => team.name)).toEqual(['by-hand', 'default']);
  });

  test('shortens and reorders targets', async () => {
    await store.applyFile(wholeFile);
    const [fast] = wholeFile.models;
    const targets = [{ model: 'openai/gpt-5', weight: 1 }];
    await store.applyFile({ ...wholeFile, models: [{ ...fast!, targets, fallbacks: [] }] });

    expect((await store.load()).models[0]).toMatchObject({ targets, fallbacks: [] });
  });

  test('hands a dropped team back to the API while keys made over the API hang on it', async () => {
    await store.applyFile({ ...emptyFile, teams: [{ name: 'search', storeResponses: null }] });
    await store.createKey(newKey('phone', { team: 'search' }));
    await store.applyFile(emptyFile);

    expect(await store.listTeams()).toContainEqual({ name: 'search', storeResponses: null, managedBy: 'api' });
    expect(await store.applyFile({ ...emptyFile, teams: [{ name: 'search', storeResponses: null }] })).toBe(true);
  });

  test('never removes the default team', async () => {
    await store.applyFile({ ...emptyFile, teams: [{ name: 'default', storeResponses: null }] });
    await store.applyFile(emptyFile);

    expect(await store.listTeams()).toEqual([{ name: 'default', storeResponses: null, managedBy: 'api' }]);
  });
});

describe('keys of the file', () => {
  const file = (...keys: FileResources['keys']): FileResources => ({
    ...emptyFile,
    teams: [{ name: 'search', storeResponses: null }],
    keys,
  });

  test('lose their old secret when the file has a new one', async () => {
    await store.applyFile(file(fileKey('web', { digest: 'old' })));
    await store.applyFile(file(fileKey('web', { digest: 'new' })));

    expect((await store.listKeys()).map(key => key.digest)).toEqual(['new']);
  });

  test('keep their id when they are renamed', async () => {
    await store.applyFile(file(fileKey('web', { digest: 'same' })));
    const [before] = await store.listKeys();
    await store.applyFile(file(fileKey('site', { digest: 'same' })));

    expect(await store.listKeys()).toEqual([{ ...before, name: 'site' }]);
  });

  test('stay revoked although the file has them, even after they left it and came back', async () => {
    await store.applyFile(file(fileKey('web')));
    const [key] = await store.listKeys();
    await store.revokeKey(key!.id);

    for (const next of [file(fileKey('web')), emptyFile, file(fileKey('web'))]) await store.applyFile(next);
    const [after] = await store.listKeys();
    expect(after).toMatchObject({ id: key!.id, revokedAt: expect.any(Date) });
  });

  test('work again under the same name with a new secret after a revocation', async () => {
    await store.applyFile(file(fileKey('web')));
    await store.revokeKey((await store.listKeys())[0]!.id);
    await store.applyFile(file(fileKey('web', { digest: 'fresh' })));

    const living = (await store.listKeys()).filter(key => key.revokedAt === null);
    expect(living.map(key => key.digest)).toEqual(['fresh']);
  });

  test('are refused under the name of a key made over the API', async () => {
    await store.createTeam({ name: 'search', storeResponses: null });
    await store.createKey(newKey('web', { team: 'search', digest: 'other' }));

    await expect(store.applyFile(file(fileKey('web')))).rejects.toMatchObject({
      code: 'resource_exists',
      param: 'keys.web',
      message: expect.stringContaining('Key "web" of team "search"'),
    });
  });

  test('are refused with the secret of a key made over the API', async () => {
    await store.createKey(newKey('phone', { digest: 'shared' }));

    await expect(store.applyFile(file(fileKey('web', { digest: 'shared' })))).rejects.toMatchObject({
      code: 'resource_exists',
      message: expect.stringContaining('same secret'),
    });
  });

  test('are refused when two of them have one secret', async () => {
    const twins = file(fileKey('one', { digest: 'same' }), fileKey('two', { digest: 'same' }));
    await expect(store.applyFile(twins)).rejects.toMatchObject({ code: 'resource_exists', param: 'keys.two' });
  });

  test('are refused for a team that does not exist, and nothing else of the file is written', async () => {
    const bad = { ...wholeFile, keys: [fileKey('web', { team: 'nobody' })] };
    await expect(store.applyFile(bad)).rejects.toMatchObject({ code: 'resource_not_found', param: 'keys.web.team' });
    expect((await store.load()).providers).toEqual([]);
  });
});

test('a file applied by two nodes at once is applied once', async () => {
  const other = openStore({ connection: database.url, logger: quietLogger });
  const results = await Promise.all([store.applyFile(wholeFile), other.applyFile(wholeFile)]);
  await other.close();

  expect(results.sort()).toEqual([false, true]);
});

test('a file of many thousand keys is applied and loaded', async () => {
  const keys = Array.from({ length: 20_000 }, (_, number) => fileKey(`key-${number}`));
  await store.applyFile({ ...emptyFile, teams: [{ name: 'search', storeResponses: null }], keys });
  expect((await store.load()).keys).toHaveLength(20_000);
  expect(await store.applyFile({ ...emptyFile, teams: [{ name: 'search', storeResponses: null }], keys })).toBe(false);
});
