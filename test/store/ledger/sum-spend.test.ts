import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SpendDimension, type SpendQuery, spendDimensions } from '../../../src/spec/store.ts';
import type { UsageEvent } from '../../../src/spec/usage-event.ts';
import { appendEvents } from '../../../src/store/ledger/append-events.ts';
import { sumSpend } from '../../../src/store/ledger/sum-spend.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { texts, usageEvent } from './usage-event.ts';

/** Central Europe turns its clocks on this day: it has 23 hours. */
const shortDay = new Date('2026-03-29T00:00:00+01:00');
const hour = 3_600_000;

let database: TestDatabase;
let events: UsageEvent[];

beforeAll(async () => {
  database = await openTestDatabase();
  events = Array.from({ length: 900 }, (_, index) =>
    usageEvent({
      at: new Date(shortDay.getTime() - 24 * hour + index * 331_777),
      team: ['search', 'sales', 'büro'][index % 3]!,
      key_id: `key-${index % 4}`,
      model: index % 5 === 0 ? 'smart' : 'fast',
      target: index % 2 === 0 ? 'openai/gpt' : 'local/llama',
      provider: index % 2 === 0 ? 'openai' : 'local',
      end_user: index % 6 === 0 ? '' : `user-${index % 6}`,
      tags: [[], ['a'], ['a', 'b']][index % 3]!,
      attempt: index % 10 === 0 ? 2 : 1,
      status: index % 7 === 0 ? 500 : 200,
      outcome: index % 7 === 0 ? 'failed' : 'finished',
      input_tokens: index,
      cache_read_tokens: index >> 1,
      cache_write_5m_tokens: 1,
      cache_write_1h_tokens: 2,
      output_tokens: index * 2,
      reasoning_tokens: index >> 2,
      cost_usd: index % 5 === 0 ? null : `0.${String(index + 1).padStart(18, '0')}`,
    }),
  );
  for (let at = 0; at < events.length; at += 300) await appendEvents(database.pool, texts(events.slice(at, at + 300)));
});
afterAll(() => database.drop());

const query = (changes: Partial<SpendQuery> = {}): SpendQuery => ({
  by: ['team'],
  from: new Date(shortDay.getTime() - 48 * hour),
  to: new Date(shortDay.getTime() + 96 * hour),
  bucket: null,
  timezone: 'UTC',
  ...changes,
});

/** The same question as one plain statement over the rows. */
async function plainly(asked: SpendQuery, expression: string, tags = ''): Promise<unknown[]> {
  const { rows } = await database.pool.query(
    `select ${expression} as name, count(*) filter (where attempt = 1)::int as calls, count(*)::int as attempts,
      sum(input_tokens)::int as input_tokens, sum(cache_read_tokens)::int as cache_read_tokens,
      sum(cache_write_5m_tokens + cache_write_1h_tokens)::int as cache_write_tokens,
      sum(output_tokens)::int as output_tokens, sum(reasoning_tokens)::int as reasoning_tokens,
      trim_scale(sum(cost_usd))::text as cost_usd,
      count(*) filter (where cost_usd is null and input_tokens + output_tokens > 0)::int as unpriced_calls
    from ledger.usage_events ${tags} where at >= $1 and at < $2 group by 1
    order by sum(cost_usd) desc nulls last, ${expression} collate "C"`,
    [asked.from, asked.to],
  );
  return rows.map(({ name, ...sums }) => ({ name, ...sums }));
}

const columns: Readonly<Record<SpendDimension, string>> = {
  organization: 'organization',
  team: 'team',
  consumer: 'consumer',
  key: 'key',
  user: 'end_user',
  tag: 'tag',
  model: 'model',
  target: 'target',
  provider: 'provider',
  prompt: 'prompt',
  dialect: 'dialect',
  status: 'status::text',
};
const eachTag = `cross join lateral unnest(case when tags = '{}' then '{""}' else tags end) as tag`;

const spans: readonly [string, Date, Date][] = [
  ['a span of whole quarters', new Date('2026-03-28T12:00:00Z'), new Date('2026-03-30T00:15:00Z')],
  ['a span with edges', new Date('2026-03-28T12:03:07.001Z'), new Date('2026-03-30T11:44:59.999Z')],
  ['a span within a quarter', new Date('2026-03-29T01:01:00Z'), new Date('2026-03-29T01:14:00Z')],
  ['a span over one quarter mark', new Date('2026-03-29T00:40:00Z'), new Date('2026-03-29T00:50:00Z')],
  [
    'a span that ends at an event',
    new Date('2026-03-28T12:03:00Z'),
    new Date(shortDay.getTime() - 24 * hour + 331_777 * 300),
  ],
  [
    'a span that begins at an event',
    new Date(shortDay.getTime() - 24 * hour + 331_777 * 300),
    new Date('2026-03-30T12:00:00Z'),
  ],
];

test.each(spans)('every dimension agrees with a plain sum over the rows: %s', async (_, from, to) => {
  for (const dimension of spendDimensions) {
    const asked = query({ by: [dimension], from, to });
    const { rows } = await sumSpend(database.pool, asked);
    const named = rows.map(({ [dimension]: name, ...sums }) => ({ name, ...sums }));
    expect(named).toEqual(await plainly(asked, columns[dimension], dimension === 'tag' ? eachTag : ''));
  }
});

test.each(spans)('the total is the sum over the same rows: %s', async (_, from, to) => {
  for (const by of [[], ['team'], ['team', 'model', 'status'], ['tag'], ['user', 'tag']] as SpendDimension[][]) {
    const asked = query({ by, from, to });
    const { total } = await sumSpend(database.pool, asked);
    const [plain] = (await plainly(asked, `''`)) as [{ name: string }];
    expect({ name: '', ...total }).toEqual(plain);
  }
});

test('a call with two tags stands in both rows and once in the total', async () => {
  const { rows, total } = await sumSpend(database.pool, query({ by: ['tag'] }));
  expect(Object.fromEntries(rows.map(row => [row.tag, row.attempts]))).toEqual({ '': 300, a: 600, b: 300 });
  expect(total.attempts).toBe(900);
});

test('a day in Berlin begins at midnight in Berlin, also on the day that has 23 hours', async () => {
  const { rows } = await sumSpend(database.pool, query({ by: [], bucket: 'day', timezone: 'Europe/Berlin' }));
  const perDay = Map.groupBy(events, event => {
    const at = new Date(Number.parseInt(event.id.slice(0, 8) + event.id.slice(9, 13), 16));
    return at.toLocaleDateString('sv-SE', { timeZone: 'Europe/Berlin' });
  });
  expect(rows.map(row => [row.bucket, row.attempts])).toEqual([
    ['2026-03-28T00:00:00+01:00', perDay.get('2026-03-28')!.length],
    ['2026-03-29T00:00:00+01:00', perDay.get('2026-03-29')!.length],
    ['2026-03-30T00:00:00+02:00', perDay.get('2026-03-30')!.length],
    ['2026-03-31T00:00:00+02:00', perDay.get('2026-03-31')!.length],
  ]);
});

test('the hour that comes twice in autumn is two buckets', async () => {
  const at = ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'];
  await appendEvents(database.pool, texts(at.map(time => usageEvent({ at: new Date(time) }))));
  const asked = { from: new Date('2026-10-25T00:00:00Z'), to: new Date('2026-10-25T02:00:00Z') };
  const { rows } = await sumSpend(
    database.pool,
    query({ ...asked, by: [], bucket: 'hour', timezone: 'Europe/Berlin' }),
  );
  expect(rows.map(row => row.bucket)).toEqual(['2026-10-25T02:00:00+02:00', '2026-10-25T02:00:00+01:00']);
});

test('buckets add up to the report without them, in a timezone of 45 minutes too', async () => {
  for (const bucket of ['hour', 'day', 'week', 'month'] as const) {
    const asked = query({ by: ['team'], timezone: 'Asia/Kathmandu' });
    const { total } = await sumSpend(database.pool, asked);
    const { rows, total: bucketed } = await sumSpend(database.pool, { ...asked, bucket });
    expect(bucketed).toEqual(total);
    expect(rows.every(row => /T\d\d:00:00\+05:45$/.test(row.bucket!))).toBe(true);
  }
});

test('a week begins on Monday', async () => {
  const { rows } = await sumSpend(database.pool, query({ by: [], bucket: 'week', timezone: 'Europe/Berlin' }));
  expect(rows.map(row => row.bucket)).toEqual(['2026-03-23T00:00:00+01:00', '2026-03-30T00:00:00+02:00']);
});

test('what nobody knows the price of is null and counted, never 0', async () => {
  const { rows } = await sumSpend(database.pool, query({ by: ['model'] }));
  const smart = rows.find(row => row.model === 'smart')!;
  expect(smart.cost_usd).toBeNull();
  expect(smart.unpriced_calls).toBe(180 - 1); // the first event used no tokens
  expect(rows.at(-1)).toBe(smart);
});

test('what is free is 0', async () => {
  const at = new Date('2027-01-01T00:07:00Z');
  await appendEvents(database.pool, texts([usageEvent({ at, cost_usd: '0' })]));
  const { rows } = await sumSpend(database.pool, query({ from: at, to: new Date('2027-01-02') }));
  expect(rows).toMatchObject([{ cost_usd: '0', unpriced_calls: 0 }]);
});

test('sums stay exact where floating point would not', async () => {
  const at = new Date('2027-02-01T00:07:00Z');
  const costs = ['9007199254740993.000000000000000001', '0.1', '0.2'];
  await appendEvents(database.pool, texts(costs.map(cost_usd => usageEvent({ at, cost_usd }))));
  const { total } = await sumSpend(database.pool, query({ from: at, to: new Date('2027-02-02') }));
  expect(total.cost_usd).toBe('9007199254740993.300000000000000001');
});

test('a key sees its own spend alone', async () => {
  const { total } = await sumSpend(
    database.pool,
    query({ by: ['model'], keyId: 'key-1', from: new Date('2026-03-28T07:01:00Z') }),
  );
  const { rows } = await database.pool.query(
    `select count(*)::int as attempts from ledger.usage_events where key_id = 'key-1' and at >= '2026-03-28T07:01:00Z' and at < '2026-04-02'`,
  );
  expect(total.attempts).toBe(rows[0].attempts);
});

test('a span without events has no rows and cost nothing', async () => {
  const nothing = { from: new Date('2020-01-01'), to: new Date('2020-02-01') };
  const empty = { rows: [], total: { calls: 0, attempts: 0, input_tokens: 0, cost_usd: '0', unpriced_calls: 0 } };
  expect(await sumSpend(database.pool, query(nothing))).toMatchObject(empty);
  expect(await sumSpend(database.pool, query({ ...nothing, by: [] }))).toMatchObject(empty);
  expect(await sumSpend(database.pool, query({ from: nothing.to, to: nothing.from }))).toMatchObject(empty);
});

test.each([
  ['by', { by: ['team; drop schema ledger cascade'] }],
  ['by', { by: ['__proto__'] }],
  ['bucket', { bucket: `day', at), (select 1` }],
  ['timezone', { timezone: `UTC'; drop schema ledger` }],
  ['timezone', { timezone: '+02:00' }],
  ['timezone', { timezone: 'Mars/Olympus' }],
  ['from', { from: new Date('never') }],
])('A5: a %s that does not exist is refused by name', async (param, changes) => {
  const asked = { ...query(), ...changes } as SpendQuery;
  await expect(sumSpend(database.pool, asked)).rejects.toMatchObject({ code: 'invalid_value', param });
});

test('a report leaves nothing behind on its connection', async () => {
  await sumSpend(database.pool, query({ timezone: 'Asia/Kathmandu' }));
  const { rows } = await database.pool.query(
    `select current_setting('timezone') as zone, current_setting('statement_timeout') as timeout`,
  );
  expect(rows[0].zone).not.toBe('Asia/Kathmandu');
  expect(rows[0].timeout).toBe('0');
});
