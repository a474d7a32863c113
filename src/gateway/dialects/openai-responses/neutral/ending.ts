import type { FinishReason } from '../../../../spec/chat/chat-stream.ts';
import { type ResponsesStatus, responsesStatus } from '../../../../spec/chat/responses-failure.ts';

/** A refusal that says something is an answer; one that says nothing would look like an empty one. */
export const endingOf = (finish: FinishReason | null, refused: boolean): ResponsesStatus =>
  responsesStatus(finish === 'refusal' && !refused ? 'content-filter' : (finish ?? 'stop'));
