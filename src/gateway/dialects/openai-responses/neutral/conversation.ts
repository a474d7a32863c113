import type { Message, Part } from '../../../../spec/chat/parts.ts';
import type { Fields } from '../../neutral/members.ts';
import type { Proof } from '../../neutral/proofs.ts';
import { ownExtra } from './extra.ts';

type Writable<Of> = { -readonly [Member in keyof Of]: Of[Member] };

/** A message with the places in the client's request that its parts come from, part by part. */
export interface PlacedMessage {
  readonly message: Message;
  /** Paths such as `input[2].content[0]`. */
  readonly places: readonly string[];
}

interface Open {
  readonly message: Writable<Message> & { parts: Part[] };
  readonly places: string[];
}

/**
 * Puts items together to messages. What the model says in one go stands in several items here and in one message
 * elsewhere: its thoughts, its words and its calls.
 */
export class Conversation {
  readonly #all: Open[] = [];
  /** Proofs of thoughts behind tool calls, by the call's id. */
  readonly #callProofs = new Map<string, Proof>();
  #answer: Open | null = null;

  /** Something that the model said; it goes on with what it said just before. */
  said(parts: readonly Part[], places: readonly string[], rest?: Fields): void {
    this.#answer ??= this.#begin('assistant');
    this.#answer.message.parts.push(...parts);
    this.#answer.places.push(...places);
    const extra = ownExtra(rest);
    if (extra !== undefined) this.#answer.message.extra = extra;
  }

  /** A message of somebody else. */
  add(role: Message['role'], parts: readonly Part[], places: readonly string[], rest?: Fields): void {
    this.#answer = null;
    const extra = ownExtra(rest);
    const open = this.#begin(role);
    open.message.parts.push(...parts);
    open.places.push(...places);
    if (extra !== undefined) open.message.extra = extra;
  }

  proof(callId: string, proof: Proof): void {
    this.#callProofs.set(callId, proof);
  }

  messages(): readonly PlacedMessage[] {
    if (this.#callProofs.size === 0) return this.#all;
    return this.#all.map(({ message, places }) => ({
      places,
      message: { ...message, parts: message.parts.map(part => this.#proven(part)) },
    }));
  }

  #begin(role: Message['role']): Open {
    const open: Open = { message: { role, parts: [] }, places: [] };
    this.#all.push(open);
    return open;
  }

  #proven(part: Part): Part {
    const proof = part.type === 'tool-call' ? this.#callProofs.get(part.id) : undefined;
    if (proof?.signature === undefined) return part;
    const { signature, source } = proof;
    return { ...part, signature, ...(source !== undefined && { source }) } as Part;
  }
}
