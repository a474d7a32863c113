import { afterAll, beforeAll, expect, test } from 'vitest';
import { sealCursor } from '../../../src/control/usage/cursor.ts';
import { usagePageSchema } from '../../../src/control/usage/usage-page.ts';
import { keyDigester } from '../../../src/spec/key-digest.ts';
import type { UsageEvent } from '../../../src/spec/usage-event.ts';
import { texts, usageEvent } from '../../store/ledger/usage-event.ts';
import { digest, type OpenControl, openControl } from '../app/open-control.ts';

const now = Date.parse('2026-05-17T10:00:00Z');
let control: OpenControl;
let events: UsageEvent[];

beforeAll(async () => {
  control = await openControl({ nowMillis: () => now });
  events = Array.from({ length: 7 }, (_, index) =>
    usageEvent({ at: new Date(now - index * 3_600_000), team: index % 2 ? 'search' : 'support', cost_usd: '0.10' }),
  );
  await control.store.append(texts(events));
});
afterAll(() => control.close());

const page = async (query: string) => usagePageSchema.parse((await control.ask('GET', `/admin/v1/usage${query}`)).json);

test('lists events newest first with every column of the ledger', async () => {
  const { events: listed, next } = await page('');
  expect(listed.map(event => event.id)).toEqual(events.map(event => event.id));
  expect(next).toBeNull();
  expect(listed[0]).toMatchObject({ ...events[0], cost_usd: '0.1', at: new Date(now).toISOString() });
});

test('pages meet without a gap and end with null', async () => {
  const seen: string[] = [];
  let cursor: string | null = null;
  let pages = 0;
  do {
    const got = await page(`?limit=3${cursor === null ? '' : `&cursor=${cursor}`}`);
    seen.push(...got.events.map(event => event.id));
    cursor = got.next;
    pages++;
  } while (cursor !== null);
  expect([seen, pages]).toEqual([events.map(event => event.id), 3]);
  expect((await page('?limit=7')).next).toBeNull();
});

test('narrows by its filters', async () => {
  expect((await page('?team=search')).events).toHaveLength(3);
  expect((await page('?team=search&outcome=failed')).events).toHaveLength(0);
  expect((await page(`?call_id=${events[2]!.call_id.toUpperCase()}`)).events).toHaveLength(1);
  expect((await page("?key=' or 1=1 --")).events).toHaveLength(0);
});

test.each([
  ['limit=0', 'limit'],
  ['limit=1001', 'limit'],
  ['limit=1e3', 'limit'],
  ['outcome=lost', 'outcome'],
  ['call_id=1', 'call_id'],
  ['team=a%00b', 'team'],
  ['team=a&team=b', 'team'],
  ['status=200', 'status'],
  ['from=2020-01-01', 'from'],
  ['timezone=Nowhere', 'timezone'],
])('?%s is 400 and names the parameter', async (query, param) => {
  const answer = await control.ask('GET', `/admin/v1/usage?${query}`);
  expect([answer.status, answer.json]).toMatchObject([400, { error: { param } }]);
});

test('wants the admin key', async () => {
  expect((await control.ask('GET', '/admin/v1/usage', undefined, { authorization: '' })).status).toBe(401);
});

test('a cursor that this instance did not make is 400', async () => {
  const id = events[0]!.id;
  const real = sealCursor(id, digest);
  const forged = [
    Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url'),
    Buffer.from(id).toString('base64url'),
    sealCursor(id, keyDigester(Buffer.alloc(32, 8))),
    `${real.slice(0, -2)}AA`,
    `${real}=`,
    `${real}%20`,
    `${real.slice(0, 10)}.${real.slice(10)}`,
    "'%3B%20drop%20table",
    '',
  ];
  for (const cursor of forged) {
    const answer = await control.ask('GET', `/admin/v1/usage?cursor=${cursor}`);
    expect([answer.status, answer.json]).toMatchObject([400, { error: { param: 'cursor' } }]);
  }
});
