import type { Message, Part, TextPart, ToolResultPart } from '../../src/spec/chat/parts.ts';
import type { Writing } from '../openai-chat/options.ts';
import { assistantJson } from './assistant.ts';
import { type ContentPart, contentJson, contentOf } from './content.ts';
import type { Thinking } from './models.ts';
import { warnForeign } from './own-members.ts';
import { toolCallId } from './tool-ids.ts';
import type { AssistantJson, ContentJson, MessageJson } from './wire.ts';

const isContent = (part: Part): part is ContentPart =>
  part.type === 'text' || part.type === 'image' || part.type === 'file' || part.type === 'audio';

/** Stands between a tool's result and what the user says next: models refuse the one right after the other. */
const BRIDGE: AssistantJson = Object.freeze({ role: 'assistant', content: 'OK', prefix: false });

/** The conversation in the order of roles that the API keeps to. */
export function messagesJson(messages: readonly Message[], thinking: Thinking, writing: Writing): MessageJson[] {
  const writer = new MessagesWriter(thinking, writing, lastSpoken(messages));
  for (const [index, message] of messages.entries()) writer.add(message, index);
  return writer.done();
}

const isInstruction = ({ role }: Message): boolean => role === 'system' || role === 'developer';

const lastSpoken = (messages: readonly Message[]): number => messages.findLastIndex(message => !isInstruction(message));

const told = (part: TextPart): TextPart => ({ ...part, text: `<system>\n${part.text}\n</system>` });

class MessagesWriter {
  readonly #thinking: Thinking;
  readonly #writing: Writing;
  /** Position of the last message that is no instruction. */
  readonly #lastSpoken: number;
  readonly #out: MessageJson[] = [];
  /** Media of tool results, which follow in a message of the user. */
  #media: ContentJson[] = [];
  #field = '';

  constructor(thinking: Thinking, writing: Writing, last: number) {
    this.#thinking = thinking;
    this.#writing = writing;
    this.#lastSpoken = last;
  }

  add(message: Message, index: number): void {
    const field = `messages[${index}]`;
    const results = message.parts.filter(part => part.type === 'tool-result');
    for (const result of results) this.#result(result, field);
    const parts = message.parts.filter(part => part.type !== 'tool-result');
    if (message.role !== 'assistant') warnForeign(message.extra, field, this.#writing);
    if (message.name !== undefined) this.#writing.warn(`${field}.name`, 'dropped', 'Participants have no names.');
    if (parts.length === 0 && (results.length > 0 || message.role === 'tool')) return;
    this.#flush();
    this.#field = field;
    if (message.role === 'assistant') this.#assistant({ ...message, parts }, field);
    else if (isInstruction(message)) this.#instruction(parts, field, index);
    else this.#user(parts, field);
  }

  done(): MessageJson[] {
    this.#flush();
    const last = this.#out.at(-1);
    if (last?.role !== 'assistant' || last.prefix || (last.tool_calls ?? []).length > 0) return this.#out;
    this.#writing.warn(this.#field, 'emulated', 'The model goes on with this message, and its answer repeats it.');
    return this.#out.with(-1, { ...last, prefix: true });
  }

  #flush(): void {
    const content = this.#media;
    this.#media = [];
    if (content.length > 0) this.#push({ role: 'user', content });
  }

  #push(message: MessageJson): void {
    const previous = this.#out.at(-1)?.role;
    if (previous === 'tool' && message.role === 'user') {
      this.#writing.warn(this.#field, 'emulated', 'A short answer stands between the result of a tool and the user.');
      this.#out.push(BRIDGE);
    }
    this.#out.push(message);
  }

  #assistant(message: Message, field: string): void {
    const json = assistantJson(message, { field, thinking: this.#thinking, writing: this.#writing });
    if (json !== null) this.#push(json);
  }

  /** An instruction stands at the beginning or behind the user, and never last. */
  #instruction(parts: readonly Part[], field: string, index: number): void {
    const texts = parts.filter(part => part.type === 'text');
    if (texts.length < parts.length) this.#writing.warn(`${field}.content`, 'dropped', 'Instructions are text.');
    const previous = this.#out.at(-1)?.role;
    const open = previous === undefined || previous === 'system' || previous === 'user';
    if (!open || index > this.#lastSpoken) {
      this.#writing.warn(field, 'emulated', 'An instruction at this place is told in a message of the user.');
      return this.#user(texts.map(told), field);
    }
    const chunks = texts.map((part, at) => contentJson(part, `${field}.content[${at}]`, this.#writing));
    const content = chunks.flatMap(chunk => (chunk.type === 'text' ? [chunk] : []));
    this.#push({ role: 'system', content: content.length === 1 ? content[0]!.text : content });
  }

  #user(parts: readonly Part[], field: string): void {
    const known = parts.filter(isContent);
    if (known.length < parts.length) {
      this.#writing.warn(`${field}.content`, 'dropped', 'Only an assistant thinks, refuses and calls.');
    }
    this.#push({ role: 'user', content: contentOf(known, field, this.#writing) });
  }

  #result({ callId, name, parts, failed, extra }: ToolResultPart, field: string): void {
    const writing = this.#writing;
    this.#field = field;
    warnForeign(extra, field, writing);
    if (failed) writing.warn(field, 'dropped', 'That a tool failed has no member of its own.');
    const texts = parts.filter(part => part.type === 'text');
    const media = parts.filter(part => part.type !== 'text' && isContent(part)) as readonly ContentPart[];
    for (const part of parts) {
      if (part.type !== 'provider-part') continue;
      writing.warn(`${field}.content`, 'dropped', `It is a part of the dialect ${part.dialect}.`);
    }
    if (media.length > 0) {
      writing.warn(`${field}.content`, 'emulated', 'Images and files of a tool follow in a message of the user.');
      this.#media.push(...media.map((part, index) => contentJson(part, `${field}.content[${index}]`, writing)));
    }
    this.#push({
      role: 'tool',
      tool_call_id: toolCallId(callId),
      content: contentOf(texts, field, writing),
      ...(name !== undefined && { name }),
    });
  }
}
