import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import { type Fields, fieldsOf, isFields, listOf } from '../anthropic/fields.ts';
import { MessageReader } from './message-reader.ts';

/** A whole answer as the parts its stream would have given. Throws TypeError when it is none. */
export function fromProvider(body: unknown): readonly ChatPart[] {
  if (!isFields(body)) throw new TypeError('the answer is no object');
  const { content } = fieldsOf(fieldsOf(body.output).message);
  if (!Array.isArray(content)) throw new TypeError('the answer has no content');
  const reader = new MessageReader();
  const parts: ChatPart[] = [{ type: 'start' }];
  for (const [index, block] of content.entries()) {
    const [first, ...pieces] = piecesOf(fieldsOf(block));
    for (const part of reader.blockStart(index, first)) parts.push(part);
    for (const piece of pieces) for (const part of reader.blockDelta(index, piece)) parts.push(part);
    for (const part of reader.blockStop(index)) parts.push(part);
  }
  const { output: _, ...told } = body;
  reader.stop(told);
  for (const part of reader.finish()) parts.push(part);
  return parts;
}

/** The beginning of a whole block and its pieces, as a stream would have brought them. */
function piecesOf(block: Fields): readonly [Fields, ...Fields[]] {
  if (isFields(block.toolUse)) {
    const { input, ...start } = block.toolUse;
    return [{ toolUse: start }, { toolUse: { input: JSON.stringify(input ?? {}) } }];
  }
  if (isFields(block.reasoningContent)) {
    const { reasoningText, ...others } = block.reasoningContent;
    return [block, { reasoningContent: { ...fieldsOf(reasoningText), ...others } }];
  }
  if (isFields(block.citationsContent)) {
    const { citations, content } = block.citationsContent;
    const cited = listOf(citations).map(citation => ({ citation }));
    return [{ text: '' }, ...cited, ...listOf(content).filter(isFields)];
  }
  return 'text' in block ? [block, block] : [block];
}
