import { NameTable } from './name-table.ts';

/**
 * The members of requests that we read, change or let pass as known. Some providers decode without regard to case, so a
 * name that equals one of these only by case would be read there and missed here.
 */
const known: ReadonlySet<string> = new Set([
  // Read or changed here
  'model',
  'messages',
  'stream',
  'stream_options',
  'include_usage',
  'max_tokens',
  'max_completion_tokens',
  'n',
  'user',
  'user_id',
  'safety_identifier',
  'metadata',
  'input',
  'max_output_tokens',
  'previous_response_id',
  'conversation',
  'background',
  'prompt',
  'dimensions',
  'encoding_format',
  // The rest of a usual request
  'audio',
  'best_of',
  'frequency_penalty',
  'function_call',
  'functions',
  'logit_bias',
  'logprobs',
  'modalities',
  'parallel_tool_calls',
  'prediction',
  'presence_penalty',
  'prompt_cache_key',
  'reasoning_effort',
  'response_format',
  'seed',
  'service_tier',
  'stop',
  'store',
  'temperature',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'verbosity',
  'web_search_options',
]);

const table = new NameTable(known);
/** Neither letters of both cases nor anything that could fold to one. */
const ONE_CASE = /^[a-z0-9_-]*$/;

/** The name between the quotes at `start` and before `end`, unescaped. */
export function memberName(bytes: Buffer, start: number, end: number): string {
  const same = table.find(bytes, start + 1, end - 1);
  if (same !== null) return same;
  for (let at = start + 1; at < end - 1; at++) {
    const code = bytes[at]!;
    if (code === 0x5c || code >= 0x80) return String(JSON.parse(bytes.toString('utf8', start, end)));
  }
  return bytes.toString('latin1', start + 1, end - 1);
}

/** The known name that this one equals but for case; null when there is none or it is that name itself. */
export function foldedName(name: string): string | null {
  if (known.has(name) || ONE_CASE.test(name)) return null;
  // Upper case first: it is what takes the long s to ASCII, as decoders that fold Unicode do.
  const folded = name.toUpperCase().toLowerCase();
  return known.has(folded) ? folded : null;
}
