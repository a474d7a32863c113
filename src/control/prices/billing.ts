import type { Money } from '../../spec/money.ts';
import type { Price } from '../../spec/snapshot.ts';
import { inputTokens, type Usage } from '../../spec/usage.ts';

/** What one token costs, in atto-dollars; `tiers` ascending by `above`. */
export interface TokenPrice {
  readonly base: Money;
  /** The price of every token of a call whose whole prompt has more than `above` tokens. */
  readonly tiers: readonly { readonly above: number; readonly price: Money }[];
}

/** Price per token for each class of tokens. */
export type ClassPrices = Readonly<Record<Exclude<keyof Usage, 'serverToolCalls'>, TokenPrice>>;

/** Stated prices; a class without its own is billed as `classPrices` says. */
export type StatedPrices = Partial<ClassPrices> & { readonly input: TokenPrice };

export interface Fees {
  /** Atto-dollars per call of a tool that runs at the provider. */
  readonly serverToolCall: Money;
  /** Atto-dollars per attempt that used anything. */
  readonly request: Money;
}

export const noFees: Fees = Object.freeze({ serverToolCall: 0n, request: 0n });

const free: TokenPrice = Object.freeze({ base: 0n, tiers: [] });

/**
 * A class is billed like the more general one it is a part of: cache and input media as input, reasoning and output
 * media as output, writes to a cache for an hour as writes. A model that states no output price makes no output.
 */
export function classPrices(stated: StatedPrices): ClassPrices {
  const { input, output = free, cacheWrite5m = input } = stated;
  return {
    cacheRead: input,
    cacheWrite5m,
    cacheWrite1h: cacheWrite5m,
    audioIn: input,
    imageIn: input,
    output,
    reasoning: output,
    audioOut: output,
    imageOut: output,
    ...stated,
  };
}

/** Σ class × price, exact: every factor is a whole number. */
export function priceOf(classes: ClassPrices, fees: Fees = noFees): Price {
  const names = Object.keys(classes) as (keyof ClassPrices)[];
  const prices = names.map(name => classes[name]);
  return {
    cost(usage) {
      const prompt = inputTokens(usage);
      let used = usage.serverToolCalls > 0;
      let sum = used ? fees.serverToolCall * BigInt(usage.serverToolCalls) : 0n;
      for (let index = 0; index < names.length; index++) {
        const tokens = usage[names[index]!];
        if (tokens === 0) continue;
        used = true;
        sum += perToken(prices[index]!, prompt) * BigInt(tokens);
      }
      return used ? sum + fees.request : sum;
    },
  };
}

function perToken(price: TokenPrice, prompt: number): Money {
  if (price.tiers.length === 0) return price.base;
  return price.tiers.findLast(tier => prompt > tier.above)?.price ?? price.base;
}
