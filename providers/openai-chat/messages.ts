import { writeAnnotation } from '../../src/spec/chat/annotations.ts';
import { signedCalls } from '../../src/spec/chat/foreign-members.ts';
import type { Message, Part, ReasoningPart, ToolCallPart, ToolResultPart } from '../../src/spec/chat/parts.ts';
import { writeReasoningDetails } from '../../src/spec/chat/reasoning-details.ts';
import { type ContentPart, contentJson, contentOf, isContent } from './content.ts';
import { type Fields, merged, type Writing } from './options.ts';

export function messagesJson(messages: readonly Message[], writing: Writing): readonly Fields[] {
  const writer = new MessagesWriter(writing);
  for (const [index, message] of messages.entries()) writer.add(message, `messages[${index}]`);
  return writer.done();
}

class MessagesWriter {
  readonly #writing: Writing;
  readonly #out: Fields[] = [];
  /** Media of tool results, which stand after the last result of their turn. */
  #media: Fields[] = [];

  constructor(writing: Writing) {
    this.#writing = writing;
  }

  add(message: Message, field: string): void {
    const results = message.parts.filter(part => part.type === 'tool-result');
    for (const result of results) this.#result(result, message, field);
    const parts = message.parts.filter(part => part.type !== 'tool-result');
    if (parts.length === 0 && results.length > 0) return;
    this.#flush();
    if (this.#onlyForeign(parts, field)) return;
    const json = message.role === 'assistant' ? this.#assistant(parts, field) : this.#plain(parts, field);
    const role = message.role === 'tool' ? 'user' : message.role;
    const named = { role, ...json, ...(message.name !== undefined && { name: message.name }) };
    this.#out.push(this.#writing.withExtra(named, message.extra, field));
  }

  /** Nothing that can be said is left of it. */
  #onlyForeign(parts: readonly Part[], field: string): boolean {
    const foreign = (part: Part) => part.type === 'provider-part' && part.dialect !== 'openai-chat';
    if (parts.length === 0 || !parts.every(foreign)) return false;
    this.#writing.warn(field, 'dropped', 'All of it is of another dialect.');
    return true;
  }

  done(): readonly Fields[] {
    this.#flush();
    return this.#out;
  }

  #flush(): void {
    if (this.#media.length > 0) this.#out.push({ role: 'user', content: this.#media });
    this.#media = [];
  }

  #plain(parts: readonly Part[], field: string): Fields {
    const known = parts.filter(isContent);
    if (known.length < parts.length) {
      this.#writing.warn(`${field}.content`, 'dropped', 'Only an assistant thinks, refuses and calls.');
    }
    return { content: contentOf(known, field, this.#writing) };
  }

  #result(part: ToolResultPart, message: Message, field: string): void {
    const writing = this.#writing;
    const content = part.parts.filter(isContent);
    const inline = content.filter(inner => inner.type === 'text' || writing.options.toolMedia === true);
    const later = content.filter(inner => !inline.includes(inner));
    for (const inner of part.parts) {
      if (inner.type !== 'provider-part') continue;
      writing.warn(`${field}.content`, 'dropped', `It holds a part of the dialect ${inner.dialect}.`);
    }
    if (part.failed) writing.warn(field, 'dropped', 'That a tool failed has no member of its own.');
    if (later.length > 0) {
      writing.warn(`${field}.content`, 'emulated', 'Images and files of a tool follow in a message of the user.');
      this.#media.push(...later.map((inner, index) => contentJson(inner, `${field}.content[${index}]`, writing)));
    }
    const json = {
      role: 'tool',
      tool_call_id: part.callId,
      content: inline.length === 0 ? '' : contentOf(inline, field, writing),
      ...(part.name !== undefined && { name: part.name }),
    };
    const own = writing.withExtra(json, part.extra, field);
    this.#out.push(message.role === 'tool' ? writing.withExtra(own, message.extra, field) : own);
  }

  #assistant(parts: readonly Part[], field: string): Fields {
    const of = <Type extends Part['type']>(type: Type) =>
      parts.filter((part): part is Extract<Part, { type: Type }> => part.type === type);
    const calls = of('tool-call');
    const kept = of('provider-part').filter(({ dialect }) => dialect === 'openai-chat');
    for (const { dialect } of of('provider-part')) {
      if (dialect === 'openai-chat') continue;
      this.#writing.warn(`${field}.content`, 'dropped', `It holds a part of the dialect ${dialect}.`);
    }
    const refusals = of('refusal').map(part => part.text);
    const texts = of('text');
    const annotations = texts.flatMap(part => part.citations ?? []).map(writeAnnotation);
    const audio = of('audio').find(part => part.media.type === 'id')?.media;
    const content = parts.filter(part => isContent(part) && part.type !== 'audio') as readonly ContentPart[];
    return {
      content: content.length === 0 ? null : contentOf(content, field, this.#writing, ''),
      ...(refusals.length > 0 && { refusal: refusals.join('') }),
      ...(annotations.length > 0 && { annotations }),
      ...(audio?.type === 'id' && { audio: { id: audio.id } }),
      ...this.#thoughts(of('reasoning'), calls, field),
      ...(calls.length > 0 && {
        tool_calls: calls.map((call, index) => this.#call(call, `${field}.tool_calls[${index}]`)),
      }),
      ...Object.assign({}, ...kept.map(({ value }) => value)),
    };
  }

  #thoughts(thoughts: readonly ReasoningPart[], calls: readonly ToolCallPart[], field: string): Fields {
    const { thoughts: taken = 'text' } = this.#writing.options;
    const text = thoughts.map(part => part.text).join('');
    const details = writeReasoningDetails([...thoughts, ...calls]);
    if (taken === 'none' && text !== '') {
      this.#writing.warn(`${field}.reasoning_content`, 'dropped', 'Earlier thoughts are not taken.');
    }
    if (taken !== 'details' && details.length > 0) {
      this.#writing.warn(`${field}.reasoning_details`, 'dropped', 'Proofs of thought are not taken.');
    }
    return {
      ...(taken !== 'none' && text !== '' && { reasoning_content: text }),
      ...(taken === 'details' && details.length > 0 && { reasoning_details: details }),
    };
  }

  #call(call: ToolCallPart, field: string): Fields {
    const { id, name, input } = call;
    const said = call.custom
      ? { id, type: 'custom', custom: { name, input } }
      : { id, type: 'function', function: { name, arguments: input } };
    const json = this.#writing.withExtra(said, call.extra, field);
    const { extensions, thoughts } = this.#writing.options;
    const signed = call.signature !== undefined && call.source === signedCalls.source;
    // Where details are taken, they say it.
    if (!signed || thoughts === 'details' || !extensions?.includes(signedCalls.source)) return json;
    const mark = { extra_content: { [signedCalls.member]: { thought_signature: call.signature } } };
    return merged(json, mark);
  }
}
