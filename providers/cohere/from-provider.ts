import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import { fieldsOf, listOf } from '../openai-chat/answer-fields.ts';
import { isFields } from '../openai-chat/options.ts';
import { AnswerReader } from './answer-reader.ts';
import { streamError } from './errors.ts';

/** A whole answer, in the steps of its stream. Throws TypeError when it is none. */
export function fromProvider(body: unknown): readonly ChatPart[] {
  if (!isFields(body)) throw new TypeError('an answer that is no object');
  const { id, message, finish_reason, usage, logprobs } = body;
  if (!isFields(message)) {
    if (typeof message !== 'string' && body.error == null) throw new TypeError('an answer without a message');
    return [{ type: 'error', error: streamError(body) }];
  }
  const answer = new AnswerReader();
  const { content, tool_plan, tool_calls, citations } = message;
  const blocks = typeof content === 'string' ? [{ text: content }] : listOf(content);
  return [
    ...answer.start(id),
    ...answer.plan(tool_plan),
    ...blocks.flatMap((block: unknown, index) => answer.content(index, fieldsOf(block), null)),
    ...listOf(logprobs).flatMap(item => answer.content(null, {}, item)),
    ...answer.citations(listOf(citations)),
    ...listOf(tool_calls).flatMap((call, index) => [...answer.call(index, call), ...answer.callEnd(index)]),
    ...answer.finish(finish_reason, usage, body.error),
  ];
}
