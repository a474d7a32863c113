import { contentOwner } from '../../../../spec/chat/foreign-members.ts';
import type { Message, Part, ReasoningPart } from '../../../../spec/chat/parts.ts';
import { textMark } from '../../../../spec/chat/signed-text.ts';
import type { Fields, Members } from '../../neutral/members.ts';
import { wrongValue } from '../../request-members.ts';
import { CallBook } from './calls.ts';
import { ownExtra, withRest } from './extra.ts';
import { readFile, readInline } from './media.ts';
import { readProof } from './proofs.ts';
import { listOf, wireMembers } from './wire-members.ts';

type Writable<Of> = { -readonly [Member in keyof Of]: Of[Member] };

/** `function` is what results once came as. */
const roles: Readonly<Record<string, Message['role']>> = {
  user: 'user',
  model: 'assistant',
  function: 'user',
  tool: 'user',
  system: 'system',
};

export interface ReadContents {
  readonly messages: readonly Message[];
  /** Where each message begins among the contents. */
  readonly places: readonly number[];
}

/** The system instruction: a text, or a content of texts. */
export function readInstruction(value: unknown): readonly Message[] {
  const path = 'systemInstruction';
  if (value === undefined) return [];
  if (typeof value === 'string')
    return value === '' ? [] : [{ role: 'system', parts: [{ type: 'text', text: value }] }];
  const content = wireMembers(value, path);
  content.take('role');
  const parts = (listOf(content, 'parts') ?? []).map((part, index) => {
    const members = wireMembers(typeof part === 'string' ? { text: part } : part, `${path}.parts[${index}]`);
    const text = members.string('text');
    if (text === undefined) throw wrongValue(members.path, 'the system instruction holds only text');
    return withRest({ type: 'text' as const, text }, members);
  });
  return parts.length === 0 ? [] : [{ role: 'system', parts }];
}

/**
 * The conversation. Contents of the model that follow one another are one message: chats of this dialect's packages keep
 * each chunk of a stream as a content of its own.
 */
export function readContents(values: readonly unknown[]): ReadContents {
  const calls = new CallBook();
  const messages: { role: Message['role']; turn: Turn }[] = [];
  const places: number[] = [];
  for (const [index, value] of values.entries()) {
    const path = `contents[${index}]`;
    const content = wireMembers(typeof value === 'string' ? { parts: [{ text: value }] } : value, path);
    const role = roleOf(content);
    const last = messages.at(-1);
    const turn = last?.role === 'assistant' && role === 'assistant' ? last.turn : new Turn(calls);
    for (const [at, part] of (listOf(content, 'parts') ?? []).entries()) {
      turn.add(typeof part === 'string' ? { text: part } : part, `${path}.parts[${at}]`);
    }
    if (turn === last?.turn) continue;
    messages.push({ role, turn });
    places.push(index);
  }
  const said = messages.map(({ role, turn }) => ({ role, parts: turn.parts }));
  const kept = said.map(({ role, parts }) => role !== 'assistant' || parts.length > 0);
  return { messages: said.filter((_, index) => kept[index]), places: places.filter((_, index) => kept[index]) };
}

function roleOf(content: Members): Message['role'] {
  const role = content.string('role') || 'user';
  if (Object.hasOwn(roles, role)) return roles[role]!;
  throw wrongValue(content.at('role'), 'known are user, model');
}

/** The parts of one message. */
class Turn {
  readonly parts: Part[] = [];
  readonly #calls: CallBook;
  /** Characters of its text. */
  #length = 0;
  /** The thought that the next part may go on with. */
  #thought: Writable<ReasoningPart> | null = null;

  constructor(calls: CallBook) {
    this.#calls = calls;
  }

  add(value: unknown, path: string): void {
    const part = wireMembers(value, path);
    if (part.peek('text') !== undefined) {
      const text = part.required('text', part.string('text'));
      if (part.boolean('thought') === true) this.#think(text, part);
      else this.#say(text, part);
    } else {
      this.#thought = null;
      this.parts.push(this.#other(part, value as Fields));
    }
  }

  #other(part: Members, value: Fields): Part {
    if (part.peek('functionCall') !== undefined) return this.#calls.readCall(part);
    if (part.peek('functionResponse') !== undefined) return this.#calls.readResult(part);
    const media = readInline(part) ?? readFile(part);
    // Code that the model ran, its results, and what else only this dialect goes on with.
    return media ?? { type: 'provider-part', dialect: contentOwner, value };
  }

  /** A thought and its proof may come in pieces. */
  #think(text: string, part: Members): void {
    const proof = readProof(part.string('thoughtSignature'));
    const extra = ownExtra(part.rest());
    const open = this.#thought;
    if (open === null || extra !== undefined) {
      if (text === '' && proof === null) return;
      const thought: Writable<ReasoningPart> = { type: 'reasoning', text, ...proof, ...(extra && { extra }) };
      this.parts.push(thought);
      this.#thought = proof === null ? thought : null;
      return;
    }
    open.text += text;
    if (proof === null) return;
    Object.assign(open, proof);
    this.#thought = null;
  }

  /** The proof of a text stands behind it and says which characters it is of. */
  #say(text: string, part: Members): void {
    const proof = readProof(part.string('thoughtSignature'));
    const start = this.#length;
    this.#length += text.length;
    // A piece of a stream that says nothing goes between nothing.
    if (text !== '') {
      this.#thought = null;
      this.parts.push(withRest({ type: 'text', text }, part));
    }
    if (proof === null) return;
    const place = proof.source === contentOwner ? { id: textMark(start, this.#length) } : {};
    this.parts.push({ type: 'reasoning', text: '', ...proof, ...place });
  }
}
