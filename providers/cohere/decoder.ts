import type { ChatDecoder, ServerEvent } from '../../src/spec/chat/chat-codec.ts';
import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import { fieldsOf, textOf } from '../openai-chat/answer-fields.ts';
import { type Fields, isFields } from '../openai-chat/options.ts';
import { AnswerReader } from './answer-reader.ts';
import { streamError } from './errors.ts';

type Read = (answer: AnswerReader, event: Fields, message: Fields) => readonly ChatPart[];

const NOTHING: readonly ChatPart[] = [];

/** https://docs.cohere.com/reference/chat-stream. An event that is not here means nothing. */
const readers: Readonly<Record<string, Read>> = {
  'message-start': (answer, { id }) => answer.start(id),
  'tool-plan-delta': (answer, _event, { tool_plan }) => answer.plan(tool_plan),
  'content-start': (answer, { index }, { content }) => answer.content(index, fieldsOf(content), null),
  'content-delta': (answer, { index, logprobs }, { content }) => answer.content(index, fieldsOf(content), logprobs),
  'citation-start': (answer, _event, { citations }) => answer.citations(citations),
  'tool-call-start': (answer, { index }, { tool_calls }) => answer.call(index, tool_calls),
  'tool-call-delta': (answer, { index }, { tool_calls }) => answer.callInput(index, tool_calls),
  'tool-call-end': (answer, { index }) => answer.callEnd(index),
  'message-end': (answer, { delta }) => {
    const { finish_reason, usage, error } = fieldsOf(delta);
    return answer.finish(finish_reason, usage, error);
  },
};

/** Decodes one stream. Its last event says how the answer ends; `[DONE]` behind it says nothing more. */
export class CohereDecoder implements ChatDecoder {
  readonly #answer = new AnswerReader();
  #failed = false;

  get ended(): boolean {
    return this.#answer.ended;
  }

  read({ type, data }: ServerEvent): readonly ChatPart[] {
    if (this.ended || data.trim() === '[DONE]') return NOTHING;
    const event: unknown = JSON.parse(data);
    if (!isFields(event)) throw new TypeError('an event that is no object');
    const name = textOf(event.type) || type;
    if (isError(name, event)) {
      this.#failed = true;
      return [{ type: 'error', error: streamError(event) }];
    }
    const read = Object.hasOwn(readers, name) ? readers[name]! : null;
    return read === null ? NOTHING : read(this.#answer, event, fieldsOf(fieldsOf(event.delta).message));
  }

  end(): { readonly parts: readonly ChatPart[]; readonly complete: boolean } {
    return { parts: NOTHING, complete: this.#answer.complete && !this.#failed };
  }
}

/** An error stands there without a type of its own. */
const isError = (name: string, { error, message }: Fields): boolean =>
  name === 'error' || (name === 'message' && (error != null || message != null));
