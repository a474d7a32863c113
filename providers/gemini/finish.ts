import type { BlockedReason, FinishReason as WireReason } from '@google/genai';
import type { ChatPart, FinishReason } from '../../src/spec/chat/chat-stream.ts';

const reasons: Readonly<Partial<Record<`${WireReason}`, FinishReason>>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  CONTINUATION: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  LANGUAGE: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
};

/** Reasons that the neutral word tells in full. */
const PLAIN = new Set(['STOP', 'MAX_TOKENS']);

/** A turn with calls stops like any other; only the calls tell. */
export function finishPart(choice: number, word: string, hasCalls: boolean): ChatPart {
  const known = Object.hasOwn(reasons, word) ? reasons[word as keyof typeof reasons]! : 'other';
  const reason = known === 'stop' && hasCalls ? 'tool-calls' : known;
  return { type: 'finish', choice, reason, ...(!PLAIN.has(word) && { raw: word }) };
}

/** The prompt was not answered at all. */
export const blockedPart = (reason: `${BlockedReason}` | string): ChatPart => ({
  type: 'finish',
  choice: 0,
  reason: 'content-filter',
  raw: reason,
});
