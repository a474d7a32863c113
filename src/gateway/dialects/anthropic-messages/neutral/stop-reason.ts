import type AnthropicApi from '@anthropic-ai/sdk';
import type { FinishReason } from '../../../../spec/chat/chat-stream.ts';

export type StopReason = AnthropicApi.StopReason;

const reasons: Readonly<Record<FinishReason, StopReason>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  // No word of its own: the model's provider did not let it answer.
  'content-filter': 'refusal',
  refusal: 'refusal',
  other: 'end_turn',
};

/** Words that say more than the neutral one, where the provider used them. */
const own = new Set<string>(['stop_sequence', 'pause_turn', 'model_context_window_exceeded']);
const isOwn = (raw: string | undefined): raw is StopReason => raw !== undefined && own.has(raw);

export interface Finish {
  readonly reason: FinishReason;
  readonly raw?: string;
  readonly stopSequence?: string;
}

/** How the blocks ended the answer. */
interface Blocks {
  readonly hasCalls: boolean;
  readonly refused: boolean;
}

export interface StopMembers {
  readonly stop_reason: StopReason;
  readonly stop_sequence: string | null;
}

/**
 * Why the answer ended, and at which of the stop sequences that were asked for: the one the provider names, or the only
 * one where it says no more than that there was one.
 */
export function stopMembers(
  finish: Finish | null,
  { hasCalls, refused }: Blocks,
  asked: readonly string[] = [],
): StopMembers {
  const named = asked.find(text => text === finish?.stopSequence);
  const ended = named === undefined || finish === null ? finish : { ...finish, raw: 'stop_sequence' };
  const stop_reason = stopReason(ended, hasCalls, refused);
  if (stop_reason !== 'stop_sequence') return { stop_reason, stop_sequence: null };
  return { stop_reason, stop_sequence: named ?? (asked.length === 1 ? asked[0]! : null) };
}

/** An answer with calls has ended for them, and one that holds a refusal with it, whatever its provider says. */
function stopReason(finish: Finish | null, hasCalls: boolean, refused: boolean): StopReason {
  if (finish === null) return 'end_turn';
  const { reason } = finish;
  const raw = finish.raw?.toLowerCase();
  if (reason === 'stop' && hasCalls) return 'tool_use';
  if (reason === 'stop' && refused) return 'refusal';
  return isOwn(raw) ? raw : reasons[reason];
}
