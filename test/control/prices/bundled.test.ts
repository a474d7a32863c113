import { calcPrice, findProvider, type ModelPrice } from '@pydantic/genai-prices';
import { describe, expect, test } from 'vitest';
import { bundledModels } from '../../../src/control/prices/bundled.ts';
import { openPriceBook } from '../../../src/control/prices/price-book.ts';
import { formatUsd } from '../../../src/spec/money.ts';
import { inputTokens, noUsage, outputTokens, type Usage } from '../../../src/spec/usage.ts';
import { configured } from './configured.ts';

const book = openPriceBook({ overrides: [] });
const at = new Date('2026-09-01T02:30:00Z');

const ids =
  'anthropic aws azure cerebras cohere deepseek fireworks google groq mistral moonshotai openai openrouter perplexity together x-ai zai';

const usages: readonly Usage[] = [
  { ...noUsage, input: 1 },
  { ...noUsage, input: 1_234, output: 567, reasoning: 89, cacheRead: 1_000 },
  { ...noUsage, input: 150_000, cacheRead: 100_000, cacheWrite5m: 40_000, output: 9_999 },
  { ...noUsage, input: 500_001, cacheWrite5m: 10, cacheWrite1h: 20, output: 30, reasoning: 40, serverToolCalls: 3 },
  { ...noUsage, input: 10, audioIn: 2_000, audioOut: 3_000, imageIn: 400, imageOut: 500, output: 6 },
];

/** The library's classes contain one another; ours are disjoint. */
const nested = (usage: Usage) => ({
  input_tokens: inputTokens(usage),
  output_tokens: outputTokens(usage),
  cache_read_tokens: usage.cacheRead,
  cache_write_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
  cache_write_5m_tokens: usage.cacheWrite5m,
  cache_write_1h_tokens: usage.cacheWrite1h,
  output_reasoning_tokens: usage.reasoning,
  input_audio_tokens: usage.audioIn,
  output_audio_tokens: usage.audioOut,
  input_image_tokens: usage.imageIn,
  output_image_tokens: usage.imageOut,
  web_searches: usage.serverToolCalls,
});

describe('agreement with the library', () => {
  test.each(ids.split(' '))('%s: every model, every usage, to within the error of its floating point', id => {
    for (const model of bundledModels(id)) {
      const price = book.find(configured(id), model, at.getTime());
      for (const usage of usages) {
        const theirs = calcPrice(nested(usage), model, { providerId: id, timestamp: at });
        if (price === null) {
          expect(theirs?.model_price.input_mtok, `${id}/${model}`).toBeUndefined();
          continue;
        }
        const ours = Number(formatUsd(price.cost(usage)));
        expect(Math.abs(ours - theirs!.total_price), `${id}/${model}`).toBeLessThanOrEqual(1e-9 * Math.max(1, ours));
      }
    }
  });

  test('the sample is large enough to mean something', () => {
    const priced = ids
      .split(' ')
      .flatMap(id => bundledModels(id).filter(model => book.find(configured(id), model, at.getTime())));

    expect(priced.length).toBeGreaterThan(800);
  });
});

test('every price key of the book is one that we bill or know to leave out', () => {
  const billed =
    'input_mtok output_mtok cache_read_mtok cache_write_mtok cache_write_1h_mtok output_reasoning_mtok input_audio_mtok output_audio_mtok input_image_mtok output_image_mtok web_searches_kcount requests_kcount';
  // No class of ours counts these: media read from a cache, video, citations, durations, pages, searches in storage.
  const leftOut =
    'cache_audio_read_mtok cache_image_read_mtok input_video_mtok output_video_mtok output_citation_mtok audio_hours input_audio_hours input_document_kpages input_annotated_document_kpages storage_searches_kcount input_text_messages_kcount';
  const known = new Set(`${billed} ${leftOut}`.split(' '));
  const pricesOf = (prices: ModelPrice | { prices: ModelPrice }[]) =>
    Array.isArray(prices) ? prices.map(each => each.prices) : [prices];
  const keys = ids
    .split(' ')
    .flatMap(id => findProvider({ providerId: id })?.models ?? [])
    .flatMap(model => pricesOf(model.prices))
    .flatMap(prices => Object.keys(prices));

  expect([...new Set(keys)].filter(key => !known.has(key))).toEqual([]);
});

test('every price is exact after at most 12 decimals per million', () => {
  for (const id of ids.split(' ')) {
    for (const model of bundledModels(id)) {
      const price = book.find(configured(id), model, at.getTime());
      expect(price === null || price.cost({ ...noUsage, input: 1 }) >= 0n).toBe(true);
    }
  }
});
