import { writeAnnotation } from '../../../../spec/chat/annotations.ts';
import type { FinishReason } from '../../../../spec/chat/chat-stream.ts';
import { ChoiceCollector, type ChoicePart } from '../../../../spec/chat/collect-choice.ts';
import type { Citation, ReasoningPart, ToolCallPart } from '../../../../spec/chat/parts.ts';
import { writeReasoningDetails } from '../../../../spec/chat/reasoning-details.ts';
import { finishWord } from '../../../../spec/chat/wire-finish.ts';
import { callMark } from './call-mark.ts';
import { type ProviderPartJson, providerPartJson } from './provider-parts.ts';
import type { CallDelta, Delta } from './wire.ts';

export interface ChoiceJson {
  readonly index: number;
  readonly delta: Delta;
  readonly logprobs: unknown;
  readonly finish_reason: string | null;
}

type Of<Type extends ChoicePart['type']> = Extract<ChoicePart, { readonly type: Type }>;

/**
 * The deltas of one choice. Annotations, `reasoning_details` and `provider_parts` go out once, whole, before the finish: clients that put
 * a message together concatenate lists or keep the last one, and both find the same that way.
 */
export class ChoiceEncoder {
  readonly #index: number;
  readonly #legacy: boolean;
  #begun = false;
  #calls = 0;
  /** The call that the older form has room for. */
  #only: number | null = null;
  #citations: Citation[] = [];
  /** Thoughts and signed calls, for their proofs. */
  #proofs: ChoiceCollector | null = null;
  /** Parts of other dialects, with what of the answer stood before them. */
  #others: ProviderPartJson[] = [];
  #textLength = 0;
  readonly #custom = new Set<number>();

  constructor(index: number, legacy: boolean) {
    this.#index = index;
    this.#legacy = legacy;
  }

  /** The choices of the chunks that say this part, mostly one, often none. */
  encode(part: ChoicePart): readonly ChoiceJson[] {
    switch (part.type) {
      case 'text-delta':
        this.#textLength += part.text.length;
        return part.text === '' ? [] : this.#other({ content: part.text });
      case 'reasoning-delta':
        this.#keep(part);
        return part.text === '' ? [] : [this.#chunk({ reasoning_content: part.text })];
      case 'refusal-delta':
        return part.text === '' ? [] : this.#other({ refusal: part.text });
      case 'reasoning-proof':
        this.#keep(part);
        return [];
      case 'citation':
        this.#citations.push(part.citation);
        this.#proofs?.interrupt();
        return [];
      case 'tool-input-start':
        return this.#call(part);
      case 'tool-input-delta':
        return this.#input(part);
      case 'provider-part':
        return part.dialect === 'openai-chat' ? this.#other(part.value) : this.#foreign(part);
      case 'logprobs':
        return [{ ...this.#chunk({}), logprobs: part.value }];
      case 'finish':
        return [...this.rest(), this.#finish(part.reason)];
    }
  }

  /** What is kept back for the end; also what came after the finish. */
  rest(): readonly ChoiceJson[] {
    const rest: Delta[] = [];
    if (this.#citations.length > 0) rest.push({ annotations: this.#citations.map(writeAnnotation) });
    const parts = this.#proofs?.choice().parts.filter(isProvable) ?? [];
    const details = writeReasoningDetails(parts);
    if (details.length > 0) rest.push({ reasoning_details: details });
    if (this.#others.length > 0) rest.push({ provider_parts: this.#others });
    this.#citations = [];
    this.#proofs = null;
    this.#others = [];
    return rest.map(delta => this.#chunk(delta));
  }

  #foreign(part: Of<'provider-part'>): readonly ChoiceJson[] {
    this.#proofs?.interrupt();
    const thoughts = this.#proofs?.choice().parts.filter(({ type }) => type === 'reasoning').length ?? 0;
    this.#others.push(providerPartJson(part, this.#textLength, thoughts));
    return [];
  }

  #keep(part: ChoicePart): void {
    this.#proofs ??= new ChoiceCollector(this.#index);
    this.#proofs.add(part);
  }

  /** What ends the thought before it. */
  #other(delta: Delta): readonly ChoiceJson[] {
    this.#proofs?.interrupt();
    return [this.#chunk(delta)];
  }

  #chunk(delta: Delta, finish: string | null = null): ChoiceJson {
    const first: Delta = this.#begun ? delta : { role: 'assistant', content: null, ...delta };
    this.#begun = true;
    return { index: this.#index, delta: first, logprobs: null, finish_reason: finish };
  }

  #finish(reason: FinishReason): ChoiceJson {
    const word = finishWord(reason, this.#calls > 0);
    // An answer that says nothing says the empty text.
    const delta: Delta = this.#begun ? {} : { content: '' };
    return this.#chunk(delta, this.#legacy && word === 'tool_calls' ? 'function_call' : word);
  }

  #call(part: Of<'tool-input-start'>): readonly ChoiceJson[] {
    this.#calls++;
    this.#keep(part);
    if (this.#legacy) {
      this.#only ??= part.index;
      return this.#only === part.index ? [this.#chunk({ function_call: { name: part.name, arguments: '' } })] : [];
    }
    const { index, id, name } = part;
    if (part.custom) this.#custom.add(index);
    const said = part.custom
      ? { type: 'custom' as const, custom: { name, input: '' } }
      : { type: 'function' as const, function: { name, arguments: '' } };
    return [this.#chunk({ tool_calls: [{ index, id, ...said, ...callMark(part) }] })];
  }

  #input({ index, text }: Of<'tool-input-delta'>): readonly ChoiceJson[] {
    if (text === '') return [];
    if (this.#legacy) return this.#only === index ? [this.#chunk({ function_call: { arguments: text } })] : [];
    const said: CallDelta = this.#custom.has(index)
      ? { index, custom: { input: text } }
      : { index, function: { arguments: text } };
    return [this.#chunk({ tool_calls: [said] })];
  }
}

const isProvable = (part: { readonly type: string }): part is ReasoningPart | ToolCallPart =>
  part.type === 'reasoning' || part.type === 'tool-call';
