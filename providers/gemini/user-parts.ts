import type { Part as WirePart } from '@google/genai';
import type { Part, TextPart } from '../../src/spec/chat/parts.ts';
import { mediaPart } from './media.ts';
import { ownExtra, type Warn } from './warn.ts';

export type { WirePart };

/** Where a part stands in the caller's request. */
export interface Place {
  readonly message: string;
  readonly part: string;
}

/** Parts that both sides of a conversation may say. */
export type SaidPart = Exclude<Part, { type: 'reasoning' | 'tool-call' | 'tool-result' }>;

type Convert<Kind extends SaidPart['type']> = (
  part: Extract<SaidPart, { type: Kind }>,
  place: Place,
  warn: Warn,
) => WirePart | null;

const kinds: { readonly [Kind in SaidPart['type']]: Convert<Kind> } = {
  text: textPart,
  image: (part, place, warn) => {
    if (part.detail !== undefined && part.detail !== 'auto') {
      warn(place.part, 'dropped', 'The detail of an image is not chosen image by image.');
    }
    return mediaPart(part, place.part, warn);
  },
  file: (part, place, warn) => {
    if (part.name !== undefined) warn(place.part, 'dropped', 'Files have no name here.');
    return mediaPart(part, place.part, warn);
  },
  audio: (part, place, warn) => {
    if (part.media.type !== 'id') return mediaPart(part, place.part, warn);
    if (part.transcript) return textPart({ type: 'text', text: part.transcript }, place, warn);
    warn(`${place.message}.audio`, 'dropped', 'Spoken answers of another provider are not known here.');
    return null;
  },
  refusal: ({ text }, place, warn) => textPart({ type: 'text', text }, place, warn),
  'provider-part': ({ dialect, value }, { part }, warn) => {
    // What an answer says beside its parts has no place in a history.
    if (dialect === 'gemini') return 'groundingMetadata' in value || 'urlContextMetadata' in value ? null : value;
    warn(part, 'dropped', `It is a part of the dialect ${dialect}.`);
    return null;
  },
};

/** One part for the wire; null when there is nothing to send. */
export function saidPart(part: SaidPart, place: Place, warn: Warn): WirePart | null {
  const convert = kinds[part.type] as Convert<SaidPart['type']>;
  const wire = convert(part as never, place, warn);
  const own = 'extra' in part ? ownExtra(part.extra, place.part, warn) : {};
  return wire === null ? null : { ...own, ...wire };
}

function textPart({ text, citations }: TextPart, { message }: Place, warn: Warn): WirePart | null {
  if (citations?.length) warn(`${message}.annotations`, 'dropped', 'Citations of earlier answers are not taken.');
  return text === '' ? null : { text };
}

/** Places of a message's parts, as the client of OpenAI's dialect counts them: content and calls apart. */
export function placesOf(parts: readonly Part[], message: string): readonly Place[] {
  let content = 0;
  let calls = 0;
  return parts.map(({ type }) => {
    if (type === 'tool-call') return { message, part: `${message}.tool_calls[${calls++}]` };
    if (type === 'reasoning') return { message, part: `${message}.reasoning_content` };
    return { message, part: `${message}.content[${content++}]` };
  });
}
