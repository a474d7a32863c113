import type { Usage } from '../usage.ts';

/** What a provider's usage object says. `flags` is `usage_implausible` when it cannot be believed. */
export interface ReadUsage {
  readonly usage: Usage | null;
  readonly flags: '' | 'usage_implausible';
}

/** No real call comes near: a larger count is an error or a lie. */
const MOST_TOKENS = 1_000_000_000;
const none: ReadUsage = { usage: null, flags: '' };
const implausible: ReadUsage = { usage: null, flags: 'usage_implausible' };

class Implausible extends Error {}

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const nested = (fields: Fields, name: string): Fields => {
  const value = fields[name];
  return isObject(value) ? value : {};
};

/** A count, 0 when it is not given. */
function count(fields: Fields, name: string): number {
  const value = fields[name];
  if (value === undefined || value === null) return 0;
  if (!Number.isSafeInteger(value) || Number(value) < 0 || Number(value) > MOST_TOKENS) throw new Implausible(name);
  return Number(value);
}

/**
 * The disjoint classes of a `usage` object in OpenAI's dialect, with what other providers do to it. Totals include
 * their details at OpenAI; where a provider counts otherwise, its own totals show it. Details that overlap each other
 * (cached audio is both) are cut to what is left, so that no class is negative and the sums stay the provider's.
 */
export function readUsage(value: unknown): ReadUsage {
  if (!isObject(value) || (value.prompt_tokens == null && value.completion_tokens == null)) return none;
  try {
    const usage = usageOf(value);
    const nothing = count(value, 'prompt_tokens') === 0 && usage.output === 0 && usage.reasoning === 0;
    // A placeholder that some providers send before they have counted.
    return nothing ? none : { usage, flags: '' };
  } catch (error) {
    if (error instanceof Implausible) return implausible;
    throw error;
  }
}

/** Written out, since it runs once a call: spreading four objects into one costs several times as much. */
function usageOf(value: Fields): Usage {
  const { input, cacheRead, cacheWrite5m, audioIn, imageIn } = promptClasses(value);
  const { output, reasoning, audioOut, imageOut } = completionClasses(value);
  return {
    input,
    cacheRead,
    cacheWrite5m,
    cacheWrite1h: 0,
    output,
    reasoning,
    audioIn,
    audioOut,
    imageIn,
    imageOut,
    serverToolCalls: serverToolCalls(value),
  };
}

function cachedTokens(value: Fields): number {
  // The same fact under the names of OpenAI, DeepSeek, Moonshot and Together, and Mistral.
  return Math.max(
    count(nested(value, 'prompt_tokens_details'), 'cached_tokens'),
    count(value, 'prompt_cache_hit_tokens'),
    count(value, 'cached_tokens'),
    count(value, 'num_cached_tokens'),
  );
}

function promptClasses(value: Fields): Pick<Usage, 'input' | 'cacheRead' | 'cacheWrite5m' | 'audioIn' | 'imageIn'> {
  const details = nested(value, 'prompt_tokens_details');
  const cacheRead = cachedTokens(value);
  const cacheWrite5m = Math.max(count(details, 'cache_write_tokens'), count(value, 'cache_creation_input_tokens'));
  const text = count(value, 'prompt_tokens') - cacheRead - cacheWrite5m;
  if (text < 0) throw new Implausible('more tokens from the cache than in the prompt');
  const audioIn = Math.min(count(details, 'audio_tokens'), text);
  const imageIn = Math.min(count(details, 'image_tokens'), text - audioIn);
  return { input: text - audioIn - imageIn, cacheRead, cacheWrite5m, audioIn, imageIn };
}

function completionClasses(value: Fields): Pick<Usage, 'output' | 'reasoning' | 'audioOut' | 'imageOut'> {
  const details = nested(value, 'completion_tokens_details');
  const completion = count(value, 'completion_tokens');
  const told = Math.max(count(details, 'reasoning_tokens'), count(value, 'reasoning_tokens'));
  const beyond = Math.max(0, count(value, 'total_tokens') - count(value, 'prompt_tokens') - completion);
  // Reasoning stands beside the completion, not in it, where the total says so or where it would not fit.
  const beside = told > completion || (told > 0 && beyond >= told);
  const reasoning = told > 0 ? told : untoldReasoning(value, beyond);
  const visible = beside || told === 0 ? completion : completion - told;
  const audioOut = Math.min(count(details, 'audio_tokens'), visible);
  const imageOut = Math.min(count(details, 'image_tokens'), visible - audioOut);
  return { output: visible - audioOut - imageOut, reasoning, audioOut, imageOut };
}

/** Tokens that only the total holds are thoughts, unless they are the cached ones counted a second time. */
function untoldReasoning(value: Fields, beyond: number): number {
  const cached = cachedTokens(value) + count(value, 'cache_creation_input_tokens');
  return beyond === cached ? 0 : beyond;
}

function serverToolCalls(value: Fields): number {
  const details = nested(value, 'server_tool_use_details');
  return Math.max(count(details, 'web_search_requests'), count(value, 'num_search_queries'));
}

/** Members that vendors add are named `x_` and their own name; some put usage there. */
export const isVendorMember = (name: string): boolean => name.startsWith('x_');

/** Usage where providers put it: at the top, in a vendor's member, or in the last choice. Null when there is none. */
export function findUsage(body: unknown): unknown {
  if (!isObject(body)) return null;
  if (isObject(body.usage)) return body.usage;
  for (const [name, value] of Object.entries(body)) {
    if (isVendorMember(name) && isObject(value) && isObject(value.usage)) return value.usage;
  }
  const choice: unknown = Array.isArray(body.choices) ? body.choices.at(-1) : null;
  return isObject(choice) && isObject(choice.usage) ? choice.usage : null;
}
