import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { usageDefaults } from '../../../src/spec/usage-event.ts';
import { appendEvents } from '../../../src/store/ledger/append-events.ts';
import { makePartitions } from '../../../src/store/ledger/make-partitions.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { texts, usageEvent } from './usage-event.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query('truncate ledger.usage_events, ledger.usage_rollups, ledger.dimensions');
});

const one = async (sql: string): Promise<Record<string, unknown>> => (await database.pool.query(sql)).rows[0];
const rolled = () =>
  one(`select sum(calls)::int as calls, sum(attempts)::int as attempts, sum(input_tokens)::int as input_tokens,
    trim_scale(sum(cost_usd)) as cost, sum(priced)::int as priced, sum(unpriced)::int as unpriced,
    count(*)::int as rows from ledger.usage_rollups`);

test('stores every member of an event as it is, with the day and time of its id', async () => {
  const event = usageEvent({
    at: new Date('2026-03-28T23:59:59.999Z'),
    attempt: 2,
    tags: ['a"b', 'ü, {c}', ''],
    end_user: `O'Brien \\ "x" 語`,
    cost_usd: '0.000000000000000001',
    first_token_millis: null,
    estimated: true,
    outcome: 'failed',
    error: 'upstream_error',
    retry_reason: 'upstream_error',
  });
  expect(await appendEvents(database.pool, texts([event]))).toBe(1);

  const row = await one(`select *, day::text as day, at at time zone 'UTC' = '2026-03-28 23:59:59.999' as timely,
    cost_usd::text as cost_usd from ledger.usage_events`);
  expect(row).toMatchObject({ ...event, day: '2026-03-28', timely: true });
});

test('what an event leaves out is as its default', async () => {
  const members = usageEvent({ cost_usd: null, first_token_millis: null });
  const short = Object.fromEntries(Object.entries(members).filter(([name]) => !(name in usageDefaults)));
  expect(Object.keys(short)).toHaveLength(Object.keys(members).length - Object.keys(usageDefaults).length);
  expect(await appendEvents(database.pool, Buffer.from(JSON.stringify([short])))).toBe(1);
  expect(await one('select * from ledger.usage_events')).toMatchObject({ ...short, ...usageDefaults });
  expect(await rolled()).toMatchObject({ calls: 1, input_tokens: 10, unpriced: 1 });
});

test.each(Object.keys(usageEvent()).filter(name => !(name in usageDefaults)))(
  'an event without %s, which has no default, is refused',
  async name => {
    const event = { ...usageEvent(), [name]: undefined };
    const refused = appendEvents(database.pool, Buffer.from(JSON.stringify([event])));
    await expect(refused).rejects.toMatchObject({ code: expect.stringMatching(/^(22|23)/) });
  },
);

test('appending the same events again changes neither rows nor rollups', async () => {
  const events = [usageEvent(), usageEvent({ cost_usd: null }), usageEvent({ team: 'sales' })];
  expect(await appendEvents(database.pool, texts(events))).toBe(3);
  const before = await rolled();
  expect(await appendEvents(database.pool, texts([...events, ...events]))).toBe(0);
  expect(await rolled()).toEqual(before);
});

test('an event that stands twice in one batch counts once', async () => {
  const event = usageEvent();
  expect(await appendEvents(database.pool, texts([event, event]))).toBe(1);
  expect(await rolled()).toMatchObject({ calls: 1, input_tokens: 10 });
});

test('rollups tell first attempts from attempts and what has no price from what is free', async () => {
  const events = [
    usageEvent({ cost_usd: '0' }),
    usageEvent({ cost_usd: null }),
    usageEvent({ cost_usd: null, input_tokens: 0, output_tokens: 0, outcome: 'failed', status: 500 }),
    usageEvent({ attempt: 2, cost_usd: '0.5' }),
    usageEvent({ outcome: 'correction', input_tokens: -4, cost_usd: '-0.1' }),
  ];
  await appendEvents(database.pool, texts(events));
  expect(await rolled()).toMatchObject({
    calls: 3,
    attempts: 4,
    input_tokens: 26,
    cost: '0.4',
    priced: 3,
    unpriced: 1,
  });
});

test('concurrent appenders of overlapping batches lose and double nothing', async () => {
  const start = Date.now();
  const events = Array.from({ length: 600 }, (_, index) =>
    usageEvent({ at: new Date(start - index * 40_000), team: `team-${index % 7}`, cost_usd: '0.001' }),
  );
  const added = await Promise.all(
    Array.from({ length: 8 }, async (_, appender) => {
      const order = [...events.slice(appender * 75), ...events.slice(0, appender * 75)];
      if (appender % 2 === 1) order.reverse();
      let count = 0;
      for (let at = 0; at < order.length; at += 100) {
        count += await appendEvents(database.pool, texts(order.slice(at, at + 100)));
      }
      return count;
    }),
  );
  expect(added.reduce((sum, count) => sum + count)).toBe(600);
  expect(await one('select count(*)::int as rows from ledger.usage_events')).toEqual({ rows: 600 });
  expect(await rolled()).toMatchObject({ calls: 600, input_tokens: 6000, cost: '0.6' });
});

test('missing partitions are made on the way, also by several appenders at once', async () => {
  const days = Array.from({ length: 6 }, (_, index) => new Date(Date.UTC(2031, 4, 1 + index * 20, 23)));
  const added = await Promise.all(days.map(at => appendEvents(database.pool, texts([usageEvent({ at })]))));
  expect(added).toEqual([1, 1, 1, 1, 1, 1]);
});

test('partitions are made ahead and making them twice is the same as once', async () => {
  await makePartitions(database.pool);
  await Promise.all([makePartitions(database.pool), makePartitions(database.pool)]);
  expect(
    await one(`select count(*)::int as days from generate_series(0, 7) as ahead
      where to_regclass('ledger.usage_events_' || to_char(now() at time zone 'UTC' + ahead * interval '1 day', 'YYYYMMDD')) is null`),
  ).toEqual({ days: 0 });
});

test('a partition has the primary key and the indexes of the table', async () => {
  await appendEvents(database.pool, texts([usageEvent()]));
  expect(
    await one(
      `select count(*)::int as indexes from pg_index where indrelid = (select tableoid from ledger.usage_events limit 1)`,
    ),
  ).toEqual({ indexes: 3 });
});

test.each([
  ['no JSON', '{"id":'],
  ['a number beyond the column', JSON.stringify({ ...usageEvent(), input_tokens: 1e300 })],
  ['an unknown outcome', JSON.stringify({ ...usageEvent(), outcome: 'odd' })],
  ['no id', JSON.stringify({ ...usageEvent(), id: undefined })],
  ['bytes that are no UTF-8', Buffer.concat([Buffer.from('{"team":"'), Buffer.from([0xff]), Buffer.from('"}')])],
])('a batch with %s is refused whole, with a code that says it lies in the data', async (_, text) => {
  const refused = appendEvents(database.pool, Buffer.concat([Buffer.from('['), Buffer.from(text), Buffer.from(']')]));
  await expect(refused).rejects.toMatchObject({ code: expect.stringMatching(/^(22|23)/) });
  expect(await one('select count(*)::int as rows from ledger.usage_events')).toEqual({ rows: 0 });
});

test('nothing to append asks the database nothing', async () => {
  expect(await appendEvents(database.pool, texts([]))).toBe(0);
});

test('an append that was answered survives a server that does not wait for its disk', async () => {
  const { pool } = database;
  const client = await pool.connect();
  try {
    await client.query('set synchronous_commit = off');
    const single = { query: (query: never) => client.query(query) } as unknown as typeof pool;
    await client.query('begin');
    await appendEvents(single, texts([usageEvent()]));
    expect((await client.query('show synchronous_commit')).rows[0]).toEqual({ synchronous_commit: 'on' });
    await client.query('rollback');
  } finally {
    client.release(true);
  }
});
