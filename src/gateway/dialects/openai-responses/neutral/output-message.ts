import type { Citation } from '../../../../spec/chat/parts.ts';
import { writeResponsesCitation } from '../../../../spec/chat/responses-citation.ts';
import { type Fields, isFields } from '../../neutral/members.ts';
import type { Item, OutputList } from './output-list.ts';

type ContentPart = { type: 'output_text'; text: string; annotations: unknown[]; logprobs: unknown[] } | Refusal;
interface Refusal {
  type: 'refusal';
  refusal: string;
}

/** The message that is being written: texts and refusals, one open at a time. */
export class OutputMessage {
  /** Something was refused in words. */
  refused = false;
  readonly #list: OutputList;
  #item: (Item & { content: ContentPart[] }) | null = null;
  #at = 0;
  #part: ContentPart | null = null;
  /** Of a delta, up to its number. */
  #head = '';
  /** How sure the model was of what is not yet written. */
  #logprobs: unknown[] = [];

  constructor(list: OutputList) {
    this.#list = list;
  }

  say(text: string): void {
    if (text === '') return;
    const part = this.#text();
    part.text += text;
    this.#list.sink.delta('response.output_text.delta', this.#head, text);
  }

  refuse(text: string): void {
    if (text === '') return;
    this.refused = true;
    const part = this.#part?.type === 'refusal' ? this.#part : this.#begin<Refusal>({ type: 'refusal', refusal: '' });
    part.refusal += text;
    this.#list.sink.delta('response.refusal.delta', this.#head, text);
  }

  cite(citation: Citation): void {
    const part = this.#text();
    const annotation = writeResponsesCitation(citation);
    part.annotations.push(annotation);
    this.#list.sink.event('response.output_text.annotation.added', {
      ...this.#place(),
      annotation_index: part.annotations.length - 1,
      annotation,
    });
  }

  /** In the form of OpenAI's chat dialect; any other one cannot be told. */
  sure(value: unknown): void {
    const entries = isFields(value) ? value.content : null;
    if (!Array.isArray(entries)) return;
    const told = entries.filter(isFields).map(logprobJson);
    if (this.#part?.type === 'output_text') this.#part.logprobs.push(...told);
    else this.#logprobs.push(...told);
  }

  /** Whatever follows is another item. */
  close(status: 'completed' | 'incomplete' = 'completed'): void {
    if (this.#item === null) return;
    this.#closePart();
    this.#item.status = status;
    this.#list.done(this.#at);
    this.#item = null;
  }

  #text(): Extract<ContentPart, { type: 'output_text' }> {
    if (this.#part?.type === 'output_text') return this.#part;
    const logprobs = this.#logprobs;
    this.#logprobs = [];
    return this.#begin({ type: 'output_text', annotations: [], logprobs, text: '' });
  }

  #begin<Part extends ContentPart>(part: Part): Part {
    this.#closePart();
    const item = this.#item ?? this.#open();
    const place = { item_id: item.id, output_index: this.#at, content_index: item.content.length };
    const text = part.type === 'output_text';
    const type = text ? 'response.output_text.delta' : 'response.refusal.delta';
    this.#head = JSON.stringify({ type, ...place, ...(text && { logprobs: [] }) }).slice(0, -1);
    item.content.push(part);
    this.#part = part;
    this.#list.sink.event('response.content_part.added', { ...place, part });
    return part;
  }

  #open(): Item & { content: ContentPart[] } {
    const id = this.#list.nextId('msg');
    const item = { type: 'message', id, status: 'in_progress', role: 'assistant', content: [] as ContentPart[] };
    this.#at = this.#list.add(item);
    this.#item = item;
    return item;
  }

  #place() {
    const item = this.#item!;
    return { item_id: item.id, output_index: this.#at, content_index: item.content.length - 1 };
  }

  #closePart(): void {
    const part = this.#part;
    if (part === null) return;
    this.#part = null;
    const { sink } = this.#list;
    const place = this.#place();
    if (part.type === 'refusal') sink.event('response.refusal.done', { ...place, refusal: part.refusal });
    else sink.event('response.output_text.done', { ...place, text: part.text, logprobs: part.logprobs });
    sink.event('response.content_part.done', { ...place, part });
  }
}

/** Members that this dialect wants even where they say nothing. */
const logprobJson = (entry: Fields): Fields => ({ bytes: [], top_logprobs: [], ...entry });
