import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatPicoUsd, formatUsd, parseUsd, picoOf } from '../../src/spec/money.ts';

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

test('whole pico-dollars have the same text as atto-dollars', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.nat(15), (value, scale) => {
      const pico = Math.floor(value / 10 ** scale) * 10 ** Math.min(scale, 3);
      fc.pre(Number.isSafeInteger(pico));
      expect(formatPicoUsd(pico)).toBe(formatUsd(BigInt(pico) * 1_000_000n));
    }),
    { numRuns: 5000 },
  );
});

test.each([0, 1, 10, 1e11, 1e12 - 1, 1e12, 1e12 + 1, 9e15, 9e15 - 1, 8_999_999_999_999_999, Number.MAX_SAFE_INTEGER])(
  '%d pico-dollars',
  pico => expect(formatPicoUsd(pico)).toBe(formatUsd(BigInt(pico) * 1_000_000n)),
);

test('an amount is a number of pico-dollars only where that is whole and safe', () => {
  expect(picoOf(2_500_000n * 1_000_000n)).toBe(2_500_000);
  expect(picoOf(1n)).toBeNaN();
  expect(picoOf(2n ** 53n * 1_000_000n)).toBeNaN();
});
