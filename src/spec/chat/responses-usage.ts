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

/** What a `usage` object of the Responses dialect says; null when nothing was counted, with the reason in `flags`. */
export interface ResponsesUsage {
  readonly usage: Usage | null;
  readonly flags: '' | 'usage_implausible';
}

export function readResponsesUsage(wire: unknown): ResponsesUsage {
  if (!isFields(wire)) return { usage: null, flags: '' };
  try {
    return { usage: classes(wire), flags: '' };
  } catch (error) {
    if (error instanceof Implausible) return { usage: null, flags: 'usage_implausible' };
    throw error;
  }
}

/** Totals count everything; details are parts of them. */
function classes(wire: Fields): Usage | null {
  const [input, output] = [count(wire, 'input_tokens'), count(wire, 'output_tokens')];
  if (input + output === 0) return null;
  const details = fieldsOf(wire.input_tokens_details);
  const [cacheRead, cacheWrite5m] = [count(details, 'cached_tokens'), count(details, 'cache_write_tokens')];
  if (cacheRead + cacheWrite5m > input) throw new Implausible('more tokens from the cache than in the prompt');
  const reasoning = Math.min(count(fieldsOf(wire.output_tokens_details), 'reasoning_tokens'), output);
  return {
    input: input - cacheRead - cacheWrite5m,
    cacheRead,
    cacheWrite5m,
    cacheWrite1h: 0,
    output: output - reasoning,
    reasoning,
    audioIn: 0,
    audioOut: 0,
    imageIn: 0,
    imageOut: 0,
    serverToolCalls: 0,
  };
}
