import type { ChatPart, FinishReason } from './chat-stream.ts';
import type { AnswerPart, CollectedChoice } from './collect.ts';
import type { Citation, Extra, ReasoningPart, RefusalPart, TextPart, ToolCallPart } from './parts.ts';

type Writable<Part> = { -readonly [Member in keyof Part]: Part[Member] };
type OpenPart = Writable<TextPart> | Writable<ReasoningPart> | Writable<RefusalPart>;
/** The parts of a stream that belong to one choice. */
export type ChoicePart = Extract<ChatPart, { readonly choice: number }>;
type Of<Type extends ChoicePart['type']> = Extract<ChoicePart, { readonly type: Type }>;

/**
 * Puts the parts of one choice together. Deltas that follow each other are one part. Deltas of a tool call find their
 * call by its index, since some providers write several calls at once.
 */
export class ChoiceCollector {
  readonly #index: number;
  readonly #parts: AnswerPart[] = [];
  readonly #calls = new Map<number, Writable<ToolCallPart>>();
  readonly #logprobs: unknown[] = [];
  /** The part that a delta of its kind continues. */
  #open: OpenPart | null = null;
  #finish: FinishReason | null = null;
  #raw: string | undefined;
  #stopSequence: string | undefined;

  constructor(index: number) {
    this.#index = index;
  }

  add(part: ChoicePart): void {
    switch (part.type) {
      case 'text-delta':
        return this.#text(part.text, part.extra);
      case 'citation':
        return this.#citation(part.citation);
      case 'reasoning-delta':
        if (part.text !== '') this.#reasoning().text += part.text;
        return;
      case 'reasoning-proof':
        return this.#proof(part);
      case 'refusal-delta':
        if (part.text !== '') this.#refusal().text += part.text;
        return;
      case 'tool-input-start':
        return this.#call(part);
      case 'tool-input-delta':
        return this.#input(part);
      case 'provider-part':
        return this.#push({ type: 'provider-part', dialect: part.dialect, value: part.value });
      case 'logprobs':
        this.#logprobs.push(part.value);
        return;
      case 'finish':
        this.#finish = part.reason;
        this.#raw = part.raw;
        this.#stopSequence = part.stopSequence;
    }
  }

  /** A part that is not added here came between. */
  interrupt(): void {
    this.#open = null;
  }

  choice(): CollectedChoice {
    return {
      index: this.#index,
      parts: this.#parts,
      logprobs: this.#logprobs,
      finish: this.#finish,
      ...(this.#raw !== undefined && { raw: this.#raw }),
      ...(this.#stopSequence !== undefined && { stopSequence: this.#stopSequence }),
    };
  }

  #push(part: AnswerPart): void {
    this.#open = null;
    this.#parts.push(part);
  }

  #begin<Part extends OpenPart>(part: Part): Part {
    this.#parts.push(part);
    this.#open = part;
    return part;
  }

  #openText(): Writable<TextPart> {
    return this.#open?.type === 'text' ? this.#open : this.#begin({ type: 'text', text: '' });
  }

  #text(text: string, extra: Extra | undefined): void {
    if (text === '' && extra === undefined) return;
    const part = this.#openText();
    part.text += text;
    if (extra !== undefined) part.extra = { ...part.extra, ...extra };
  }

  #citation(citation: Citation): void {
    const part = this.#openText();
    part.citations = [...(part.citations ?? []), citation];
  }

  #reasoning(): Writable<ReasoningPart> {
    return this.#open?.type === 'reasoning' ? this.#open : this.#begin({ type: 'reasoning', text: '' });
  }

  #proof({ type: _type, choice: _choice, ...proof }: Of<'reasoning-proof'>): void {
    Object.assign(this.#reasoning(), proof);
    this.#open = null;
  }

  #refusal(): Writable<RefusalPart> {
    return this.#open?.type === 'refusal' ? this.#open : this.#begin({ type: 'refusal', text: '' });
  }

  #call({ type: _type, choice: _choice, index, ...call }: Of<'tool-input-start'>): void {
    const part: Writable<ToolCallPart> = { type: 'tool-call', ...call, input: '' };
    this.#calls.set(index, part);
    this.#push(part);
  }

  #input({ index, text }: Of<'tool-input-delta'>): void {
    const call = this.#calls.get(index);
    if (call === undefined) throw new TypeError(`input for tool call ${index}, which has not begun`);
    call.input += text;
    this.#open = null;
  }
}
