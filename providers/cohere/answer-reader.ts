import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import { fieldsOf, listOf, textOf } from '../openai-chat/answer-fields.ts';
import type { Fields } from '../openai-chat/options.ts';
import { CallReader } from './call-reader.ts';
import { citationsOf } from './citation-parts.ts';
import { failureOf, finishPart } from './finish.ts';
import { logprobsOf } from './logprobs.ts';
import { usagePart } from './usage.ts';

interface Block {
  /** Where its text begins in the text of the answer. */
  readonly base: number;
  text: string;
}

const NOTHING: readonly ChatPart[] = [];

/** Makes parts of an answer, which comes whole or in events. Both are told to it in the same steps. */
export class AnswerReader {
  readonly #calls = new CallReader();
  readonly #blocks = new Map<unknown, Block>();
  #length = 0;
  /** Sources of thoughts and plans that came before any text, to which a source belongs here. */
  #early: readonly ChatPart[] = NOTHING;
  #ended = false;
  #failed = false;

  /** The provider said how the answer ends. */
  get ended(): boolean {
    return this.#ended;
  }

  /** It has ended, and not by an error. */
  get complete(): boolean {
    return this.#ended && !this.#failed;
  }

  start(id: unknown): readonly ChatPart[] {
    return [{ type: 'start', ...(textOf(id) !== '' && { id: textOf(id) }) }];
  }

  /** What the model means to do with its tools. */
  plan(text: unknown): readonly ChatPart[] {
    return textOf(text) === '' ? NOTHING : [{ type: 'reasoning-delta', choice: 0, text: textOf(text) }];
  }

  /** A block of content, or a piece of one. */
  content(index: unknown, { text, thinking }: Fields, logprobs: unknown): readonly ChatPart[] {
    const value = logprobsOf(logprobs);
    return [
      ...this.plan(thinking),
      ...this.#text(index, textOf(text)),
      ...(value === null ? NOTHING : [{ type: 'logprobs' as const, choice: 0, value }]),
    ];
  }

  citations(wire: unknown): readonly ChatPart[] {
    const all = Array.isArray(wire) ? wire : [wire];
    return all.flatMap(citation => this.#citation(fieldsOf(citation)));
  }

  call(index: unknown, wire: unknown): readonly ChatPart[] {
    return this.#calls.begin(index, callOf(wire));
  }

  callInput(index: unknown, wire: unknown): readonly ChatPart[] {
    return this.#calls.input(index, fieldsOf(callOf(wire).function).arguments);
  }

  callEnd(index: unknown): readonly ChatPart[] {
    return this.#calls.end(index);
  }

  finish(word: unknown, usage: unknown, error: unknown): readonly ChatPart[] {
    this.#ended = true;
    const failure = failureOf(textOf(word), textOf(error));
    if (failure !== null) {
      this.#failed = true;
      return [{ type: 'error', error: failure }];
    }
    const rest = [...this.#calls.endAll(), ...this.#early];
    this.#early = NOTHING;
    return [...rest, finishPart(textOf(word)), usagePart(usage)];
  }

  #text(index: unknown, text: string): readonly ChatPart[] {
    if (text === '') return NOTHING;
    const block = this.#blocks.get(index) ?? { base: this.#length, text: '' };
    this.#blocks.set(index, block);
    block.text += text;
    this.#length += text.length;
    const early = this.#early;
    this.#early = NOTHING;
    return [{ type: 'text-delta', choice: 0, text }, ...early];
  }

  #citation(wire: Fields): readonly ChatPart[] {
    const ofText = textOf(wire.type) === '' || wire.type === 'TEXT_CONTENT';
    const block = ofText ? (this.#blocks.get(wire.content_index) ?? this.#only()) : undefined;
    const parts = citationsOf(wire, block?.text ?? '', block?.base ?? 0).map(
      (citation): ChatPart => ({ type: 'citation', choice: 0, citation }),
    );
    if (this.#length > 0) return parts;
    this.#early = [...this.#early, ...parts];
    return NOTHING;
  }

  /** Older answers do not name the block. */
  #only(): Block | undefined {
    return this.#blocks.values().next().value;
  }
}

/** One call, which some events put into a list. */
const callOf = (wire: unknown): Fields => fieldsOf(Array.isArray(wire) ? listOf(wire)[0] : wire);
