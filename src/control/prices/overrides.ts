import { createHash } from 'node:crypto';
import { perMillion } from '../../spec/money.ts';
import { matchesGlob } from '../../spec/names.ts';
import type { PriceResource } from '../../spec/resources.ts';
import type { Price } from '../../spec/snapshot.ts';
import { classPrices, priceOf, type StatedPrices, type TokenPrice } from './billing.ts';

export interface Override {
  /** Glob over `provider/model`. */
  readonly glob: string;
  /** First millisecond in which it holds. */
  readonly since: number;
  readonly price: Price;
}

/** Compiles overrides in ascending rank: a later `from` wins, then the later position. Throws RangeError on a bad price. */
export function compileOverrides(resources: readonly PriceResource[]): readonly Override[] {
  return resources
    .toSorted((a, b) => sinceOf(a) - sinceOf(b) || a.position - b.position)
    .map(resource => ({ glob: resource.model, since: sinceOf(resource), price: statedPrice(resource) }));
}

/** The override for `provider/model` at a moment, and when the answer begins and ends to hold. */
export function findOverride(overrides: readonly Override[], name: string, atMillis: number) {
  const matching = overrides.filter(override => matchesGlob(override.glob, name));
  const moments = matching.map(override => override.since);
  return {
    price: matching.findLast(override => override.since <= atMillis)?.price ?? null,
    since: Math.max(Number.NEGATIVE_INFINITY, ...moments.filter(moment => moment <= atMillis)),
    until: Math.min(Number.POSITIVE_INFINITY, ...moments.filter(moment => moment > atMillis)),
  };
}

/** Tells two price books apart: 12 hexadecimal digits that depend on every override and on their order. */
export function overridesDigest(resources: readonly PriceResource[]): string {
  const rows = resources
    .toSorted((a, b) => a.position - b.position)
    .map(({ model, input, output, cacheRead, cacheWrite, reasoning, from }) => [
      model,
      input,
      output,
      cacheRead,
      cacheWrite,
      reasoning,
      from?.toISOString() ?? null,
    ]);
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex').slice(0, 12);
}

/** A price that is stated as decimal strings, USD per million tokens; what is not stated falls back to what is. */
export function statedPrice(stated: {
  readonly input: string;
  readonly output: string;
  readonly cacheRead?: string | null;
  readonly cacheWrite?: string | null;
  readonly reasoning?: string | null;
}): Price {
  const optional: Partial<StatedPrices> = {
    ...(stated.cacheRead && { cacheRead: flat(stated.cacheRead) }),
    ...(stated.cacheWrite && { cacheWrite5m: flat(stated.cacheWrite) }),
    ...(stated.reasoning && { reasoning: flat(stated.reasoning) }),
  };
  return priceOf(classPrices({ ...optional, input: flat(stated.input), output: flat(stated.output) }));
}

function flat(perMillionTokens: string): TokenPrice {
  const base = perMillion(perMillionTokens);
  if (base < 0n) throw new RangeError(`a price is not negative: ${perMillionTokens}`);
  return { base, tiers: [] };
}

const sinceOf = (resource: PriceResource): number => resource.from?.getTime() ?? Number.NEGATIVE_INFINITY;
