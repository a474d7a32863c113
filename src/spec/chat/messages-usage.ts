import type { Usage } from '../usage.ts';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

/** No real call comes near: a larger count is an error or a lie. */
const MOST_TOKENS = 1_000_000_000;

class Implausible extends Error {}

function count(fields: Fields, name: string): number {
  const value = fields[name] ?? 0;
  if (!Number.isSafeInteger(value) || Number(value) < 0 || Number(value) > MOST_TOKENS) throw new Implausible(name);
  return Number(value);
}

/** Later totals replace earlier ones, member by member: they are cumulative. Null says nothing. */
export function laterUsage(earlier: Fields, later: unknown): Fields {
  if (!isFields(later)) return earlier;
  const joined: Record<string, unknown> = { ...earlier, ...later };
  for (const name of Object.keys(earlier)) if (joined[name] === null) joined[name] = earlier[name];
  return joined;
}

/** What a `usage` object of the Messages dialect says; null when nothing was counted, with the reason in `flags`. */
export interface MessagesUsage {
  readonly usage: Usage | null;
  readonly flags: '' | 'usage_implausible' | 'tier_unpriced';
}

/** Values that are billed at the stated price; any other one is dearer or cheaper. */
const usual: Readonly<Record<string, readonly unknown[]>> = {
  service_tier: ['standard'],
  speed: ['standard'],
  inference_geo: ['global', 'not_available'],
};

export function readMessagesUsage(wire: Fields): MessagesUsage {
  try {
    const usage = classes(wire);
    const priced = Object.entries(usual).every(([name, values]) => wire[name] == null || values.includes(wire[name]));
    return { usage, flags: usage === null || priced ? '' : 'tier_unpriced' };
  } catch (error) {
    if (error instanceof Implausible) return { usage: null, flags: 'usage_implausible' };
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
    input,
    cacheRead,
    cacheWrite5m,
    cacheWrite1h,
    output: output - reasoning,
    reasoning,
    audioIn: 0,
    audioOut: 0,
    imageIn: 0,
    imageOut: 0,
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
