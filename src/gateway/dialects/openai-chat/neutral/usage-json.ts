import type OpenAI from 'openai';
import { inputTokens, outputTokens, type Usage } from '../../../../spec/usage.ts';

type PromptDetails = OpenAI.CompletionUsage.PromptTokensDetails & {
  cache_write_tokens?: number;
  image_tokens?: number;
};
type CompletionDetails = OpenAI.CompletionUsage.CompletionTokensDetails & { image_tokens?: number };

/** `usage` as clients of this dialect know it, with the members that OpenRouter added for what it has no place for. */
export interface UsageJson extends OpenAI.CompletionUsage {
  readonly prompt_tokens_details: PromptDetails;
  readonly completion_tokens_details: CompletionDetails;
  readonly server_tool_use_details?: { readonly web_search_requests: number };
  readonly cost?: number | null;
}

/** Totals count everything; details are parts of them. `cost` is decimal text in USD, null when nobody knows it. */
export function usageJson(usage: Usage, cost?: string | null): UsageJson {
  const prompt = inputTokens(usage);
  const completion = outputTokens(usage);
  const cacheWrite = usage.cacheWrite5m + usage.cacheWrite1h;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: {
      cached_tokens: usage.cacheRead,
      audio_tokens: usage.audioIn,
      ...(cacheWrite > 0 && { cache_write_tokens: cacheWrite }),
      ...(usage.imageIn > 0 && { image_tokens: usage.imageIn }),
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      audio_tokens: usage.audioOut,
      ...(usage.imageOut > 0 && { image_tokens: usage.imageOut }),
    },
    ...(usage.serverToolCalls > 0 && { server_tool_use_details: { web_search_requests: usage.serverToolCalls } }),
    ...(cost !== undefined && { cost: cost === null ? null : Number(cost) }),
  };
}
