import type { Message, Part, ToolResultPart } from '../../src/spec/chat/parts.ts';
import type { Writing } from '../openai-chat/options.ts';
import { assistantJson } from './assistant.ts';
import { type ContentJson, contentJson, isContent, plain } from './content.ts';
import type { ModelFacts } from './models.ts';
import { warnForeign } from './own-members.ts';
import { resultOf } from './tool-result.ts';
import type { ImageJson, MessageJson, TextJson } from './wire.ts';

const NO_RESULT = 'No result was given for this call.';

const isInstruction = ({ role }: Message): boolean => role === 'system' || role === 'developer';

/**
 * The conversation as the API takes it: instructions are one message at its beginning, and every call is answered right
 * behind the message that makes it. `instruction` is our own, for the end of the caller's.
 */
export function messagesJson(
  messages: readonly Message[],
  facts: ModelFacts,
  instruction: string | undefined,
  writing: Writing,
): MessageJson[] {
  const spoken = messages.findIndex(message => !isInstruction(message));
  // There has to be a message of the user, so the last instruction may become it.
  const start = spoken < 0 ? Math.max(messages.length - 1, 0) : spoken;
  const history = new History(facts, writing);
  history.instruct(messages.slice(0, start), instruction);
  for (const [index, message] of messages.entries()) if (index >= start) history.add(message, `messages[${index}]`);
  return history.close();
}

class History {
  readonly #facts: ModelFacts;
  readonly #writing: Writing;
  readonly #out: MessageJson[] = [];
  /** Calls of the last answer that have no result yet, and its place. */
  readonly #open = new Set<string>();
  #caller = '';
  /** What follows the results in a message of the user. */
  #media: ContentJson[] = [];

  constructor(facts: ModelFacts, writing: Writing) {
    this.#facts = facts;
    this.#writing = writing;
  }

  instruct(messages: readonly Message[], instruction: string | undefined): void {
    const content = messages.flatMap((message, index) => this.#instructions(message, `messages[${index}]`));
    if (instruction !== undefined) content.push({ type: 'text', text: instruction });
    if (content.length > 0) this.#out.push({ role: 'system', content: plain<TextJson>(content) });
  }

  add(message: Message, field: string): void {
    const results = message.parts.filter(part => part.type === 'tool-result');
    for (const result of results) this.#result(result, field);
    const parts = message.parts.filter(part => part.type !== 'tool-result');
    if (parts.length === 0 && (results.length > 0 || message.role === 'tool')) {
      warnForeign(message.extra, field, this.#writing);
      return;
    }
    this.#settle();
    if (message.role === 'assistant') this.#assistant({ ...message, parts }, field);
    else if (isInstruction(message)) this.#told(message, field);
    else this.#user({ ...message, parts }, field);
  }

  close(): MessageJson[] {
    this.#settle();
    return this.#out;
  }

  #instructions(message: Message, field: string): TextJson[] {
    this.#warnOutside(message, field);
    return message.parts.flatMap((part, at) => {
      if (part.type !== 'text') this.#writing.warn(`${field}.content`, 'dropped', 'Instructions are text.');
      else warnForeign(part.extra, `${field}.content[${at}]`, this.#writing);
      return part.type === 'text' && part.text !== '' ? [{ type: 'text' as const, text: part.text }] : [];
    });
  }

  #warnOutside({ name, extra }: Message, field: string): void {
    warnForeign(extra, field, this.#writing);
    if (name !== undefined) this.#writing.warn(`${field}.name`, 'dropped', 'Participants have no names.');
  }

  /** Calls that nobody answered would be refused. */
  #settle(): void {
    for (const id of this.#open) {
      this.#writing.warn(
        `${this.#caller}.tool_calls`,
        'emulated',
        `A tool call has no result; the model is told: ${NO_RESULT}`,
      );
      this.#out.push({ role: 'tool', tool_call_id: id, content: NO_RESULT });
    }
    this.#open.clear();
    const media = this.#media;
    this.#media = [];
    if (media.length > 0) this.#out.push({ role: 'user', content: plain<ImageJson>(media) });
  }

  #assistant(message: Message, field: string): void {
    if (message.name !== undefined) this.#writing.warn(`${field}.name`, 'dropped', 'Participants have no names.');
    const json = assistantJson(message, { field, facts: this.#facts, writing: this.#writing });
    if (json === null) return;
    this.#out.push(json);
    this.#caller = field;
    for (const { id } of json.tool_calls ?? []) this.#open.add(id);
  }

  /** An instruction amid the others. */
  #told(message: Message, field: string): void {
    const content = this.#instructions(message, field);
    if (content.length === 0) return;
    this.#writing.warn(field, 'emulated', 'An instruction at this place is told in a message of the user.');
    const told = content.map(({ type, text }) => ({ type, text: `<system>\n${text}\n</system>` }));
    this.#out.push({ role: 'user', content: plain<ImageJson>(told) });
  }

  #user(message: Message, field: string): void {
    this.#warnOutside(message, field);
    const content = message.parts.flatMap((part, at) => this.#content(part, `${field}.content[${at}]`));
    if (content.length > 0) this.#out.push({ role: 'user', content: plain<ImageJson>(content) });
    else this.#writing.warn(field, 'dropped', 'An empty message is not taken.');
  }

  #content(part: Part, field: string): readonly ContentJson[] {
    if (isContent(part)) return contentJson(part, field, this.#writing);
    this.#writing.warn(field, 'dropped', 'Only an assistant thinks, refuses and calls.');
    return [];
  }

  #result(part: ToolResultPart, field: string): void {
    const { content, media } = resultOf(part, field, this.#writing);
    if (this.#open.delete(part.callId)) {
      this.#out.push({ role: 'tool', tool_call_id: part.callId, content });
    } else {
      this.#writing.warn(field, 'emulated', 'It answers no open call, so it is told in a message of the user.');
      const chunks = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content;
      const texts = chunks.map(chunk => (chunk.type === 'text' ? chunk.text : chunk.document.data.text));
      this.#media.push({ type: 'text', text: `The result of a tool:\n${texts.join('\n')}` });
    }
    this.#media.push(...media);
  }
}
