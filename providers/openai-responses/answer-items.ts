import type { Extra, Message, Part, ReasoningPart, ToolCallPart } from '../../src/spec/chat/parts.ts';
import { writeResponsesCitation } from '../../src/spec/chat/responses-citation.ts';
import { type Fields, isFields } from '../openai-chat/options.ts';
import { callId } from './call-id.ts';
import { OWNER, type ResponsesWriting } from './writing.ts';

/** The items of one message of the assistant, in the order of its parts. Texts that follow each other are one item. */
export class AnswerItems {
  readonly items: Fields[] = [];
  readonly #writing: ResponsesWriting;
  readonly #field: string;
  readonly #extra: Extra | undefined;
  #content: Fields[] = [];
  #calls = 0;
  #contents = 0;

  constructor({ extra }: Message, field: string, writing: ResponsesWriting) {
    this.#writing = writing;
    this.#field = field;
    this.#extra = extra;
  }

  add(part: Part): void {
    const field = `${this.#field}.content[${this.#contents}]`;
    switch (part.type) {
      case 'text': {
        this.#contents++;
        const annotations = (part.citations ?? []).map(writeResponsesCitation);
        const json = { type: 'output_text', text: part.text, annotations };
        this.#content.push(this.#writing.withOwn(json, part.extra, field));
        return;
      }
      case 'refusal':
        this.#contents++;
        this.#content.push({ type: 'refusal', refusal: part.text });
        return;
      case 'reasoning':
        return this.#thought(part);
      case 'tool-call':
        return this.#push(this.#call(part, `${this.#field}.tool_calls[${this.#calls++}]`));
      case 'provider-part':
        this.#contents++;
        if (part.dialect === OWNER) return this.#push(part.value);
        return this.#writing.warn(
          `${this.#field}.content`,
          'dropped',
          `It holds a part of the dialect ${part.dialect}.`,
        );
      default:
        this.#contents++;
        this.#writing.warn(field, 'dropped', 'An earlier answer holds texts, refusals, thoughts and calls.');
    }
  }

  /** What is said so far is an item of its own. */
  close(): void {
    const content = this.#content;
    this.#content = [];
    if (content.length === 0) return;
    const [only] = content;
    const plain = content.length === 1 && isPlain(only!);
    const json = { type: 'message', role: 'assistant', content: plain ? only!.text : content };
    this.items.push(this.#writing.withOwn(json, this.#extra, this.#field));
  }

  #push(item: Fields): void {
    this.close();
    this.items.push(item);
  }

  /** Nothing is kept at the provider, so a thought is known there by what stands in it, not by its id. */
  #thought({ text, encrypted, source, id, extra }: ReasoningPart): void {
    if (source === OWNER && encrypted !== undefined) {
      const summary = text === '' ? [] : [{ type: 'summary_text', text }];
      const own = extra?.[OWNER] ?? {};
      const shown = isFields(own) && own.content !== undefined && own.summary === undefined ? [] : summary;
      const json = { type: 'reasoning', ...(id !== undefined && { id }), summary: shown, encrypted_content: encrypted };
      return this.#push({ ...json, ...own });
    }
    const why =
      source === undefined || source === OWNER
        ? 'Earlier thoughts need their proof.'
        : `It is of the dialect ${source}.`;
    this.#writing.warn(`${this.#field}.reasoning_content`, 'dropped', why);
  }

  #call({ id, name, input, custom, signature, extra }: ToolCallPart, field: string): Fields {
    if (signature !== undefined) {
      this.#writing.warn(`${this.#field}.reasoning_details`, 'dropped', 'Calls have no proof of thought here.');
    }
    const json = custom
      ? { type: 'custom_tool_call', call_id: callId(id), name, input }
      : { type: 'function_call', call_id: callId(id), name, arguments: input.trim() === '' ? '{}' : input };
    return this.#writing.withOwn(json, extra, field);
  }
}

const isPlain = (json: Fields): boolean =>
  json.type === 'output_text' && Object.keys(json).length === 3 && (json.annotations as unknown[]).length === 0;
