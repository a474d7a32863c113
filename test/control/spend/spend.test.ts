import { afterAll, beforeAll, expect, test } from 'vitest';
import { spendReportSchema } from '../../../src/control/spend/spend-schema.ts';
import { spendDimensions } from '../../../src/spec/store.ts';
import { texts, usageEvent } from '../../store/ledger/usage-event.ts';
import { type OpenControl, openControl } from '../app/open-control.ts';

const now = Date.parse('2026-05-17T10:00:00Z');
let control: OpenControl;

beforeAll(async () => {
  control = await openControl({ nowMillis: () => now });
  const at = (time: string) => ({ at: new Date(time) });
  await control.store.append(
    texts([
      usageEvent({ ...at('2026-04-30T23:00:00Z'), team: 'search', cost_usd: '1' }),
      usageEvent({ ...at('2026-05-01T00:00:00Z'), team: 'search', cost_usd: '0.000000000000000001' }),
      usageEvent({
        ...at('2026-05-17T09:59:59Z'),
        team: 'search',
        model: 'dear',
        cost_usd: '0.1',
        cache_read_tokens: 7,
      }),
      usageEvent({ ...at('2026-05-16T23:00:00Z'), team: 'support', cost_usd: null }),
      usageEvent({
        ...at('2026-05-16T23:00:01Z'),
        team: 'support',
        attempt: 2,
        status: 500,
        outcome: 'failed',
        cost_usd: null,
      }),
      usageEvent({ ...at('2026-05-16T23:10:00Z'), team: '=1+1', end_user: '@cmd,"x"', cost_usd: '0.2' }),
    ]),
  );
});
afterAll(() => control.close());

const spend = async (query: string) => {
  const answer = await control.ask('GET', `/admin/v1/spend${query}`);
  expect(answer.text).toMatch(/^\{"rows":/);
  return spendReportSchema.parse(answer.json);
};

test('by itself it is this month up to now, by team', async () => {
  const { rows, total } = await spend('');
  expect(rows.map(({ team, calls, cost_usd }) => [team, calls, cost_usd])).toEqual([
    ['=1+1', 1, '0.2'],
    ['search', 2, '0.100000000000000001'],
    ['support', 1, null],
  ]);
  expect(total).toMatchObject({ calls: 4, attempts: 5, cost_usd: '0.300000000000000001', unpriced_calls: 2 });
});

test('agrees with a plain sum over the ledger', async () => {
  const { total } = await spend('?by=team,model&from=2026-01-01&to=2026-06-01');
  const { rows } = await control.database.pool.query(
    `select trim_scale(sum(cost_usd))::text as cost_usd, count(*)::int as attempts,
       sum(input_tokens)::int as input_tokens, sum(output_tokens)::int as output_tokens
     from ledger.usage_events`,
  );
  expect(total).toMatchObject(rows[0]);
});

test('days begin where the timezone says', async () => {
  const utc = await spend('?by=team&from=2026-05-01&to=2026-05-02');
  const berlin = await spend('?by=team&from=2026-05-01&to=2026-05-02&timezone=Europe/Berlin');
  expect([utc.total.cost_usd, berlin.total.cost_usd]).toEqual(['0.000000000000000001', '1.000000000000000001']);

  const { rows } = await spend('?by=team&from=2026-05-16&to=2026-05-18&bucket=day&timezone=Europe/Berlin');
  expect(rows.map(row => row.bucket?.slice(0, 10))).toEqual(['2026-05-17', '2026-05-17', '2026-05-17']);
});

test.each(spendDimensions)('groups by %s', async dimension => {
  const { rows } = await spend(`?by=${dimension}`);
  expect(rows.length === 0 || typeof rows[0]?.[dimension] === 'string').toBe(true);
});

test('an empty time has no rows and cost nothing', async () => {
  const report = await spend('?from=2026-01-01&to=2026-01-02');
  expect(report).toMatchObject({ rows: [], total: { calls: 0, attempts: 0, cost_usd: '0' } });
});

test('as CSV an unknown cost is unknown and no cell is a formula', async () => {
  const answer = await control.ask('GET', '/admin/v1/spend?by=team,user&format=csv');
  const lines = answer.text.split('\r\n');

  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(lines[0]).toBe(
    'team,user,calls,attempts,input_tokens,cache_read_tokens,cache_write_tokens,output_tokens,reasoning_tokens,cost_usd,unpriced_calls',
  );
  expect(lines[1]).toBe(`"'=1+1","'@cmd,""x""",1,1,10,0,0,5,0,0.2,0`);
  expect(lines[3]).toBe('support,,1,2,20,0,0,10,0,unknown,2');
  expect(lines[4]).toBe('');
});

test.each([
  ['by=tame', 'by', 'team, consumer'],
  ['by=', 'by', 'team, consumer'],
  ['by=team,team', 'by', 'once'],
  ['by=team&by=model', 'by', 'string'],
  ['by=team;drop%20table%20x', 'by', 'team, consumer'],
  ['bucket=minute', 'bucket', 'hour, day, week, month'],
  ['bucket=', 'bucket', 'hour, day, week, month'],
  ['timezone=Mars/Olympus', 'timezone', 'Europe/Berlin'],
  ['timezone=%2B02:00', 'timezone', 'IANA'],
  ['from=yesterday', 'from', '2026-01-31'],
  ['to=2026-02-30', 'to', '2026-01-31'],
  ['from=2026-05-02&to=2026-05-01', 'to', 'before'],
  ['from=2027-01-01', 'from', 'before'],
  ['from=2025-01-01&to=2026-05-01', 'from', '400 days'],
  ['format=xml', 'format', 'json, csv'],
  ['limit=5', 'limit', 'not known'],
])('?%s is 400, names the parameter and says what was expected', async (query, param, words) => {
  const answer = await control.ask('GET', `/admin/v1/spend?${query}`);
  expect([answer.status, answer.json]).toMatchObject([
    400,
    { error: { param, message: expect.stringContaining(words) } },
  ]);
});

test('400 days are not too many, even when one of them is longer', async () => {
  const answer = await control.ask('GET', '/admin/v1/spend?from=2025-04-01&to=2026-05-06&timezone=Europe/Berlin');
  expect(answer.status).toBe(200);
});

test('wants the admin key', async () => {
  expect((await control.ask('GET', '/admin/v1/spend', undefined, { authorization: '' })).status).toBe(401);
});
