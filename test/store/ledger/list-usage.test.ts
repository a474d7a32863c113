import { afterAll, beforeAll, expect, test } from 'vitest';
import type { UsageQuery } from '../../../src/spec/store.ts';
import type { UsageEvent } from '../../../src/spec/usage-event.ts';
import { appendEvents } from '../../../src/store/ledger/append-events.ts';
import { listUsage } from '../../../src/store/ledger/list-usage.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { texts, usageEvent } from './usage-event.ts';

const from = new Date('2026-05-01T00:00:00Z');
const to = new Date('2026-05-05T00:00:00Z');
let database: TestDatabase;
let events: UsageEvent[];

beforeAll(async () => {
  database = await openTestDatabase();
  events = Array.from({ length: 200 }, (_, index) =>
    usageEvent({
      at: new Date(from.getTime() + index * 1_727_000),
      team: index % 2 === 0 ? 'search' : 'sales',
      key_id: `key-${index % 3}`,
      outcome: index % 5 === 0 ? 'failed' : 'finished',
      cost_usd: index % 5 === 0 ? null : '0.0010',
    }),
  );
  await appendEvents(database.pool, texts(events));
});
afterAll(() => database.drop());

const query = (changes: Partial<UsageQuery> = {}): UsageQuery => ({
  from,
  to,
  limit: 1000,
  before: null,
  filters: {},
  ...changes,
});
const ids = async (asked: UsageQuery) => (await listUsage(database.pool, asked)).map(row => row.id);
const newestFirst = (list: readonly UsageEvent[]) => list.map(event => event.id).reverse();

test('lists events newest first', async () => {
  expect(await ids(query())).toEqual(newestFirst(events));
});

test('a row has the members of its event, its time, and money without trailing zeros', async () => {
  const [row] = await listUsage(database.pool, query({ limit: 1 }));
  expect(row).toEqual({
    ...events.at(-1),
    cost_usd: '0.001',
    at: new Date(from.getTime() + 199 * 1_727_000).toISOString(),
  });
});

test('pages follow each other without a gap or a repetition, over days', async () => {
  const seen: string[] = [];
  for (let before: string | null = null; ; ) {
    const page = await ids(query({ limit: 17, before }));
    seen.push(...page);
    before = page.at(-1) ?? null;
    if (page.length < 17) break;
  }
  expect(seen).toEqual(newestFirst(events));
});

test('the span includes its beginning and not its end', async () => {
  const at = (index: number) => new Date(from.getTime() + index * 1_727_000);
  expect(await ids(query({ from: at(10), to: at(20) }))).toEqual(newestFirst(events.slice(10, 20)));
});

test('filters and the key narrow together', async () => {
  const wanted = events.filter(
    event => event.team === 'sales' && event.outcome === 'failed' && event.key_id === 'key-1',
  );
  expect(await ids(query({ keyId: 'key-1', filters: { team: 'sales', outcome: 'failed' } }))).toEqual(
    newestFirst(wanted),
  );
});

test('a call is found by its id, and nothing by what is no id', async () => {
  expect(await ids(query({ filters: { call_id: events[7]!.call_id } }))).toEqual([events[7]!.id]);
  expect(await ids(query({ filters: { call_id: `' or 1=1` } }))).toEqual([]);
});

test('A5: a forged cursor is refused', async () => {
  const forged = listUsage(database.pool, query({ before: `x' or true` }));
  await expect(forged).rejects.toMatchObject({ code: 'invalid_value', param: 'cursor' });
});

test('A5: a filter that does not exist is refused and reaches no SQL', async () => {
  const filters = { 'team = team or team': 'x' } as UsageQuery['filters'];
  await expect(listUsage(database.pool, query({ filters }))).rejects.toMatchObject({ code: 'invalid_value' });
});
