import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSoak, type SoakResult } from '../prove/soak/run-soak.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

const MEBIBYTE = 1024 * 1024;
let database: TestDatabase;
let result: SoakResult;

/** `npm run prove:soak`, small: a process of its own, honest calls, and every attack beside them for some seconds. */
beforeAll(async () => {
  database = await openTestDatabase();
  result = await runSoak({
    seconds: 20,
    perSecond: 10,
    intensity: 0.1,
    environment: { DATABASE_URL: database.url },
    say: () => {},
  });
});
afterAll(() => database.drop());

test('D1 honest calls beside slow, silent, greedy and lying clients are all answered in full', () => {
  expect(result.problems).toEqual([]);
  expect(result.attacked.length).toBeGreaterThan(50);
});

test('D1 each of them stands in the ledger once, finished', () => {
  const { counts, problems } = result.ledger;
  expect(problems).toEqual([]);
  expect(counts['finished calls with exactly one finished event']).toBe(counts['calls sent']);
});

test('D1 the attacks were heard and refused', () => {
  const { 'wrong keys': keys, smuggling, 'bodies of 33 MiB': large, 'deep and wide bodies': deep } = result.attacks;
  expect((keys?.['401'] ?? 0) + (keys?.['429'] ?? 0)).toBeGreaterThan(100);
  expect(keys).not.toHaveProperty('200');
  expect(smuggling?.['400']).toBeGreaterThan(0);
  expect(smuggling).not.toHaveProperty('200');
  expect(large?.['413']).toBeGreaterThan(0);
  expect(deep?.['400']).toBeGreaterThan(0);
});

test('D1 memory stays bounded', () => {
  expect(result.memory.maxBytes).toBeGreaterThan(0);
  expect(result.memory.maxBytes).toBeLessThan(1024 * MEBIBYTE);
});
