import { expect, test } from 'vitest';
import { noUsage } from '../../../src/spec/usage.ts';
import { answer, decode } from './codec.ts';

const usageOf = (usage: unknown) => answer([], { usage }).at(-1);

test('every token is in one class', () => {
  expect(
    usageOf({
      input_tokens: 10,
      cache_read_input_tokens: 20,
      cache_creation_input_tokens: 30,
      cache_creation: { ephemeral_5m_input_tokens: 12, ephemeral_1h_input_tokens: 18 },
      output_tokens: 50,
      output_tokens_details: { thinking_tokens: 40 },
      server_tool_use: { web_search_requests: 2, web_fetch_requests: 1 },
      service_tier: 'standard',
      inference_geo: null,
    }),
  ).toEqual({
    type: 'usage',
    usage: {
      ...noUsage,
      input: 10,
      cacheRead: 20,
      cacheWrite5m: 12,
      cacheWrite1h: 18,
      output: 10,
      reasoning: 40,
      serverToolCalls: 2,
    },
    extra: { anthropic: { service_tier: 'standard' } },
  });
});

test('the totals at the end of a stream replace those of its beginning', () => {
  const { parts } = decode([
    {
      type: 'message_start',
      message: {
        usage: {
          input_tokens: 43,
          output_tokens: 1,
          cache_creation_input_tokens: 8,
          cache_creation: { ephemeral_5m_input_tokens: 8, ephemeral_1h_input_tokens: 0 },
        },
      },
    },
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn' },
      usage: { input_tokens: 61, output_tokens: 2, cache_creation_input_tokens: 9, cache_read_input_tokens: null },
    },
    { type: 'message_stop' },
  ]);

  expect(parts.at(-1)).toEqual({ type: 'usage', usage: { ...noUsage, input: 61, output: 2, cacheWrite5m: 9 } });
});

test('what was not counted is null', () => {
  expect(usageOf(undefined)).toEqual({ type: 'usage', usage: null });
  expect(usageOf({ input_tokens: 0, output_tokens: 0 })).toEqual({ type: 'usage', usage: null });
});

test.each([-1, 1.5, 1e15, '7', Number.MAX_VALUE])('a count of %s is not believed', output_tokens => {
  expect(usageOf({ input_tokens: 5, output_tokens })).toEqual({
    type: 'usage',
    usage: null,
    flags: 'usage_implausible',
  });
});
