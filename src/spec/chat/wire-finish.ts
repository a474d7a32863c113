import type { FinishReason } from './chat-stream.ts';

/** How answers end in OpenAI's dialect, with the words that other servers of it use. */
const reasons: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  end_turn: 'stop',
  eos: 'stop',
  eos_token: 'stop',
  stop_sequence: 'stop',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  tool_calls: 'tool-calls',
  tool_use: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  sensitive: 'content-filter',
  refusal: 'refusal',
};

/** The five words that clients know. */
const words = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  // No word of its own: the refusal's text says it.
  refusal: 'content_filter',
  other: 'stop',
} as const satisfies Record<FinishReason, string>;

export type FinishWord = (typeof words)[FinishReason] | 'function_call';

/**
 * An answer with calls has ended for them, also where the server says `stop`, as OpenAI does when the caller chose the
 * tool. `raw` is set where the server's word says something else than the neutral one.
 */
export function readFinish(word: string, hasCalls: boolean): { readonly reason: FinishReason; readonly raw?: string } {
  const known = Object.hasOwn(reasons, word) ? reasons[word]! : 'other';
  const reason = known === 'stop' && hasCalls ? 'tool-calls' : known;
  return words[reason] === word && known === reason ? { reason } : { reason, raw: word };
}

export const finishWord = (reason: FinishReason, hasCalls: boolean): (typeof words)[FinishReason] =>
  reason === 'stop' && hasCalls ? 'tool_calls' : words[reason];
