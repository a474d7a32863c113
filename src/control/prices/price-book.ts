import { matchesGlob } from '../../spec/names.ts';
import type { PriceResource } from '../../spec/resources.ts';
import type { ConfiguredProvider, Price, PriceBook } from '../../spec/snapshot.ts';
import { bundledModels, bundledPrice, bundledVersion } from './bundled.ts';
import { compileOverrides, findOverride, overridesDigest, statedPrice } from './overrides.ts';

/** Answers that are remembered; the one that was worked out first goes first. */
const REMEMBERED = 10_000;

interface Answer {
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
  const answers = new Answers();

  const look = (provider: ConfiguredProvider, model: string, atMillis: number): Answer => {
    const override = findOverride(overrides, `${provider.name}/${model}`, atMillis);
    if (override.price) return override;
    const bundled = bundledPrice(provider.pricesFrom, model, atMillis);
    return {
      price: bundled.price ?? adapterPrice(provider, model),
      since: Math.max(override.since, bundled.since),
      until: Math.min(override.until, bundled.until),
    };
  };

  return {
    version: bundledVersion + (overrides.length > 0 ? `+${overridesDigest(options.overrides)}` : ''),
    find(provider, model, atMillis) {
      const known = answers.get(provider, model);
      if (known !== undefined && known.since <= atMillis && atMillis < known.until) return known.price;
      const answer = look(provider, model, atMillis);
      answers.set(provider, model, answer);
      return answer.price;
    },
    models: bundledModels,
  };
}

function adapterPrice(provider: ConfiguredProvider, model: string): Price | null {
  const stated = provider.adapter?.prices?.find(price => matchesGlob(price.model, model));
  return stated ? statedPrice(stated) : null;
}

/** A cache: what leaves it is worked out again. Finding an answer changes nothing, since every call does that. */
class Answers {
  readonly #byProvider = new WeakMap<ConfiguredProvider, Map<string, Answer>>();
  /** A ring in the order of their coming. */
  readonly #kept: { readonly models: Map<string, Answer>; readonly model: string; readonly answer: Answer }[] = [];
  #oldest = 0;

  get(provider: ConfiguredProvider, model: string): Answer | undefined {
    return this.#byProvider.get(provider)?.get(model);
  }

  set(provider: ConfiguredProvider, model: string, answer: Answer): void {
    const models = this.#byProvider.get(provider) ?? new Map<string, Answer>();
    this.#byProvider.set(provider, models.set(model, answer));
    const leaving = this.#kept[this.#oldest];
    // One that ceased to hold was replaced, and what took its place stays.
    if (leaving !== undefined && leaving.models.get(leaving.model) === leaving.answer) {
      leaving.models.delete(leaving.model);
    }
    this.#kept[this.#oldest] = { models, model, answer };
    this.#oldest = (this.#oldest + 1) % REMEMBERED;
  }
}
