import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import { streamError } from './errors.ts';
import { fieldsOf, isFields } from './fields.ts';
import { MessageReader } from './message-reader.ts';

/** A whole answer as the parts its stream would have given. Throws TypeError when it is none. */
export function fromProvider(body: unknown): readonly ChatPart[] {
  if (!isFields(body)) throw new TypeError('the answer is no object');
  if (body.type === 'error') return [{ type: 'error', error: streamError(body) }];
  if (!Array.isArray(body.content)) throw new TypeError('the answer has no content');
  const reader = new MessageReader();
  const start = reader.start(body);
  const blocks = body.content.flatMap((block: unknown, index) => [
    ...reader.blockStart(index, fieldsOf(block)),
    ...reader.blockStop(index),
  ]);
  reader.ending(body, undefined);
  return [...start, ...blocks, ...reader.finish()];
}
