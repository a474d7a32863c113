import type { ChoicePart } from '../../../../spec/chat/collect-choice.ts';
import { contentOwner } from '../../../../spec/chat/foreign-members.ts';
import type { Citation } from '../../../../spec/chat/parts.ts';
import { readTextMark } from '../../../../spec/chat/signed-text.ts';
import { type Fields, isFields } from '../../neutral/members.ts';
import { finishWord } from './finish-word.ts';
import { imageParts } from './foreign-media.ts';
import { groundingOf } from './grounding.ts';
import { logprobsJson } from './logprobs-json.ts';
import { PartList } from './part-list.ts';
import { NO_PROOF, writeProof } from './proofs.ts';

type Of<Type extends ChoicePart['type']> = Extract<ChoicePart, { readonly type: Type }>;

interface Call {
  readonly start: Of<'tool-input-start'>;
  input: string;
}

const NOTHING: readonly Fields[] = [];

/** What a candidate says of itself and not in its parts. */
const BESIDE = new Set(['groundingMetadata', 'urlContextMetadata', 'citationMetadata']);

/**
 * One candidate of an answer, chunk by chunk; a whole answer is one chunk. Calls are told whole, in one part each, when
 * the model goes on to something else.
 */
export class CandidateEncoder {
  readonly #index: number;
  #list = new PartList();
  #calls: Call[] = [];
  #citations: Citation[] = [];
  #logprobs: unknown[] = [];
  #beside: Record<string, unknown> = {};
  /** All visible text, for the places of citations. */
  #text = '';
  /** Why there is no answer: the model's own words, or what its provider says of the end. */
  #refusal = '';
  #refused = false;
  #finish: string | null = null;

  constructor(index: number) {
    this.#index = index;
  }

  add(part: ChoicePart): void {
    if (part.type === 'tool-input-start') return void this.#calls.push({ start: part, input: '' });
    if (part.type === 'tool-input-delta') return this.#input(part);
    if (part.type === 'finish') {
      // Calls that come last stand in the last chunk: an older client takes an answer with an empty text in it for none.
      this.#finish = finishWord(part.reason, part.raw);
      this.#refused = part.reason === 'refusal';
      return;
    }
    this.#endCalls();
    switch (part.type) {
      case 'refusal-delta':
        this.#refusal += part.text;
        return;
      case 'text-delta':
        this.#text += part.text;
        return this.#list.text(part.text, false);
      case 'reasoning-delta':
        return this.#list.text(part.text, true);
      case 'reasoning-proof':
        return this.#prove(part);
      case 'citation':
        return void this.#citations.push(part.citation);
      case 'logprobs':
        return void this.#logprobs.push(part.value);
      case 'provider-part':
        return this.#whole(part);
    }
  }

  /** What there is to say before the end, one part a chunk: an older client takes all parts of a chunk for its last. */
  chunks(): readonly Fields[] {
    const { parts } = this.#list;
    if (parts.length === 0) return NOTHING;
    this.#list = new PartList();
    return parts.map(part => this.#chunk(part));
  }

  /** What is left to say, and the last chunk, with what is known only at the end. */
  end(): { readonly before: readonly Fields[]; readonly last: Fields } {
    const parts = this.#rest();
    return { before: parts.slice(0, -1).map(part => this.#chunk(part)), last: this.#last(parts.slice(-1)) };
  }

  /** All of it as one chunk. */
  whole(): Fields {
    return this.#last(this.#rest());
  }

  #rest(): readonly Fields[] {
    this.#endCalls();
    if (!this.#refused) this.#list.text(this.#refusal, false);
    return this.#list.parts;
  }

  #chunk(part: Fields): Fields {
    return { content: { parts: [part], role: 'model' }, index: this.#index, ...this.#probabilities() };
  }

  #last(parts: readonly Fields[]): Fields {
    const grounding = groundingOf(this.#citations, this.#text);
    return {
      content: { parts: parts.length === 0 ? [{ text: '' }] : parts, role: 'model' },
      finishReason: this.#finish ?? 'OTHER',
      ...(this.#refused && this.#refusal !== '' && { finishMessage: this.#refusal }),
      index: this.#index,
      ...this.#probabilities(),
      ...(grounding !== undefined && { groundingMetadata: grounding }),
      ...this.#beside,
    };
  }

  #probabilities(): Fields {
    const logprobsResult = logprobsJson(this.#logprobs);
    this.#logprobs = [];
    return logprobsResult === undefined ? {} : { logprobsResult };
  }

  #input({ index, text }: Of<'tool-input-delta'>): void {
    const call = this.#calls.find(({ start }) => start.index === index);
    if (call === undefined) throw new TypeError(`input for tool call ${index}, which is not open`);
    call.input += text;
  }

  #endCalls(): void {
    for (const { start, input } of this.#calls) {
      const { id, name, custom, signature, source, extra } = start;
      const thoughtSignature =
        signature === undefined ? NO_PROOF : writeProof({ ...(source && { source }), signature });
      this.#list.push({
        ...extra?.[contentOwner],
        functionCall: { id, name, args: custom ? { input } : inputOf(input) },
        thoughtSignature,
      });
    }
    this.#calls = [];
  }

  #prove({ source, signature, encrypted, id }: Of<'reasoning-proof'>): void {
    const proof = signature ?? encrypted;
    const ofText = source === contentOwner && proof !== undefined && readTextMark(id, proof) !== null;
    const said = { source, signature, encrypted, id };
    const given = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
    this.#list.sign(writeProof(given), !ofText);
  }

  #whole({ dialect, value }: Of<'provider-part'>): void {
    if (dialect === contentOwner) return this.#own(value);
    if (dialect === 'openai-chat') for (const part of imageParts(value)) this.#list.push(part);
  }

  #own(value: Fields): void {
    const names = Object.keys(value);
    if (names.every(name => BESIDE.has(name))) Object.assign(this.#beside, value);
    else this.#list.push(value);
  }
}

/** An object, also where the model wrote something else. */
function inputOf(text: string): Fields {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : value === null ? {} : { input: value };
  } catch {
    return { input: text };
  }
}
