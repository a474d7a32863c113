import type AnthropicApi from '@anthropic-ai/sdk';
import { inputTokens, outputTokens, type Usage } from '../../../../spec/usage.ts';

/** What a stream says at its end, as totals. */
export type DeltaUsageJson = AnthropicApi.MessageDeltaUsage;

/** `input_tokens` is without what was read from and written to a cache; `output_tokens` with the thoughts. */
export function deltaUsageJson(usage: Usage): DeltaUsageJson {
  const written = usage.cacheWrite5m + usage.cacheWrite1h;
  const { serverToolCalls } = usage;
  return {
    input_tokens: inputTokens(usage) - usage.cacheRead - written,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: usage.cacheRead,
    output_tokens: outputTokens(usage),
    output_tokens_details: usage.reasoning > 0 ? { thinking_tokens: usage.reasoning } : null,
    server_tool_use: serverToolCalls > 0 ? { web_search_requests: serverToolCalls, web_fetch_requests: 0 } : null,
  };
}

/** What a message says. Of what other providers do not tell, null. */
export function usageJson(usage: Usage): AnthropicApi.Usage {
  const { cacheWrite5m, cacheWrite1h } = usage;
  const { input_tokens, ...counts } = deltaUsageJson(usage);
  return {
    ...counts,
    input_tokens: input_tokens!,
    cache_creation: { ephemeral_5m_input_tokens: cacheWrite5m, ephemeral_1h_input_tokens: cacheWrite1h },
    inference_geo: null,
    service_tier: null,
    speed: null,
  };
}
