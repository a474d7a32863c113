import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import { signedCalls } from '../../src/spec/chat/foreign-members.ts';
import type { CallProof } from '../../src/spec/chat/reasoning-details.ts';
import { fieldsOf, indexOf, textOf } from './answer-fields.ts';
import { type Fields, isFields } from './options.ts';

interface OpenCall {
  readonly index: number;
  id: string;
  name: string;
  /** Input that came before the name. */
  held: string;
  begun: boolean;
}

/**
 * The tool calls of one choice. Servers count them, or send each whole without a number, or give every call the number
 * 0; some repeat id and name in each piece, some send the name after the id.
 */
export class CallDecoder {
  readonly #choice: number;
  readonly #answerId: () => string;
  readonly #calls: OpenCall[] = [];
  /** By the server's number; its last call of that number. */
  readonly #numbered = new Map<number, OpenCall>();

  constructor(choice: number, answerId: () => string) {
    this.#choice = choice;
    this.#answerId = answerId;
  }

  get any(): boolean {
    return this.#calls.length > 0;
  }

  read(value: unknown, proofs: ReadonlyMap<string, CallProof>): readonly ChatPart[] {
    if (!isFields(value)) throw new TypeError('a tool call that is no object');
    const custom = isFields(value.custom);
    const inner = fieldsOf(custom ? value.custom : value.function);
    const call = this.#find(value, textOf(inner.name));
    call.id ||= textOf(value.id);
    call.name ||= textOf(inner.name);
    call.held += inputOf(custom ? inner.input : inner.arguments);
    if (!call.begun && call.name === '') return [];
    const parts = call.begun ? [] : [this.#start(call, value, custom, proofs)];
    if (call.held !== '') {
      parts.push({ type: 'tool-input-delta', choice: this.#choice, index: call.index, text: call.held });
    }
    call.held = '';
    return parts;
  }

  /** The older form: one call without an id. */
  readFunction(call: Fields): readonly ChatPart[] {
    return this.read({ index: 0, function: call }, new Map());
  }

  #find(value: Fields, name: string): OpenCall {
    const id = textOf(value.id);
    const number = indexOf(value.index);
    const known = number === null ? this.#unnumbered(id) : this.#numbered.get(number);
    // Another id and name under a number already used is another call.
    const fresh = known !== undefined && id !== '' && name !== '' && known.id !== '' && known.id !== id;
    if (known !== undefined && !fresh) return known;
    const call = { index: this.#calls.length, id, name: '', held: '', begun: false };
    this.#calls.push(call);
    this.#numbered.set(number ?? call.index, call);
    return call;
  }

  #unnumbered(id: string): OpenCall | undefined {
    return id === '' ? this.#calls.at(-1) : this.#calls.find(call => call.id === id);
  }

  #start(call: OpenCall, value: Fields, custom: boolean, proofs: ReadonlyMap<string, CallProof>): ChatPart {
    call.begun = true;
    call.id ||= `call_${this.#answerId()}_${this.#choice}_${call.index}`;
    const proof = proofs.get(call.id) ?? markOf(value);
    return {
      type: 'tool-input-start',
      choice: this.#choice,
      index: call.index,
      id: call.id,
      name: call.name,
      ...(custom && { custom: true }),
      ...proof,
    };
  }
}

/** JSON text; some servers send the object itself, or null for none. */
const inputOf = (value: unknown): string => (isFields(value) ? JSON.stringify(value) : textOf(value));

function markOf(value: Fields): CallProof | null {
  const owner = fieldsOf(fieldsOf(value.extra_content)[signedCalls.member]);
  const signature = textOf(owner.thought_signature);
  return signature === '' ? null : { signature, source: signedCalls.source };
}
