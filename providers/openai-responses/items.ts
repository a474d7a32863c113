import type { Message, Part, ToolResultPart } from '../../src/spec/chat/parts.ts';
import type { Fields } from '../openai-chat/options.ts';
import { AnswerItems } from './answer-items.ts';
import { callId } from './call-id.ts';
import { type ContentPart, contentOf, isContent } from './content.ts';
import { OWNER, type ResponsesWriting } from './writing.ts';

const NO_RESULT = 'No result was given for this call.';

/** `stateful`: what came before lives at the provider, so results may answer calls that are not in these messages. */
export function inputItems(
  messages: readonly Message[],
  writing: ResponsesWriting,
  stateful: boolean,
): readonly Fields[] {
  const input = new Input(messages, writing, stateful);
  for (const [index, message] of messages.entries()) input.add(message, `messages[${index}]`);
  return input.items;
}

class Input {
  readonly items: Fields[] = [];
  readonly #writing: ResponsesWriting;
  readonly #stateful: boolean;
  /** Calls that are answered anywhere in the conversation. */
  readonly #answered: ReadonlySet<string>;
  /** Calls so far; true for those of free text. */
  readonly #calls = new Map<string, boolean>();

  constructor(messages: readonly Message[], writing: ResponsesWriting, stateful: boolean) {
    this.#writing = writing;
    this.#stateful = stateful;
    this.#answered = new Set(
      messages.flatMap(({ parts }) => parts.flatMap(part => (part.type === 'tool-result' ? [part.callId] : []))),
    );
  }

  add(message: Message, field: string): void {
    if (message.name !== undefined && message.role !== 'tool') {
      this.#writing.warn(`${field}.name`, 'dropped', 'Messages have no name here.');
    }
    if (message.role === 'assistant') this.#answer(message, field);
    else this.#told(message, field);
  }

  #answer(message: Message, field: string): void {
    const answer = new AnswerItems(message, field, this.#writing);
    const results: ToolResultPart[] = [];
    for (const part of message.parts) {
      if (part.type === 'tool-result') results.push(part);
      else answer.add(part);
    }
    answer.close();
    this.items.push(...answer.items);
    for (const part of message.parts) if (part.type === 'tool-call') this.#calls.set(part.id, part.custom === true);
    for (const result of results) this.#result(result, message, field);
    for (const part of message.parts) {
      if (part.type === 'tool-call' && !this.#answered.has(part.id)) this.#unanswered(part.id, field);
    }
  }

  /** A call that nobody answered would be refused. */
  #unanswered(id: string, field: string): void {
    const why = `A tool call has no result; the model is told: ${NO_RESULT}`;
    this.#writing.warn(`${field}.tool_calls`, 'emulated', why);
    this.items.push({ type: this.#resultType(id), call_id: callId(id), output: NO_RESULT });
  }

  #told(message: Message, field: string): void {
    const content: ContentPart[] = [];
    for (const part of message.parts) {
      if (part.type === 'tool-result') this.#result(part, message, field);
      else if (isContent(part)) content.push(part);
      else this.#other(part, field);
    }
    const onlyOthers = content.length === 0 && message.parts.length > 0;
    if (!onlyOthers) this.#message(message, content, field);
  }

  #message(message: Message, parts: readonly ContentPart[], field: string): void {
    const role = message.role === 'tool' ? 'user' : message.role;
    const content = parts.length === 0 ? '' : contentOf(parts, field, this.#writing);
    // Nothing of it could be said.
    if (Array.isArray(content) && content.length === 0) return;
    this.items.push(this.#writing.withOwn({ type: 'message', role, content }, message.extra, field));
  }

  #other(part: Part, field: string): void {
    if (part.type === 'provider-part' && part.dialect === OWNER) this.items.push(part.value);
    else if (part.type === 'provider-part') {
      this.#writing.warn(`${field}.content`, 'dropped', `It holds a part of the dialect ${part.dialect}.`);
    } else this.#writing.warn(`${field}.content`, 'dropped', 'Only an assistant thinks, refuses and calls.');
  }

  #result(part: ToolResultPart, message: Message, field: string): void {
    if (part.failed) this.#writing.warn(field, 'dropped', 'That a tool failed has no member of its own.');
    const parts = part.parts.filter(isContent);
    for (const inner of part.parts) {
      if (inner.type === 'provider-part') {
        this.#writing.warn(`${field}.content`, 'dropped', `It is a part of the dialect ${inner.dialect}.`);
      }
    }
    const output = parts.length === 0 ? '' : contentOf(parts, field, this.#writing);
    if (!this.#calls.has(part.callId) && !this.#stateful) {
      this.#writing.warn(field, 'emulated', 'It answers a call that is not there, so it goes as words of the user.');
      this.items.push({ type: 'message', role: 'user', content: output });
      return;
    }
    const json = { type: this.#resultType(part.callId), call_id: callId(part.callId), output };
    const own = this.#writing.withOwn(json, part.extra, field);
    this.items.push(message.role === 'tool' ? this.#writing.withOwn(own, message.extra, field) : own);
  }

  #resultType = (id: string): string =>
    this.#calls.get(id) === true ? 'custom_tool_call_output' : 'function_call_output';
}
