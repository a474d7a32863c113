import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { GatewayError } from '../../../src/spec/gateway-error.ts';
import { Seeded } from '../../support/seeded.ts';

/** Chance that follows from the input, so that the same bytes do the same every time. */
export const chanceOf = (input: Buffer): Seeded => new Seeded(crc32(input));

const MOST_SINGLE_BYTES = 400;
const ALWAYS_SINGLE_BYTES = 100;

/** The input in pieces: cut at some places, and now and then, where it is short, byte by byte. */
export function cutsOf(input: Buffer): readonly (readonly Buffer[])[] {
  const random = chanceOf(input);
  const places = Array.from({ length: 1 + random.below(5) }, () => random.below(input.length + 1)).sort(
    (a, b) => a - b,
  );
  const ends = [...places, input.length];
  const some = ends.map((end, index) => input.subarray(ends[index - 1] ?? 0, end));
  if (input.length > MOST_SINGLE_BYTES || (input.length > ALWAYS_SINGLE_BYTES && random.chance(0.7))) return [some];
  return [some, Array.from(input, (_, at) => input.subarray(at, at + 1))];
}

/** What `act` answers, or the GatewayError it throws; everything else that is thrown goes on. */
export function refusedOr<Value>(act: () => Value): { readonly value: Value } | { readonly refusal: GatewayError } {
  try {
    return { value: act() };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { refusal: error };
  }
}

/** What the caller asked wrongly, or what the provider cannot do, is told with its status and a sentence. */
export function assertToldToCaller({ status, kind, code, message }: GatewayError): void {
  assert((status >= 400 && status < 500) || kind === 'unsupported', `status ${status} for ${code}`);
  assert(message.length > 0 && message.length < 4_096, 'a sentence');
}

/** Nothing below has another prototype than plain data have. */
export function assertPlain(value: unknown, depth = 0): void {
  if (typeof value !== 'object' || value === null || depth > 600) return;
  const prototype: unknown = Object.getPrototypeOf(value);
  const plain = prototype === Object.prototype || prototype === Array.prototype || prototype === null;
  assert(plain || prototype === Set.prototype || prototype === Map.prototype, 'an object with a prototype of its own');
  for (const inner of Object.values(value)) assertPlain(inner, depth + 1);
}

/** The engine's own words for code that took a value for something it is not. */
const ACCIDENT = /^Cannot |is not (?:a function|iterable|a constructor)|undefined|circular/;

/** Whether somebody meant to throw this because of what a provider sent: no JSON, or JSON of another shape. */
export const isMeant = (error: unknown): boolean =>
  error instanceof SyntaxError || (error instanceof TypeError && !ACCIDENT.test(error.message));
