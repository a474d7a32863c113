import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Call } from '../../../src/gateway/call.ts';
import { costOf } from '../../../src/gateway/metering/usage-record.ts';
import { formatUsd } from '../../../src/spec/money.ts';
import type { ConfiguredProvider, Price, PriceBook, Target } from '../../../src/spec/snapshot.ts';
import { noUsage, type Usage } from '../../../src/spec/usage.ts';

const ONE_USD = 10n ** 18n;
const CHANGE = Date.UTC(2026, 10, 1);

/** So many dollars a token, ten times as many from `CHANGE` on; null for models that it does not know. */
function book(usd: bigint): PriceBook {
  const priceOf = (factor: bigint): Price => {
    const cost = ({ input }: Usage) => BigInt(input) * usd * factor * ONE_USD;
    return { cost, usd: used => formatUsd(cost(used)) };
  };
  return {
    version: String(usd),
    find: (_, model, atMillis) => (model === 'unknown' ? null : priceOf(atMillis < CHANGE ? 1n : 10n)),
    models: () => [],
  };
}

const call = (prices: PriceBook) => ({ snapshot: { prices } }) as Call;
const target = (model: string, provider = {} as ConfiguredProvider): Target => ({
  provider,
  model,
  name: `box/${model}`,
  weight: 1,
});
const usage = { ...noUsage, input: 3 };

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: CHANGE - 1 }));
afterEach(() => void vi.useRealTimers());

test('a price holds from its first millisecond on', () => {
  const prices = book(2n);
  expect(costOf(call(prices), target('a'), usage)).toBe('6');
  vi.setSystemTime(CHANGE);
  expect(costOf(call(prices), target('a'), usage)).toBe('60');
});

test('every price book and target is asked for itself', () => {
  const [cheap, dear] = [book(1n), book(5n)];
  expect(costOf(call(cheap), target('a'), usage)).toBe('3');
  expect(costOf(call(cheap), target('unknown'), usage)).toBeNull();
  expect(costOf(call(cheap), target('a'), usage)).toBe('3');
  expect(costOf(call(dear), target('a'), usage)).toBe('15');
});
