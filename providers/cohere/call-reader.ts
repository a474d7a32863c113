import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import { fieldsOf, textOf } from '../openai-chat/answer-fields.ts';
import { type Fields, isFields } from '../openai-chat/options.ts';

const NOTHING: readonly ChatPart[] = [];
/** What the API writes for a call without input. */
const NULL = 'null';

interface OpenCall {
  readonly index: number;
  /** Input that may still turn out to be `null`. */
  held: string;
  said: boolean;
}

/** The calls of one answer, by the place that the API gives them. */
export class CallReader {
  readonly #open = new Map<unknown, OpenCall>();
  #count = 0;

  begin(at: unknown, wire: Fields): readonly ChatPart[] {
    const { name, arguments: input } = fieldsOf(wire.function);
    const before = this.end(at);
    const call: OpenCall = { index: this.#count++, held: '', said: false };
    this.#open.set(at, call);
    const [id, named] = [textOf(wire.id), textOf(name)];
    const start: ChatPart = { type: 'tool-input-start', choice: 0, index: call.index, id, name: named };
    return [...before, start, ...added(call, input)];
  }

  input(at: unknown, input: unknown): readonly ChatPart[] {
    const call = this.#open.get(at);
    if (call === undefined) throw new TypeError('input for a tool call that is not open');
    return added(call, input);
  }

  /** A call without input takes an empty object. */
  end(at: unknown): readonly ChatPart[] {
    const call = this.#open.get(at);
    if (call === undefined) return NOTHING;
    this.#open.delete(at);
    const held = call.held.trim();
    const rest = held === NULL || (held === '' && !call.said) ? '{}' : call.held;
    return rest === '' ? NOTHING : [delta(call, rest)];
  }

  endAll(): readonly ChatPart[] {
    return [...this.#open.keys()].flatMap(at => this.end(at));
  }
}

function added(call: OpenCall, input: unknown): readonly ChatPart[] {
  const text = isFields(input) ? JSON.stringify(input) : textOf(input);
  if (text === '') return NOTHING;
  if (call.said) return [delta(call, text)];
  call.held += text;
  if (NULL.startsWith(call.held.trim())) return NOTHING;
  const said = call.held;
  call.held = '';
  call.said = true;
  return [delta(call, said)];
}

const delta = ({ index }: OpenCall, text: string): ChatPart => ({ type: 'tool-input-delta', choice: 0, index, text });
