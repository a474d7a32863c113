import type { Message, ReasoningPart, ToolCallPart } from '../../src/spec/chat/parts.ts';
import { cutText, readTextMark, type SignedText } from '../../src/spec/chat/signed-text.ts';
import { isFields } from './fields.ts';
import { encodeToolName } from './tool-names.ts';
import { type Place, placesOf, saidPart, type WirePart } from './user-parts.ts';
import { ownExtra, type Warn } from './warn.ts';

/** What the model said in one message, every proof of thought at the part it came with. */
export function modelParts(message: Message, field: string, warn: Warn): readonly WirePart[] {
  return new ModelTurn(message, field, warn).parts();
}

class ModelTurn {
  readonly #message: Message;
  readonly #field: string;
  readonly #warn: Warn;
  readonly #texts: readonly SignedText[];
  readonly #length: number;
  /** Thoughts of this model, as far as anything in the message proves it. */
  readonly #own: boolean;
  #offset = 0;

  constructor(message: Message, field: string, warn: Warn) {
    this.#message = message;
    this.#field = field;
    this.#warn = warn;
    const { parts } = message;
    this.#own = parts.some(part => 'source' in part && part.source === 'gemini');
    this.#length = parts.reduce((length, part) => length + (part.type === 'text' ? part.text.length : 0), 0);
    this.#texts = fitting(
      parts.flatMap(part => (part.type === 'reasoning' ? (proofOfText(part) ?? []) : [])),
      this.#length,
    );
  }

  parts(): readonly WirePart[] {
    const places = placesOf(this.#message.parts, this.#field);
    return this.#message.parts.flatMap((part, index) => {
      const place = places[index]!;
      switch (part.type) {
        case 'reasoning':
          return this.#thought(part);
        case 'tool-call':
          return [this.#call(part, place)];
        case 'tool-result':
          return [];
        case 'text':
          return this.#text(part.text, saidPart(part, place, this.#warn));
        default:
          return saidPart(part, place, this.#warn) ?? [];
      }
    });
  }

  #thought(part: ReasoningPart): readonly WirePart[] {
    const { text, source } = part;
    const proof = part.signature ?? part.encrypted;
    if (!this.#own || (source !== undefined && source !== 'gemini')) {
      const [member, why] = proof ? ['details', 'of another provider'] : ['content', 'without a signature'];
      this.#warn(`${this.#field}.reasoning_${member}`, 'dropped', `Thoughts ${why} are not taken.`);
      return [];
    }
    const ofText = proofOfText(part);
    const thought = {
      text,
      thought: true,
      ...(proof !== undefined && ofText === null && { thoughtSignature: proof }),
    };
    // There is no text that could bear it.
    const empty = ofText !== null && this.#length === 0 ? [{ text: '', thoughtSignature: ofText.signature }] : [];
    return text === '' ? empty : [thought, ...empty];
  }

  #text(text: string, wire: WirePart | null): readonly WirePart[] {
    if (text === '') return [];
    const pieces = cutText(text, this.#offset, this.#texts);
    this.#offset += text.length;
    return pieces.map(piece => ({
      ...wire,
      text: piece.text,
      ...(piece.signature !== undefined && { thoughtSignature: piece.signature }),
    }));
  }

  #call(part: ToolCallPart, place: Place): WirePart {
    const { id, name, signature, source } = part;
    const foreign = signature !== undefined && source !== 'gemini';
    if (foreign) {
      this.#warn(`${this.#field}.reasoning_details`, 'dropped', 'Thoughts of another provider are not taken.');
    }
    return {
      ...ownExtra(part.extra, place.part, this.#warn),
      functionCall: { id, name: encodeToolName(name), args: this.#args(part, place) },
      ...(signature !== undefined && !foreign && { thoughtSignature: signature }),
    };
  }

  #args({ input, custom }: ToolCallPart, place: Place): Record<string, unknown> {
    const parsed = custom ? undefined : parseInput(input);
    if (isFields(parsed)) return parsed;
    this.#warn(place.part, 'approximated', 'Input that is no JSON object is put into one.');
    return { input: parsed ?? input };
  }
}

function proofOfText({ signature, encrypted, source, id, text }: ReasoningPart): SignedText | null {
  const proof = signature ?? encrypted;
  if (proof === undefined || source !== 'gemini') return null;
  // A proof that says nothing of its place and proves no thought is one of the answer as a whole.
  const whole = text === '' ? { start: 0, end: Number.MAX_SAFE_INTEGER, signature: proof } : null;
  return readTextMark(id, proof) ?? whole;
}

/** A client may have changed the text; then a proof belongs to all of it. */
const fitting = (proofs: readonly SignedText[], length: number): readonly SignedText[] =>
  proofs.every(({ end }) => end <= length)
    ? proofs
    : proofs.slice(-1).map(proof => ({ ...proof, start: 0, end: length }));

/** Undefined where it is no JSON: models write such inputs, and clients send them back. */
function parseInput(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
