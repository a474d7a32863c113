import { calcPrice, findProvider, type MatchLogic, type ModelInfo, type ModelPrice } from '@pydantic/genai-prices';
import { decimalText, type Money, perMillion } from '../../spec/money.ts';
import { isModelName } from '../../spec/names.ts';
import type { Price } from '../../spec/snapshot.ts';
import { classPrices, priceOf, type StatedPrices, type TokenPrice } from './billing.ts';

/** Version of the bundled library; a test compares it with the installed one. */
export const bundledVersion = 'genai-prices@0.1.8';

const DAY_MILLIS = 86_400_000;
const DECIMALS = 12;

/** A bundled price and the span in which the same answer holds: from `since`, before `until`, both in millis. */
export interface BundledPrice {
  readonly price: Price | null;
  readonly since: number;
  readonly until: number;
}

/** What the bundled library says about a model at a moment; null price when it has none that we can bill by. */
export function bundledPrice(pricesFrom: string, model: string, atMillis: number): BundledPrice {
  const provider = knownProvider(pricesFrom);
  const found = provider && calcPrice({}, model, { providerId: provider.id, timestamp: new Date(atMillis) });
  if (!found) return { price: null, since: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };
  return { price: translate(found.model_price), ...span(found.model, atMillis) };
}

/**
 * Names of the models listed for a provider; empty when the library does not know it. Some of its ids are labels that
 * no model answers to (`regional.…`): a name counts when looking it up finds something.
 */
export function bundledModels(pricesFrom: string): readonly string[] {
  const provider = knownProvider(pricesFrom);
  if (!provider) return [];
  const known = listed.get(provider.id);
  if (known) return known;
  const names = provider.models.map(model => model.id).filter(isModelName);
  const models = Object.freeze(names.filter(name => calcPrice({}, name, { providerId: provider.id }) !== null));
  listed.set(provider.id, models);
  return models;
}

/** By the library's own provider id, so bounded by it. Looking up all names of the largest takes some 100 ms. */
const listed = new Map<string, readonly string[]>();

/**
 * The library also takes any name that merely contains `openai`, say; a company's own server called
 * `openai-compatible` must not be billed like that. So a name counts only when it is an id or one of the words that
 * the library looks for.
 */
function knownProvider(name: string) {
  const provider = findProvider({ providerId: name });
  if (!provider) return undefined;
  const words = provider.provider_match ? wordsOf(provider.provider_match) : [];
  return provider.id === name || words.includes(name) ? provider : undefined;
}

function wordsOf(logic: MatchLogic): readonly string[] {
  if ('or' in logic) return logic.or.flatMap(wordsOf);
  return 'and' in logic ? [] : Object.values(logic);
}

/** Null for a model that is billed by what we do not count (hours of audio, pages) or not priced at all. */
function translate(prices: ModelPrice): Price | null {
  const input = tokenPrice(prices.input_mtok);
  if (!input) return null;
  const stated: Record<keyof StatedPrices, TokenPrice | null> = {
    input,
    output: tokenPrice(prices.output_mtok),
    cacheRead: tokenPrice(prices.cache_read_mtok),
    cacheWrite5m: tokenPrice(prices.cache_write_mtok),
    cacheWrite1h: tokenPrice(prices.cache_write_1h_mtok),
    reasoning: tokenPrice(prices.output_reasoning_mtok),
    audioIn: tokenPrice(prices.input_audio_mtok),
    audioOut: tokenPrice(prices.output_audio_mtok),
    imageIn: tokenPrice(prices.input_image_mtok),
    imageOut: tokenPrice(prices.output_image_mtok),
  };
  const given = Object.fromEntries(Object.entries(stated).filter(([, price]) => price !== null));
  return priceOf(classPrices({ ...(given as Partial<StatedPrices>), input }), {
    serverToolCall: perThousand(prices.web_searches_kcount),
    request: perThousand(prices.requests_kcount),
  });
}

function tokenPrice(price: ModelPrice[string]): TokenPrice | null {
  if (price === undefined) return null;
  if (typeof price === 'number') return { base: perMillionOf(price), tiers: [] };
  const tiers = price.tiers.map(tier => ({ above: tier.start, price: perMillionOf(tier.price) }));
  return { base: perMillionOf(price.base), tiers: tiers.sort((a, b) => a.above - b.above) };
}

const perThousand = (price: ModelPrice[string]): Money =>
  typeof price === 'number' ? perMillionOf(price) * 1_000n : 0n;

/** The number as the decimal it was written as; beyond 12 decimals it is the noise of a division and is rounded. */
function perMillionOf(price: number): Money {
  const [whole = '0', fraction = ''] = decimalText(price).split('.');
  const money = perMillion(`${whole}.${fraction.slice(0, DECIMALS).padEnd(1, '0')}`);
  return Number(fraction[DECIMALS] ?? 0) >= 5 ? money + 1n : money;
}

/** Prices change at start dates (UTC) and at hours of each day; between two changes the answer stays. */
function span(model: ModelInfo, atMillis: number): Pick<BundledPrice, 'since' | 'until'> {
  const changes = Array.isArray(model.prices)
    ? model.prices.flatMap(price => changesOf(price.constraint, atMillis))
    : [];
  return {
    since: Math.max(Number.NEGATIVE_INFINITY, ...changes.filter(change => change <= atMillis)),
    until: Math.min(Number.POSITIVE_INFINITY, ...changes.filter(change => change > atMillis)),
  };
}

type Constraint = Extract<ModelInfo['prices'], unknown[]>[number]['constraint'];

function changesOf(constraint: Constraint, atMillis: number): readonly number[] {
  if (!constraint) return [];
  if (constraint.type === 'start_date') return [Date.parse(constraint.start_date)];
  const today = Math.floor(atMillis / DAY_MILLIS) * DAY_MILLIS;
  const hours = [constraint.start_time, constraint.end_time].map(time => Date.parse(`1970-01-01T${time}`));
  return [-1, 0, 1].flatMap(day =>
    hours.map(hour => today + day * DAY_MILLIS + (((hour % DAY_MILLIS) + DAY_MILLIS) % DAY_MILLIS)),
  );
}
