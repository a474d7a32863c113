import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import { readContentFailure } from '../../src/spec/chat/content-failure.ts';
import { AnswerReader } from './answer-reader.ts';
import { isFields } from './fields.ts';

/** A whole answer as the parts its stream would have given. Throws TypeError when it is none. */
export function fromProvider(body: unknown): readonly ChatPart[] {
  if (!isFields(body)) throw new TypeError('the answer is no object');
  if (isFields(body.error)) return [{ type: 'error', error: readContentFailure(body.error) }];
  const reader = new AnswerReader();
  const parts = reader.read(body);
  if (reader.empty) throw new TypeError('the answer has no candidate');
  return [...parts, ...reader.finish()];
}
