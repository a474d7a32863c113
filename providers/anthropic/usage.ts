import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import { noUsage, type Usage } from '../../src/spec/usage.ts';
import { type Fields, fieldsOf } from './fields.ts';

/** No real call comes near: a larger count is an error or a lie. */
const MOST_TOKENS = 1_000_000_000;

class Implausible extends Error {}

function count(fields: Fields, name: string): number {
  const value = fields[name] ?? 0;
  if (!Number.isSafeInteger(value) || Number(value) < 0 || Number(value) > MOST_TOKENS) throw new Implausible(name);
  return Number(value);
}

/** Later totals replace earlier ones, member by member: they are cumulative. Null says nothing. */
export const laterUsage = (earlier: Fields, later: unknown): Fields => ({
  ...earlier,
  ...Object.fromEntries(Object.entries(fieldsOf(later)).filter(([, value]) => value !== null)),
});

export function usagePart(wire: Fields): ChatPart {
  const { service_tier, inference_geo, speed, iterations } = wire;
  const told = Object.entries({ service_tier, inference_geo, speed, iterations }).filter(([, value]) => value != null);
  const extra = told.length === 0 ? {} : { extra: { anthropic: Object.fromEntries(told) } };
  try {
    return { type: 'usage', usage: classes(wire), ...extra };
  } catch (error) {
    if (error instanceof Implausible) return { type: 'usage', usage: null, flags: 'usage_implausible', ...extra };
    throw error;
  }
}

/** `input_tokens` is without the cache, `output_tokens` with the thoughts. Null when nothing was counted. */
function classes(wire: Fields): Usage | null {
  const input = count(wire, 'input_tokens');
  const cacheRead = count(wire, 'cache_read_input_tokens');
  const output = count(wire, 'output_tokens');
  const { cacheWrite5m, cacheWrite1h } = written(wire);
  if (input + cacheRead + cacheWrite5m + cacheWrite1h + output === 0) return null;
  const reasoning = Math.min(count(fieldsOf(wire.output_tokens_details), 'thinking_tokens'), output);
  const serverToolCalls = count(fieldsOf(wire.server_tool_use), 'web_search_requests');
  return {
    ...noUsage,
    input,
    cacheRead,
    cacheWrite5m,
    cacheWrite1h,
    output: output - reasoning,
    reasoning,
    serverToolCalls,
  };
}

/** The end of a stream repeats the total but not how it is divided, so the total decides. */
function written(wire: Fields): Pick<Usage, 'cacheWrite5m' | 'cacheWrite1h'> {
  const parts = fieldsOf(wire.cache_creation);
  const [short, long] = [count(parts, 'ephemeral_5m_input_tokens'), count(parts, 'ephemeral_1h_input_tokens')];
  const total = wire.cache_creation_input_tokens == null ? short + long : count(wire, 'cache_creation_input_tokens');
  const cacheWrite1h = Math.min(long, total);
  return { cacheWrite5m: total - cacheWrite1h, cacheWrite1h };
}
