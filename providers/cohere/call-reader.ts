import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import { fieldsOf, textOf } from '../openai-chat/answer-fields.ts';
import { type Fields, isFields } from '../openai-chat/options.ts';

const NOTHING: readonly ChatPart[] = [];
/** What the API writes for a call without input. */
const NULL = 'null';

/** The calls of one answer, one after the other. */
export class CallReader {
  #index = -1;
  #open = false;
  /** Input that may still turn out to be `null`. */
  #held = '';
  #said = false;
  readonly #indices = new Map<unknown, number>();

  begin(at: unknown, call: Fields): readonly ChatPart[] {
    const { name, arguments: input } = fieldsOf(call.function);
    const ended = this.end();
    this.#index++;
    this.#indices.set(at, this.#index);
    this.#open = true;
    const start: ChatPart = {
      type: 'tool-input-start',
      choice: 0,
      index: this.#index,
      id: textOf(call.id),
      name: textOf(name),
    };
    return [...ended, start, ...this.#add(input)];
  }

  input(at: unknown, input: unknown): readonly ChatPart[] {
    if (!this.#open || (this.#indices.get(at) ?? this.#index) !== this.#index) {
      throw new TypeError('input for a tool call that is not open');
    }
    return this.#add(input);
  }

  /** A call without input takes an empty object. */
  end(): readonly ChatPart[] {
    if (!this.#open) return NOTHING;
    const held = this.#held.trim();
    const rest = held === NULL || (held === '' && !this.#said) ? '{}' : this.#held;
    this.#open = false;
    this.#held = '';
    this.#said = false;
    return rest === '' ? NOTHING : [this.#delta(rest)];
  }

  #add(input: unknown): readonly ChatPart[] {
    const text = isFields(input) ? JSON.stringify(input) : textOf(input);
    if (text === '') return NOTHING;
    if (this.#said) return [this.#delta(text)];
    this.#held += text;
    if (NULL.startsWith(this.#held.trim())) return NOTHING;
    const said = this.#held;
    this.#held = '';
    this.#said = true;
    return [this.#delta(said)];
  }

  #delta(text: string): ChatPart {
    return { type: 'tool-input-delta', choice: 0, index: this.#index, text };
  }
}
