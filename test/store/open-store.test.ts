import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { uuidv7 } from '../../src/spec/ids.ts';
import type { Store } from '../../src/spec/store.ts';
import { openStore } from '../../src/store/open-store.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { quietLogger } from '../support/quiet-logger.ts';
import { emptyFile, newKey } from './configuration/resources.ts';

let database: TestDatabase;
let store: Store;
let otherNode: Store;

beforeAll(async () => {
  database = await openTestDatabase();
  store = openStore({ connection: database.url, logger: quietLogger });
  otherNode = openStore({ connection: database.url, logger: quietLogger });
});

afterAll(async () => {
  await store.close();
  await otherNode.close();
  await database.drop();
});

describe('teams', () => {
  test('are made once under a name', async () => {
    expect(await store.createTeam({ name: 'search', storeResponses: null })).toEqual({
      name: 'search',
      storeResponses: null,
      managedBy: 'api',
    });
    await expect(store.createTeam({ name: 'search', storeResponses: null })).rejects.toMatchObject({
      code: 'resource_exists',
      param: 'name',
    });
    expect((await store.listTeams()).map(team => team.name)).toContain('search');
  });
});

describe('keys', () => {
  test('are made with their consumer', async () => {
    const key = newKey('web', { consumer: 'web', expiresAt: new Date('2030-01-01') });
    const made = await store.createKey(key);

    expect(made).toEqual({ ...key, createdAt: expect.any(Date), revokedAt: null, managedBy: 'api' });
    expect((await store.load()).consumers).toContainEqual({ name: 'web', team: 'default', managedBy: 'api' });
    expect(await store.listKeys()).toContainEqual(made);
  });

  test('are refused for a team that does not exist', async () => {
    const key = newKey('lost', { team: 'nobody' });
    await expect(store.createKey(key)).rejects.toMatchObject({ code: 'resource_not_found', param: 'team' });
  });

  test('are refused under a name or with a secret that is taken', async () => {
    await store.createKey(newKey('taken'));
    const sameName = store.createKey(newKey('taken', { digest: 'other' }));
    await expect(sameName).rejects.toMatchObject({ code: 'resource_exists', param: 'name' });
    const sameSecret = store.createKey(newKey('other', { digest: 'digest of taken' }));
    await expect(sameSecret).rejects.toMatchObject({ code: 'resource_exists', param: 'secret' });
  });

  test('are made once when two nodes make the same at once', async () => {
    const attempts = [store.createKey(newKey('race')), otherNode.createKey(newKey('race'))];
    const results = await Promise.allSettled(attempts);
    expect(results.map(result => result.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('free their name when they are revoked, and keep the time of the first revocation', async () => {
    const { id } = await store.createKey(newKey('leaver', { digest: 'first' }));
    const first = await store.revokeKey(id);
    expect(first).toMatchObject({ id, revokedAt: expect.any(Date) });
    expect(await store.revokeKey(id)).toEqual(first);
    await store.createKey(newKey('leaver', { digest: 'second' }));
  });

  test('that do not exist cannot be revoked', async () => {
    expect(await store.revokeKey(uuidv7())).toBeNull();
    expect(await store.revokeKey("'; drop table virtual_keys")).toBeNull();
  });
});

describe('changes', () => {
  test('raise the version by one, and what changes nothing does not', async () => {
    const { version } = await store.load();
    await store.createTeam({ name: 'counted', storeResponses: null });
    await store.createTeam({ name: 'counted', storeResponses: null }).catch(() => {});
    await store.applyFile(emptyFile);
    expect((await store.load()).version).toBe(version + 1);
  });

  test('are told to every node', async () => {
    await otherNode.load();
    const told = Promise.withResolvers<void>();
    const end = otherNode.onChange(told.resolve);
    const { id } = await store.createKey(newKey('told'));
    await told.promise;
    end();
    const key = (await otherNode.load()).keys.find(one => one.id === id);
    expect(key).toBeDefined();
  });

  test('are told when they came between load and onChange', async () => {
    await otherNode.load();
    await store.createTeam({ name: 'between', storeResponses: null });
    const told = Promise.withResolvers<void>();
    const end = otherNode.onChange(told.resolve);
    await told.promise;
    end();
  });

  test('are told although the connection that listens was cut', async () => {
    await otherNode.load();
    const told = Promise.withResolvers<void>();
    const end = otherNode.onChange(told.resolve);
    await database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await untilAnswers(store);
    await store.createTeam({ name: 'after-the-cut', storeResponses: null });
    await told.promise;
    end();
  });

  test('are no longer told after the end', async () => {
    await otherNode.load();
    let calls = 0;
    const end = otherNode.onChange(() => calls++);
    end();
    const told = Promise.withResolvers<void>();
    const endOther = otherNode.onChange(told.resolve);
    await store.createTeam({ name: 'unheard', storeResponses: null });
    await told.promise;
    endOther();
    expect(calls).toBe(0);
  });
});

test('a secret of the instance is made once, whoever comes first', async () => {
  let made = 0;
  const make = async () => `sealed-${++made}`;
  const [one, two] = await Promise.all([store.instanceSecret('race', make), otherNode.instanceSecret('race', make)]);
  expect(one).toBe(two);
  expect(await store.instanceSecret('race', () => Promise.reject(new Error('not needed')))).toBe(one);
});

describe('a database that is away', () => {
  const gone = { host: '/nonexistent', port: 5432, user: 'nobody', password: 'none', database: 'none' };
  const refused = 'postgresql://nobody:none@127.0.0.1:1/none';

  test.each([gone, refused])('is said as database_unavailable by every operation', async connection => {
    const away = openStore({ connection, logger: quietLogger });
    const operations = [
      () => away.load(),
      () => away.applyFile(emptyFile),
      () => away.listKeys(),
      () => away.createKey(newKey('never')),
      () => away.revokeKey(uuidv7()),
      () => away.instanceSecret('never', async () => 'never'),
      () => away.append(Buffer.from('[{}]')),
      () => away.ping(),
    ];
    for (const operation of operations) {
      await expect(operation()).rejects.toMatchObject({ code: 'database_unavailable' });
    }
    await away.close();
  });

  test('is used again when it is back', async () => {
    await database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await untilAnswers(store);
    expect((await store.load()).organization).toBe('default');
  });
});

/** Operations fail until the pool has noticed its broken connections. */
async function untilAnswers(one: Store): Promise<void> {
  for (;;) {
    try {
      await one.load();
      return;
    } catch (error) {
      expect(error).toMatchObject({ code: 'database_unavailable' });
      await sleep(20);
    }
  }
}
