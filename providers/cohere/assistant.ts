import type { Message, Part, ReasoningPart, TextPart, ToolCallPart } from '../../src/spec/chat/parts.ts';
import { objectInput } from '../object-input.ts';
import type { Writing } from '../openai-chat/options.ts';
import { citationsJson } from './citation-json.ts';
import { plain } from './content.ts';
import type { ModelFacts } from './models.ts';
import { warnForeign } from './own-members.ts';
import type { AssistantJson, CallJson, CitationJson, TextJson, ThinkingJson } from './wire.ts';

interface Place {
  readonly field: string;
  readonly facts: ModelFacts;
  readonly writing: Writing;
}

/** An earlier answer; null when nothing of it is left, since the API takes no empty one. */
export function assistantJson(message: Message, place: Place): AssistantJson | null {
  const { field, writing } = place;
  const answer = new EarlierAnswer(
    place,
    message.parts.some(({ type }) => type === 'tool-call'),
  );
  warnForeign(message.extra, field, writing);
  for (const [index, part] of message.parts.entries()) answer.add(part, `${field}.content[${index}]`);
  const json = answer.json();
  if (json === null) writing.warn(field, 'dropped', 'An empty answer is not taken.');
  return json;
}

class EarlierAnswer {
  readonly #place: Place;
  readonly #hasCalls: boolean;
  readonly #content: (TextJson | ThinkingJson)[] = [];
  readonly #calls: CallJson[] = [];
  readonly #citations: CitationJson[] = [];
  #plan = '';
  #textLength = 0;

  constructor(place: Place, hasCalls: boolean) {
    this.#place = place;
    this.#hasCalls = hasCalls;
  }

  add(part: Part, field: string): void {
    switch (part.type) {
      case 'text':
        return this.#text(part, field);
      case 'refusal':
        return this.#text({ type: 'text', text: part.text }, field);
      case 'reasoning':
        return this.#thought(part);
      case 'tool-call':
        return this.#call(part);
      default:
        this.#place.writing.warn(field, 'dropped', 'An earlier answer holds text alone.');
    }
  }

  json(): AssistantJson | null {
    const [content, tool_calls, citations] = [this.#content, this.#calls, this.#citations];
    if (content.length + tool_calls.length === 0) return null;
    return {
      role: 'assistant',
      ...(this.#plan !== '' && { tool_plan: this.#plan }),
      ...(content.length > 0 && { content: plain(content) }),
      ...(tool_calls.length > 0 && { tool_calls }),
      ...(citations.length > 0 && { citations }),
    };
  }

  #text(part: TextPart, at: string): void {
    const { field, writing } = this.#place;
    warnForeign(part.extra, at, writing);
    if (part.text === '') return;
    const place = { field, index: this.#content.length, before: this.#textLength };
    this.#citations.push(...citationsJson(part, place, writing));
    this.#content.push({ type: 'text', text: part.text });
    this.#textLength += part.text.length;
  }

  /** What a model that does not think wrote before its calls was its plan. No thought has a proof here. */
  #thought({ text, signature, encrypted, extra }: ReasoningPart): void {
    const { field, facts, writing } = this.#place;
    if (signature !== undefined || encrypted !== undefined) {
      writing.warn(`${field}.reasoning_details`, 'dropped', 'Proofs of thought are not taken.');
    }
    // How a client of OpenAI's dialect wrote it, which this one does not need.
    const { type: _type, ...unknown } = extra?.['openai-chat'] ?? {};
    warnForeign({ ...extra, 'openai-chat': unknown }, field, writing);
    if (text === '') return;
    if (facts.thinks) this.#content.push({ type: 'thinking', thinking: text });
    else if (this.#hasCalls) this.#plan += text;
    else writing.warn(`${field}.reasoning_content`, 'dropped', 'This model does not think.');
  }

  #call(call: ToolCallPart): void {
    const { field, writing } = this.#place;
    const at = `${field}.tool_calls[${this.#calls.length}]`;
    warnForeign(call.extra, at, writing);
    if (call.signature !== undefined) {
      writing.warn(`${field}.reasoning_details`, 'dropped', 'Proofs of thought are not taken.');
    }
    const input = objectInput(call, at, writing);
    this.#calls.push({ id: call.id, type: 'function', function: { name: call.name, arguments: input } });
  }
}
