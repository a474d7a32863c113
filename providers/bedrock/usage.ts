import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import type { Usage } from '../../src/spec/usage.ts';
import { type Fields, fieldsOf, isFields, listOf } from '../anthropic/fields.ts';

/** No real call comes near: a larger count is an error or a lie. */
const MOST_TOKENS = 1_000_000_000;

class Implausible extends Error {}

function count(value: unknown): number {
  if (value == null) return 0;
  if (!Number.isSafeInteger(value) || Number(value) < 0 || Number(value) > MOST_TOKENS) throw new Implausible();
  return Number(value);
}

/** Members beside the counts that belong to the bill or say how the answer came about. */
const TOLD = ['serviceTier', 'performanceConfig', 'metrics', 'trace', 'additionalModelResponseFields'] as const;

/** `answer` holds `usage` and what stands beside it: a whole answer, or the end of a stream. */
export function usagePart(answer: Fields): ChatPart {
  const told = TOLD.filter(name => answer[name] != null).map(name => [name, answer[name]] as const);
  const extra = told.length === 0 ? {} : { extra: { bedrock: Object.fromEntries(told) } };
  try {
    return { type: 'usage', usage: classes(fieldsOf(answer.usage)), ...extra };
  } catch (error) {
    if (error instanceof Implausible) return { type: 'usage', usage: null, flags: 'usage_implausible', ...extra };
    throw error;
  }
}

/** `inputTokens` is without the cache, `outputTokens` with the thoughts. Null when nothing was counted. */
function classes(wire: Fields): Usage | null {
  const input = count(wire.inputTokens);
  const cacheRead = count(wire.cacheReadInputTokens);
  const output = count(wire.outputTokens);
  const written = cacheWrites(wire);
  if (input + cacheRead + written.cacheWrite5m + written.cacheWrite1h + output === 0) return null;
  return {
    input,
    cacheRead,
    ...written,
    output,
    reasoning: 0,
    audioIn: 0,
    audioOut: 0,
    imageIn: 0,
    imageOut: 0,
    serverToolCalls: Object.values(fieldsOf(wire.serverToolUsage)).reduce<number>(
      (sum, value) => sum + count(value),
      0,
    ),
  };
}

/** The total counts; how long it is kept stands beside it, where the model keeps anything for longer. */
function cacheWrites(wire: Fields): Pick<Usage, 'cacheWrite5m' | 'cacheWrite1h'> {
  const details = listOf(wire.cacheDetails).filter(isFields);
  const of = (ttl: string) =>
    details.filter(detail => detail.ttl === ttl).reduce((sum, detail) => sum + count(detail.inputTokens), 0);
  const [short, long] = [of('5m'), of('1h')];
  const total = wire.cacheWriteInputTokens == null ? short + long : count(wire.cacheWriteInputTokens);
  const cacheWrite1h = Math.min(long, total);
  return { cacheWrite5m: total - cacheWrite1h, cacheWrite1h };
}
