import { GatewayError } from '../../spec/gateway-error.ts';
import { limits } from '../../spec/limits.ts';

/** The bytes of JSON's grammar by name. */
export const byte = {
  tab: 0x09,
  lineFeed: 0x0a,
  carriageReturn: 0x0d,
  space: 0x20,
  quote: 0x22,
  plus: 0x2b,
  comma: 0x2c,
  minus: 0x2d,
  dot: 0x2e,
  colon: 0x3a,
  openArray: 0x5b,
  backslash: 0x5c,
  closeArray: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;

/** `invalid_json` that names the position, counted in bytes from 0. */
export function invalidJson(bytes: Buffer, at: number, why = 'unexpected byte'): GatewayError {
  const problem = at >= bytes.length ? `it ends too early, at byte ${bytes.length}` : `${why} at byte ${at}`;
  return new GatewayError('invalid_json', { message: `The body is not valid JSON: ${problem}.` });
}

/** Position of the first byte from `at` on that is not white space. */
export function skipSpace(bytes: Buffer, at: number): number {
  for (let here = at; here < bytes.length; here++) {
    const code = bytes[here]!;
    if (code > byte.space) return here;
    if (code !== byte.space && code !== byte.lineFeed && code !== byte.carriageReturn && code !== byte.tab) return here;
  }
  return bytes.length;
}

/** Looks no further than one digit beyond what a number may have. */
function digits(bytes: Buffer, at: number): number {
  const end = Math.min(bytes.length, at + limits.jsonNumberLength + 1);
  let here = at;
  while (here < end && bytes[here]! >= 0x30 && bytes[here]! <= 0x39) here++;
  if (here === at) throw invalidJson(bytes, at);
  return here;
}

/** End of the number that begins at `at`. */
export function numberEnd(bytes: Buffer, at: number): number {
  const first = bytes[at] === byte.minus ? at + 1 : at;
  let here = digits(bytes, first);
  if (bytes[first] === 0x30 && here > first + 1) throw invalidJson(bytes, first + 1);
  if (here < bytes.length && bytes[here] === byte.dot) here = digits(bytes, here + 1);
  if (here < bytes.length && (bytes[here]! | 0x20) === 0x65) {
    const sign = bytes[here + 1];
    here = digits(bytes, sign === byte.plus || sign === byte.minus ? here + 2 : here + 1);
  }
  if (here - at > limits.jsonNumberLength) throw invalidJson(bytes, at, 'number that is too long');
  return here;
}

const literals: ReadonlyMap<number, Buffer> = new Map(
  ['true', 'false', 'null'].map(text => [text.charCodeAt(0), Buffer.from(text)]),
);

/** End of the `true`, `false` or `null` that begins at `at`. */
export function literalEnd(bytes: Buffer, at: number): number {
  const literal = literals.get(bytes[at]!);
  if (!literal) throw invalidJson(bytes, at);
  for (let index = 1; index < literal.length; index++) {
    if (bytes[at + index] !== literal[index]) throw invalidJson(bytes, at + index);
  }
  return at + literal.length;
}

/** 1 for what may stand after a backslash alone. */
export const SIMPLE_ESCAPES = new Uint8Array(256);
for (const letter of '"\\/bfnrt') SIMPLE_ESCAPES[letter.charCodeAt(0)] = 1;

const HEX = new Uint8Array(256);
for (const digit of '0123456789abcdefABCDEF') HEX[digit.charCodeAt(0)] = 1;

/** End of the escape whose backslash stands at `at`. */
export function escapeEnd(bytes: Buffer, at: number): number {
  const letter = bytes[at + 1]!;
  if (SIMPLE_ESCAPES[letter] === 1) return at + 2;
  if (letter !== 0x75) throw invalidJson(bytes, at + 1, 'unknown escape');
  for (let index = at + 2; index < at + 6; index++) {
    if (HEX[bytes[index]!] !== 1) throw invalidJson(bytes, index, 'unfinished escape');
  }
  return at + 6;
}
