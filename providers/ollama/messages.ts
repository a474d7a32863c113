import type { Message, Part, ReasoningPart, ToolCallPart, ToolResultPart } from '../../src/spec/chat/parts.ts';
import { objectInput } from '../object-input.ts';
import type { Writing } from '../openai-chat/options.ts';
import { Content, type ContentPart, isContent } from './content.ts';
import { warnForeign } from './own-members.ts';
import type { CallJson, Json, MessageJson } from './wire.ts';

/** The conversation: one text a message, thoughts, calls and images beside it. */
export function messagesJson(messages: readonly Message[], writing: Writing): readonly MessageJson[] {
  const history = new History(writing);
  for (const [index, message] of messages.entries()) history.add(message, `messages[${index}]`);
  return history.close();
}

const roles = { system: 'system', developer: 'system', user: 'user', tool: 'user' } as const;

class History {
  readonly #writing: Writing;
  readonly #out: MessageJson[] = [];
  /** Names of the tools by the ids of their calls. */
  readonly #names = new Map<string, string>();
  /** Images of results, which follow in a message of the user. */
  #images: string[] = [];

  constructor(writing: Writing) {
    this.#writing = writing;
  }

  add(message: Message, field: string): void {
    warnForeign(message.extra, field, this.#writing);
    if (message.name !== undefined) this.#writing.warn(`${field}.name`, 'dropped', 'Participants have no names.');
    const parts: Part[] = [];
    for (const part of message.parts) {
      if (part.type === 'tool-result') this.#result(part, field);
      else parts.push(part);
    }
    if (parts.length === 0 && (message.role === 'tool' || parts.length < message.parts.length)) return;
    this.#flush();
    if (message.role === 'assistant') this.#assistant(parts, field);
    else this.#said(roles[message.role], parts, field);
  }

  close(): readonly MessageJson[] {
    this.#flush();
    return this.#out;
  }

  #flush(): void {
    if (this.#images.length > 0) this.#out.push({ role: 'user', content: '', images: this.#images });
    this.#images = [];
  }

  #said(role: 'system' | 'user', parts: readonly Part[], field: string): void {
    const content = new Content();
    for (const [index, part] of parts.entries()) {
      const at = `${field}.content[${index}]`;
      if (isContent(part)) content.add(part, at, this.#writing);
      else this.#writing.warn(at, 'dropped', 'Only an assistant thinks, refuses and calls.');
    }
    this.#out.push({ role, content: content.text, ...imagesOf(content) });
  }

  #assistant(parts: readonly Part[], field: string): void {
    const content = new Content();
    const thoughts: string[] = [];
    const calls: CallJson[] = [];
    for (const [index, part] of parts.entries()) {
      const at = `${field}.content[${index}]`;
      if (part.type === 'reasoning') thoughts.push(this.#thought(part, field));
      else if (part.type === 'tool-call') calls.push(this.#call(part, field, calls.length));
      else if (part.type === 'refusal') content.say(part.text);
      else if (isContent(part)) this.#answered(content, part, field, at);
      else this.#writing.warn(at, 'dropped', 'An earlier answer holds texts, thoughts, images and calls.');
    }
    const thinking = thoughts.join('');
    this.#out.push({
      role: 'assistant',
      content: content.text,
      ...(thinking !== '' && { thinking }),
      ...imagesOf(content),
      ...(calls.length > 0 && { tool_calls: calls }),
    });
  }

  #answered(content: Content, part: ContentPart, field: string, at: string): void {
    if (part.type === 'text' && (part.citations ?? []).length > 0) {
      this.#writing.warn(`${field}.annotations`, 'dropped', 'Text has no sources here.');
    }
    content.add(part, at, this.#writing);
  }

  #thought({ text, signature, encrypted, extra }: ReasoningPart, field: string): string {
    if (signature !== undefined || encrypted !== undefined) {
      this.#writing.warn(`${field}.reasoning_details`, 'dropped', 'Proofs of thought are not taken.');
    }
    // How a client of OpenAI's dialect wrote it, which this one does not need.
    const { type: _type, ...unknown } = extra?.['openai-chat'] ?? {};
    warnForeign({ ...extra, 'openai-chat': unknown }, field, this.#writing);
    return text;
  }

  #call(call: ToolCallPart, field: string, index: number): CallJson {
    const at = `${field}.tool_calls[${index}]`;
    warnForeign(call.extra, at, this.#writing);
    if (call.signature !== undefined) {
      this.#writing.warn(`${field}.reasoning_details`, 'dropped', 'Proofs of thought are not taken.');
    }
    this.#names.set(call.id, call.name);
    const input = JSON.parse(objectInput(call, at, this.#writing)) as Json;
    return { id: call.id, function: { name: call.name, arguments: input } };
  }

  #result({ callId, name, parts, failed, extra }: ToolResultPart, field: string): void {
    warnForeign(extra, field, this.#writing);
    const content = new Content();
    if (failed) {
      this.#writing.warn(field, 'emulated', 'That the tool failed is told in words.');
      content.say('The tool failed:');
    }
    for (const [index, part] of parts.entries()) {
      const at = `${field}.content[${index}]`;
      if (part.type !== 'provider-part') content.add(part, at, this.#writing);
      else this.#writing.warn(at, 'dropped', `It is a part of the dialect ${part.dialect}.`);
    }
    if (content.images.length > 0) {
      this.#writing.warn(`${field}.content`, 'emulated', 'Images of a tool follow in a message of the user.');
      this.#images.push(...content.images);
    }
    const tool = name ?? this.#names.get(callId);
    this.#out.push({
      role: 'tool',
      content: content.text,
      ...(tool !== undefined && { tool_name: tool }),
      tool_call_id: callId,
    });
  }
}

const imagesOf = ({ images }: Content): Pick<MessageJson, 'images'> => (images.length > 0 ? { images } : {});
