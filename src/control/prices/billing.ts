import { formatPicoUsd, formatUsd, type Money, picoOf } from '../../spec/money.ts';
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

/**
 * Σ class × price, exact: every factor is a whole number. Nearly every cost is also a safe whole number of
 * pico-dollars; its text is found in a third of the time that bigint takes.
 */
export function priceOf(classes: ClassPrices, fees: Fees = noFees): Price {
  const names = Object.keys(classes) as (keyof ClassPrices)[];
  const prices = names.map(name => classes[name]);
  const pico = picoPrices(classes, fees);
  const cost = (usage: Usage): Money => {
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
  };
  /** Not safe where it cannot be told so; no price is negative, so a sum that is safe was never rounded. */
  const picoCost = (usage: Usage): number =>
    pico.request +
    pico.serverToolCalls * usage.serverToolCalls +
    pico.input * usage.input +
    pico.cacheRead * usage.cacheRead +
    pico.cacheWrite5m * usage.cacheWrite5m +
    pico.cacheWrite1h * usage.cacheWrite1h +
    pico.output * usage.output +
    pico.reasoning * usage.reasoning +
    pico.audioIn * usage.audioIn +
    pico.audioOut * usage.audioOut +
    pico.imageIn * usage.imageIn +
    pico.imageOut * usage.imageOut;
  return {
    cost,
    usd(usage) {
      const sum = picoCost(usage);
      return sum > 0 && Number.isSafeInteger(sum) ? formatPicoUsd(sum) : formatUsd(cost(usage));
    },
  };
}

/** NaN for a price that depends on the prompt. Whether a fee for the request is due is not asked: hardly any has one. */
function picoPrices(classes: ClassPrices, fees: Fees): Readonly<Record<keyof Usage | 'request', number>> {
  const pico = ({ base, tiers }: TokenPrice) => (tiers.length === 0 ? picoOf(base) : Number.NaN);
  return {
    input: pico(classes.input),
    cacheRead: pico(classes.cacheRead),
    cacheWrite5m: pico(classes.cacheWrite5m),
    cacheWrite1h: pico(classes.cacheWrite1h),
    output: pico(classes.output),
    reasoning: pico(classes.reasoning),
    audioIn: pico(classes.audioIn),
    audioOut: pico(classes.audioOut),
    imageIn: pico(classes.imageIn),
    imageOut: pico(classes.imageOut),
    serverToolCalls: picoOf(fees.serverToolCall),
    request: fees.request === 0n ? 0 : Number.NaN,
  };
}

function perToken(price: TokenPrice, prompt: number): Money {
  if (price.tiers.length === 0) return price.base;
  return price.tiers.findLast(tier => prompt > tier.above)?.price ?? price.base;
}
