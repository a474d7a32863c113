import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../../../src/spec/store.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { freePort } from '../../support/free-port.ts';
import { quietLogger } from '../../support/quiet-logger.ts';

let database: TestDatabase;
let store: Store;
const scope = { organization: 'default', team: 'search' };
const content = Buffer.from([0, 1, 2, 0xff, 0x5c]);

beforeAll(async () => {
  database = await openTestDatabase();
  store = openStore({ connection: database.url, logger: quietLogger });
});
afterAll(async () => {
  await store.close();
  await database.drop();
});

const expire = (id: string) =>
  database.pool.query(`update stored_responses set expires_at = now() - interval '1 second' where id = $1`, [id]);

describe('kept responses', () => {
  test('come back byte by byte, for their scope alone', async () => {
    const id = randomUUID();
    await store.responses.save(id, scope, content);
    expect(await store.responses.load(id, scope)).toEqual(content);
    for (const other of [
      { ...scope, team: 'other' },
      { ...scope, organization: 'other' },
    ]) {
      expect(await store.responses.load(id, other)).toBeNull();
      expect(await store.responses.remove(id, other)).toBe(false);
    }
    expect(await store.responses.remove(id, scope)).toBe(true);
    expect(await store.responses.remove(id, scope)).toBe(false);
    expect(await store.responses.load(id, scope)).toBeNull();
  });

  test('are gone when their time is over, at once for callers and soon from the table', async () => {
    const ids = Array.from({ length: 1_203 }, () => randomUUID());
    for (const id of ids) await store.responses.save(id, scope, content);
    for (const id of ids.slice(1)) await expire(id);
    expect(await store.responses.load(ids[1]!, scope)).toBeNull();
    expect(await store.responses.remove(ids[1]!, scope)).toBe(false);
    expect(await store.removeExpiredResponses()).toBe(1_202);
    expect(await store.removeExpiredResponses()).toBe(0);
    expect(await store.responses.load(ids[0]!, scope)).toEqual(content);
  });

  test('an id is kept once', async () => {
    const id = randomUUID();
    await store.responses.save(id, scope, content);
    await expect(store.responses.save(id, scope, Buffer.alloc(1))).rejects.toThrow();
    expect(await store.responses.load(id, scope)).toEqual(content);
  });

  test('a database that is away is told as such', async () => {
    const away = openStore({ connection: `postgres://x:y@127.0.0.1:${await freePort()}/none`, logger: quietLogger });
    const missing = { code: 'database_unavailable', status: 503 };
    await expect(away.responses.save(randomUUID(), scope, content)).rejects.toMatchObject(missing);
    await expect(away.responses.load(randomUUID(), scope)).rejects.toMatchObject(missing);
    await expect(away.responses.remove(randomUUID(), scope)).rejects.toMatchObject(missing);
    await expect(away.removeExpiredResponses()).rejects.toMatchObject(missing);
    await away.close();
  });
});
