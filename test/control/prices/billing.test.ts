import fc from 'fast-check';
import { expect, test } from 'vitest';
import { classPrices, noFees, priceOf, type TokenPrice } from '../../../src/control/prices/billing.ts';
import { formatUsd } from '../../../src/spec/money.ts';
import { noUsage, type Usage } from '../../../src/spec/usage.ts';

const price: fc.Arbitrary<TokenPrice> = fc.record({
  base: fc.oneof(
    fc.constant(0n),
    fc.nat(10_000).map(cents => BigInt(cents) * 10_000_000_000n),
    fc.bigInt({ min: 0n, max: 10n ** 17n }),
  ),
  tiers: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    fc.nat(1_000).map(above => [{ above, price: 7_000_000_000_000n }]),
  ),
});
const fee = fc.oneof(fc.constant(0n), fc.constant(10n ** 16n), fc.bigInt({ min: 0n, max: 10n ** 17n }));
const tokens = fc.oneof(fc.constant(0), fc.nat(2_000), fc.nat(10_000_000));
const usage: fc.Arbitrary<Usage> = fc.record(
  Object.fromEntries(Object.keys(noUsage).map(name => [name, tokens])) as Record<keyof Usage, typeof tokens>,
);

test('the text of a cost is that of the exact amount, whichever way it is found', () => {
  fc.assert(
    fc.property(price, price, price, fee, fee, usage, (input, output, cacheRead, request, serverToolCall, used) => {
      const found = priceOf(classPrices({ input, output, cacheRead }), { request, serverToolCall });
      expect(found.usd(used)).toBe(formatUsd(found.cost(used)));
    }),
    { numRuns: 5000 },
  );
});

test('a fee for a request is due only where something was used', () => {
  const input = { base: 2_000_000n, tiers: [] };
  const found = priceOf(classPrices({ input }), { ...noFees, request: 10n ** 18n });
  expect(found.usd(noUsage)).toBe('0');
  expect(found.usd({ ...noUsage, input: 1 })).toBe('1.000000000002');
});

test('what no number holds exactly is still exact', () => {
  const input = { base: 10n ** 17n + 1_000_000n, tiers: [] };
  expect(priceOf(classPrices({ input })).usd({ ...noUsage, input: 90_001 })).toBe('9000.100000090001');
});
