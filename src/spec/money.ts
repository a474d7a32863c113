/**
 * Money is a bigint in atto-dollars (10^-18 USD): a price of 12 decimals per million tokens is a whole number of them
 * per token, so every product and sum is exact. It leaves the process as a decimal string without trailing zeros.
 */
export type Money = bigint;

const DIGITS = 18;
const ONE: Money = 10n ** BigInt(DIGITS);
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/** Reads `"1.25"`; throws on anything that is not a plain decimal with at most 18 fraction digits. */
export function parseUsd(text: string): Money {
  const match = DECIMAL.exec(text);
  const fraction = match?.[3] ?? '';
  if (!match || fraction.length > DIGITS) throw new RangeError(`not a decimal amount: ${text}`);
  const value = BigInt(match[2]!) * ONE + BigInt(fraction.padEnd(DIGITS, '0') || '0');
  return match[1] ? -value : value;
}

const ZEROS = '0'.repeat(DIGITS);
const ZERO = 0x30;

/** `"0.001234"`, `"3"`, `"0"`: no exponent, no trailing zeros. Runs on every attempt, hence on text: bigint is slow. */
export function formatUsd(money: Money): string {
  if (money < 0n) return `-${formatUsd(-money)}`;
  const digits = money.toString();
  const whole = digits.length - DIGITS;
  const fraction = whole > 0 ? digits.slice(whole) : ZEROS.slice(digits.length) + digits;
  let length = DIGITS;
  while (length > 0 && fraction.charCodeAt(length - 1) === ZERO) length -= 1;
  const dollars = whole > 0 ? digits.slice(0, whole) : '0';
  return length === 0 ? dollars : `${dollars}.${fraction.slice(0, length)}`;
}

/** Pico-dollars in a dollar. */
const PICO = 1e12;
const PICO_DIGITS = 12;

/** The same text for a whole number of pico-dollars (10^-12 USD) that is safe and not negative. */
export function formatPicoUsd(pico: number): string {
  let dollars = Math.floor(pico / PICO);
  let rest = pico - dollars * PICO;
  // The division may have been rounded up to the next whole number.
  if (rest < 0) {
    dollars -= 1;
    rest += PICO;
  }
  if (rest === 0) return `${dollars}`;
  let places = PICO_DIGITS;
  while (rest % 1000 === 0) {
    rest /= 1000;
    places -= 3;
  }
  while (rest % 10 === 0) {
    rest /= 10;
    places -= 1;
  }
  const digits = `${rest}`;
  return `${dollars}.${ZEROS.slice(0, places - digits.length)}${digits}`;
}

/** Pico-dollars in an amount of atto-dollars; NaN where they are no whole, safe number. */
export function picoOf(money: Money): number {
  const pico = money % 1_000_000n === 0n ? Number(money / 1_000_000n) : Number.NaN;
  return Number.isSafeInteger(pico) ? pico : Number.NaN;
}

/** A price in USD per million tokens, given as a decimal string of at most 12 fraction digits, per token. */
export function perMillion(text: string): Money {
  const money = parseUsd(text);
  if (money % 1_000_000n !== 0n) throw new RangeError(`a price has at most 12 decimals: ${text}`);
  return money / 1_000_000n;
}

/** A JavaScript number from a price library as the decimal text it was written as (`1e-7` → `0.0000001`). */
export function decimalText(value: number): string {
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!match) return text;
  const digits = match[2]! + (match[3] ?? '');
  const exponent = Number(match[4]);
  if (exponent < 0) return `${match[1]}0.${'0'.repeat(-exponent - 1)}${digits}`;
  return `${match[1]}${digits.padEnd(exponent + 1, '0')}`;
}
