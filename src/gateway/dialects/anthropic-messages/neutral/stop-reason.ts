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
}

/** An answer with calls has ended for them, and one that holds a refusal with it, whatever its provider says. */
export function stopReason(finish: Finish | null, hasCalls: boolean, refused: boolean): StopReason {
  if (finish === null) return 'end_turn';
  const { reason, raw } = finish;
  if (reason === 'stop' && hasCalls) return 'tool_use';
  if (reason === 'stop' && refused) return 'refusal';
  return isOwn(raw) ? raw : reasons[reason];
}
