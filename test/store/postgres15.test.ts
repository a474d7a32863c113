import { expect, test } from 'vitest';
import { migrate } from '../../src/store/migrate.ts';
import { openStore } from '../../src/store/open-store.ts';
import { postgres15, startPostgres15 } from '../support/postgres15.ts';
import { quietLogger } from '../support/quiet-logger.ts';
import { newKey, wholeFile } from './configuration/resources.ts';

test.skipIf(!postgres15)('PostgreSQL 15 is migrated and serves the store (TOLLGATE_TEST_POSTGRES15)', async () => {
  const server = await startPostgres15(postgres15!);
  await migrate(server.url);
  const store = openStore({ connection: server.url, logger: quietLogger });

  expect(await store.applyFile(wholeFile)).toBe(true);
  expect(await store.applyFile(wholeFile)).toBe(false);
  const { id } = await store.createKey(newKey('phone', { team: 'search' }));
  await store.revokeKey(id);
  expect((await store.load()).keys).toHaveLength(3);
  const month = { from: new Date('2026-01-01'), to: new Date('2026-02-01') };
  const spend = await store.spend({ by: ['team'], ...month, bucket: 'day', timezone: 'Europe/Berlin' });
  expect(spend.rows).toEqual([]);

  await store.close();
  await server.stop();
});
