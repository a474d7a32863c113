import type { FinishReason } from '../../../../spec/chat/chat-stream.ts';

/** How an answer ended, as a response says it. */
export interface Ending {
  readonly status: 'completed' | 'incomplete';
  readonly reason: 'max_output_tokens' | 'content_filter' | null;
}

const completed: Ending = Object.freeze({ status: 'completed', reason: null });
const cut: Ending = Object.freeze({ status: 'incomplete', reason: 'max_output_tokens' });
const filtered: Ending = Object.freeze({ status: 'incomplete', reason: 'content_filter' });

/** A refusal that says something is an answer; one that says nothing would look like an empty one. */
export function endingOf(finish: FinishReason | null, refused: boolean): Ending {
  if (finish === 'length') return cut;
  if (finish === 'content-filter') return filtered;
  return finish === 'refusal' && !refused ? filtered : completed;
}
