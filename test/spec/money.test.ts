import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatUsd, parseUsd } from '../../src/spec/money.ts';

test('an amount comes out as the shortest decimal text and reads back as itself', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.nat(40), (value, scale) => {
      const money = value / 10n ** BigInt(scale);
      const text = formatUsd(money);
      expect(text).toMatch(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/);
      expect(parseUsd(text)).toBe(money);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  [0n, '0'],
  [1n, '0.000000000000000001'],
  [-1n, '-0.000000000000000001'],
  [10n ** 17n, '0.1'],
  [10n ** 18n - 1n, '0.999999999999999999'],
  [10n ** 18n, '1'],
  [12n * 10n ** 19n, '120'],
  [-3_500_000_000_000_000_000n, '-3.5'],
])('%d atto-dollars are %s', (money, text) => {
  expect(formatUsd(money)).toBe(text);
});
