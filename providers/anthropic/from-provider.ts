import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import { readMessagesFailure } from '../../src/spec/chat/messages-failure.ts';
import { fieldsOf, isFields } from './fields.ts';
import { MessageReader } from './message-reader.ts';

/** A whole answer as the parts its stream would have given. Throws TypeError when it is none. */
export function fromProvider(body: unknown): readonly ChatPart[] {
  if (!isFields(body)) throw new TypeError('the answer is no object');
  if (body.type === 'error') return [{ type: 'error', error: readMessagesFailure(body) }];
  if (!Array.isArray(body.content)) throw new TypeError('the answer has no content');
  const reader = new MessageReader();
  const parts: ChatPart[] = [...reader.start(body)];
  for (const [index, block] of body.content.entries()) {
    for (const part of reader.blockStart(index, fieldsOf(block))) parts.push(part);
    for (const part of reader.blockStop(index)) parts.push(part);
  }
  reader.ending(body, undefined);
  for (const part of reader.finish()) parts.push(part);
  return parts;
}
