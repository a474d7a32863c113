import { describe, expect, test } from 'vitest';
import { readUsage } from '../../../src/spec/chat/openai-usage.ts';
import { inputTokens, noUsage, outputTokens } from '../../../src/spec/usage.ts';

describe('usage of a chat answer', () => {
  test.each([
    ['plain', { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }, { input: 10, output: 5 }],
    [
      'with details inside the totals',
      {
        prompt_tokens: 100,
        completion_tokens: 50,
        total_tokens: 150,
        prompt_tokens_details: { cached_tokens: 60, audio_tokens: 10 },
        completion_tokens_details: { reasoning_tokens: 20, audio_tokens: 5 },
      },
      { input: 30, cacheRead: 60, audioIn: 10, output: 25, reasoning: 20, audioOut: 5 },
    ],
    [
      'with reasoning beside the completion, shown by the total',
      {
        prompt_tokens: 12,
        completion_tokens: 1,
        total_tokens: 241,
        completion_tokens_details: { reasoning_tokens: 228 },
      },
      { input: 12, output: 1, reasoning: 228 },
    ],
    [
      'with reasoning that only the total holds',
      { prompt_tokens: 10, completion_tokens: 5, total_tokens: 45 },
      { input: 10, output: 5, reasoning: 30 },
    ],
    [
      'with more reasoning than completion',
      {
        prompt_tokens: 33,
        completion_tokens: 7163,
        total_tokens: 7196,
        reasoning_tokens: 98194,
        num_search_queries: 15,
      },
      { input: 33, output: 7163, reasoning: 98194, serverToolCalls: 15 },
    ],
    [
      'with a cache hit count',
      { prompt_tokens: 496, completion_tokens: 31, prompt_cache_hit_tokens: 384 },
      { input: 112, cacheRead: 384, output: 31 },
    ],
    [
      'with cached tokens at the top',
      { prompt_tokens: 20, completion_tokens: 3, cached_tokens: 10 },
      { input: 10, cacheRead: 10, output: 3 },
    ],
    [
      'with a cache write',
      {
        prompt_tokens: 2649,
        completion_tokens: 100,
        prompt_tokens_details: { cached_tokens: 2569, cache_write_tokens: 79 },
      },
      { input: 1, cacheRead: 2569, cacheWrite5m: 79, output: 100 },
    ],
    [
      'with details that overlap',
      { prompt_tokens: 10, completion_tokens: 0, prompt_tokens_details: { cached_tokens: 8, audio_tokens: 8 } },
      { cacheRead: 8, audioIn: 2 },
    ],
    ['without a completion', { prompt_tokens: 8, total_tokens: 8 }, { input: 8 }],
    [
      'with null details',
      { prompt_tokens: 8, completion_tokens: 1, prompt_tokens_details: null },
      { input: 8, output: 1 },
    ],
  ])('%s', (_, given, expected) => {
    expect(readUsage(given)).toEqual({ usage: { ...noUsage, ...expected }, flags: '' });
  });

  test('keeps the sums of the provider', () => {
    const { usage } = readUsage({
      prompt_tokens: 100,
      completion_tokens: 50,
      total_tokens: 150,
      prompt_tokens_details: { cached_tokens: 90, audio_tokens: 90, image_tokens: 90 },
      completion_tokens_details: { reasoning_tokens: 40, audio_tokens: 40 },
    });

    expect(inputTokens(usage!)).toBe(100);
    expect(outputTokens(usage!)).toBe(50);
  });

  test.each([-1, 1e15, 1.5, '9', Number.NaN, Number.POSITIVE_INFINITY, true, {}, []])(
    'is not believed when a count is %j',
    value => {
      const implausible = { usage: null, flags: 'usage_implausible' };

      expect(readUsage({ prompt_tokens: value, completion_tokens: 5 })).toEqual(implausible);
      expect(readUsage({ prompt_tokens: 5, completion_tokens: value })).toEqual(implausible);
      expect(readUsage({ prompt_tokens: 5, prompt_tokens_details: { cached_tokens: value } })).toEqual(implausible);
    },
  );

  test('is not believed when more came from the cache than was sent', () => {
    expect(
      readUsage({ prompt_tokens: 5, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 6 } }).flags,
    ).toBe('usage_implausible');
  });

  test.each([null, undefined, 5, 'x', [], {}, { prompt_tokens: null }, { prompt_tokens: 0, completion_tokens: 0 }])(
    'is absent in %j',
    value => {
      expect(readUsage(value)).toEqual({ usage: null, flags: '' });
    },
  );
});
