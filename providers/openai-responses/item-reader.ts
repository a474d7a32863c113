import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import { readResponsesCitation } from '../../src/spec/chat/responses-citation.ts';
import { fieldsOf, listOf, textOf } from '../openai-chat/answer-fields.ts';
import { type Fields, isFields } from '../openai-chat/options.ts';
import { OWNER } from './writing.ts';

/** What the items of one answer have in common. */
export interface AnswerState {
  /** Calls of the caller's tools. */
  calls: number;
  /** Searches that the provider did, which it bills. */
  searches: number;
  /** Characters of the answer's text so far. */
  textLength: number;
}

type DeltaType = 'text-delta' | 'refusal-delta' | 'reasoning-delta';

/** Between two parts of one thought. */
const APART = '\n\n';

/**
 * One item of the output. Deltas say it piece by piece; its end says it whole, so that what was not told piece by piece
 * is told then. A whole answer is the end of each item.
 */
export class ItemReader {
  #closed = false;
  /** Number of the call that this item is. */
  #call: number | null = null;
  #thought = false;
  /** Characters told so far, by the place in the item. */
  readonly #told = new Map<string, number>();
  /** Where in the answer's text a content part begins. */
  readonly #offsets = new Map<number, number>();
  readonly #citations = new Map<number, number>();
  readonly #sure = new Set<number>();
  readonly #state: AnswerState;

  constructor(state: AnswerState) {
    this.#state = state;
  }

  begin(item: Fields): readonly ChatPart[] {
    const custom = item.type === 'custom_tool_call';
    if (this.#call !== null || (item.type !== 'function_call' && !custom)) return [];
    const name = textOf(item.name);
    const id = textOf(item.call_id) || textOf(item.id);
    if (name === '') return [];
    this.#call = this.#state.calls++;
    const namespace = textOf(item.namespace);
    return [
      {
        type: 'tool-input-start',
        choice: 0,
        index: this.#call,
        id: id === '' ? `call_${this.#call}` : id,
        name,
        ...(custom && { custom: true }),
        ...(namespace !== '' && { extra: { [OWNER]: { namespace } } }),
      },
    ];
  }

  text(at: number, text: string, logprobs: unknown): readonly ChatPart[] {
    if (!this.#offsets.has(at)) this.#offsets.set(at, this.#state.textLength);
    this.#state.textLength += text.length;
    return [...this.#delta('text-delta', `text${at}`, text), ...this.#logprobs(at, logprobs)];
  }

  refusal(at: number, text: string): readonly ChatPart[] {
    return this.#delta('refusal-delta', `refusal${at}`, text);
  }

  /** `kind`: a summary of the thought, or the thought itself. */
  thought(kind: 'summary' | 'content', at: number, text: string): readonly ChatPart[] {
    const place = kind + at;
    const apart = text !== '' && this.#thought && !this.#told.has(place);
    if (text !== '') this.#thought = true;
    const parts = this.#delta('reasoning-delta', place, text);
    return apart ? [{ type: 'reasoning-delta', choice: 0, text: APART }, ...parts] : parts;
  }

  /** Nothing as long as the call's name is not known; its end says the input then. */
  input(text: string): readonly ChatPart[] {
    if (this.#call === null || text === '') return [];
    this.#told.set('input', (this.#told.get('input') ?? 0) + text.length);
    return [{ type: 'tool-input-delta', choice: 0, index: this.#call, text }];
  }

  citation(at: number, annotation: unknown): readonly ChatPart[] {
    this.#citations.set(at, (this.#citations.get(at) ?? 0) + 1);
    if (!isFields(annotation)) return [];
    const citation = readResponsesCitation(annotation, this.#offsets.get(at) ?? this.#state.textLength);
    return [{ type: 'citation', choice: 0, citation }];
  }

  /** The item as it is at its end. */
  end(item: Fields): readonly ChatPart[] {
    if (this.#closed) return [];
    this.#closed = true;
    switch (item.type) {
      case 'message':
        return listOf(item.content).flatMap((part, at) => this.#content(fieldsOf(part), at));
      case 'reasoning':
        return this.#thoughtEnd(item);
      case 'function_call':
        return [...this.begin(item), ...this.input(this.#rest('input', inputOf(item.arguments)))];
      case 'custom_tool_call':
        return [...this.begin(item), ...this.input(this.#rest('input', textOf(item.input)))];
      default:
        if (item.type === 'web_search_call' && isSearch(item)) this.#state.searches++;
        return [{ type: 'provider-part', choice: 0, dialect: OWNER, value: item }];
    }
  }

  #content(part: Fields, at: number): readonly ChatPart[] {
    if (part.type === 'refusal') return this.refusal(at, this.#rest(`refusal${at}`, textOf(part.refusal)));
    const told = this.#citations.get(at) ?? 0;
    const sure = this.#sure.has(at) ? null : part.logprobs;
    return [
      ...this.text(at, this.#rest(`text${at}`, textOf(part.text)), sure),
      ...listOf(part.annotations)
        .slice(told)
        .flatMap(annotation => this.citation(at, annotation)),
    ];
  }

  #thoughtEnd(item: Fields): readonly ChatPart[] {
    const parts = (['summary', 'content'] as const).flatMap(kind =>
      listOf(item[kind]).flatMap((part, at) =>
        this.thought(kind, at, this.#rest(kind + at, textOf(fieldsOf(part).text))),
      ),
    );
    const [encrypted, id] = [textOf(item.encrypted_content), textOf(item.id)];
    if (encrypted === '') return parts;
    const proof = { source: OWNER, encrypted, ...(id !== '' && { id }) };
    return [...parts, { type: 'reasoning-proof', choice: 0, ...proof }];
  }

  #delta(type: DeltaType, place: string, text: string): readonly ChatPart[] {
    if (text === '') return [];
    this.#told.set(place, (this.#told.get(place) ?? 0) + text.length);
    return [{ type, choice: 0, text }];
  }

  /** In the form of the chat dialect, which clients know. */
  #logprobs(at: number, value: unknown): readonly ChatPart[] {
    const content = listOf(value);
    if (content.length === 0) return [];
    this.#sure.add(at);
    return [{ type: 'logprobs', choice: 0, value: { content } }];
  }

  #rest(place: string, whole: string): string {
    return whole.slice(this.#told.get(place) ?? 0);
  }
}

/** JSON text; some servers send the object itself. */
const inputOf = (value: unknown): string => (isFields(value) ? JSON.stringify(value) : textOf(value));

/** Pages that are opened in a search are not billed. */
const isSearch = (item: Fields): boolean => [undefined, 'search'].includes(fieldsOf(item.action).type as string);
