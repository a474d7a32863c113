import type OpenAI from 'openai';
import { inputTokens, outputTokens, type Usage } from '../../../../spec/usage.ts';

/** Totals count everything; details are parts of them. */
export function usageJson(usage: Usage): OpenAI.Responses.ResponseUsage {
  const [input, output] = [inputTokens(usage), outputTokens(usage)];
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: usage.cacheRead,
      cache_write_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: input + output,
  };
}
