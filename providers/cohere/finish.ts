import type { ChatPart, StreamError } from '../../src/spec/chat/chat-stream.ts';

type Finish = Extract<ChatPart, { type: 'finish' }>;

const reasons: Readonly<Record<string, Pick<Finish, 'reason' | 'raw'>>> = {
  COMPLETE: { reason: 'stop' },
  STOP_SEQUENCE: { reason: 'stop', raw: 'STOP_SEQUENCE' },
  MAX_TOKENS: { reason: 'length' },
  TOOL_CALL: { reason: 'tool-calls' },
};

export const finishPart = (word: string): Finish => {
  const known = Object.hasOwn(reasons, word) ? reasons[word]! : { reason: 'other' as const, raw: word };
  return { type: 'finish', choice: 0, ...known };
};

const failures: Readonly<Record<string, Pick<StreamError, 'cause' | 'message'>>> = {
  ERROR: { cause: 'server', message: 'The model failed.' },
  TIMEOUT: { cause: 'timeout', message: 'The model took longer than it may.' },
};

/** An answer that ended by an error did not end; null for every other word. */
export function failureOf(word: string, said: string): StreamError | null {
  const failure = Object.hasOwn(failures, word) ? failures[word]! : null;
  if (failure === null) return null;
  return { cause: failure.cause, message: said || failure.message, type: word, code: null };
}
