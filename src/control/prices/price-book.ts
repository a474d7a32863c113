import { matchesGlob } from '../../spec/names.ts';
import type { PriceResource } from '../../spec/resources.ts';
import type { ConfiguredProvider, Price, PriceBook } from '../../spec/snapshot.ts';
import { bundledModels, bundledPrice, bundledVersion } from './bundled.ts';
import { compileOverrides, findOverride, overridesDigest, statedPrice } from './overrides.ts';

/** Answers that are remembered; the least recently used one goes first. */
const REMEMBERED = 10_000;

interface Answer {
  readonly provider: ConfiguredProvider;
  readonly price: Price | null;
  /** The answer holds from `since` and before `until`, in millis since the epoch. */
  readonly since: number;
  readonly until: number;
}

/**
 * The price book of one configuration: overrides, else the bundled book under the provider's `pricesFrom`, else what
 * the adapter states. Throws RangeError when an override's price is negative or no decimal of at most 12 digits after
 * the point.
 */
export function openPriceBook(options: { readonly overrides: readonly PriceResource[] }): PriceBook {
  const overrides = compileOverrides(options.overrides);
  const answers = new Map<string, Answer>();

  const look = (provider: ConfiguredProvider, name: string, model: string, atMillis: number): Answer => {
    const override = findOverride(overrides, name, atMillis);
    if (override.price) return { ...override, provider };
    const bundled = bundledPrice(provider.pricesFrom, model, atMillis);
    return {
      provider,
      price: bundled.price ?? adapterPrice(provider, model),
      since: Math.max(override.since, bundled.since),
      until: Math.min(override.until, bundled.until),
    };
  };

  return {
    version: bundledVersion + (overrides.length > 0 ? `+${overridesDigest(options.overrides)}` : ''),
    find(provider, model, atMillis) {
      const name = `${provider.name}/${model}`;
      const known = answers.get(name);
      const holds = known?.provider === provider && known.since <= atMillis && atMillis < known.until;
      const answer = holds ? known : look(provider, name, model, atMillis);
      // Map keeps the order of insertion, so taking an entry out and putting it back makes it the youngest.
      answers.delete(name);
      answers.set(name, answer);
      if (answers.size > REMEMBERED) answers.delete(answers.keys().next().value!);
      return answer.price;
    },
    models: bundledModels,
  };
}

function adapterPrice(provider: ConfiguredProvider, model: string): Price | null {
  const stated = provider.adapter?.prices?.find(price => matchesGlob(price.model, model));
  return stated ? statedPrice(stated) : null;
}
