import { inputTokens, outputTokens, type Usage } from '../usage.ts';
import { type ReadUsage, readUsage } from './openai-usage.ts';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The disjoint classes of a `usage` object in the Responses dialect. It counts as the chat dialect does, under other
 * names, so servers that count otherwise do it in both alike. Never throws.
 */
export function readResponsesUsage(value: unknown): ReadUsage {
  if (!isFields(value)) return readUsage(null);
  const { input_tokens, input_tokens_details, output_tokens, output_tokens_details, ...rest } = value;
  return readUsage({
    ...rest,
    prompt_tokens: input_tokens,
    prompt_tokens_details: input_tokens_details,
    completion_tokens: output_tokens,
    completion_tokens_details: output_tokens_details,
  });
}

export interface ResponsesUsage {
  readonly input_tokens: number;
  readonly input_tokens_details: { readonly cached_tokens: number; readonly cache_write_tokens: number };
  readonly output_tokens: number;
  readonly output_tokens_details: { readonly reasoning_tokens: number };
  readonly total_tokens: number;
}

/** Totals include their details: cached tokens are input too, thoughts are output too. */
export function writeResponsesUsage(usage: Usage): ResponsesUsage {
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
