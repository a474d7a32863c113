/**
 * The parts of a message, whatever dialect they came in. A message is an ordered list of them.
 *
 * `extra` holds what one provider's dialect alone understands, under that dialect's name: `{ anthropic: { cache_control:
 * { type: 'ephemeral' } } }`. It survives the round trip through any client dialect and is put back, member by member,
 * into the object it came from when the target speaks that dialect; any other target leaves it out.
 */
export type Extra = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Where the bytes of an image, file or audio are. */
export type Media =
  | { readonly type: 'url'; readonly url: string }
  /** `data` is base64 without the `data:` prefix. */
  | { readonly type: 'data'; readonly mediaType: string; readonly data: string }
  /** An object that lives at a provider. */
  | { readonly type: 'id'; readonly id: string };

export interface TextPart {
  readonly type: 'text';
  readonly text: string;
  readonly citations?: readonly Citation[];
  readonly extra?: Extra;
}

export interface ImagePart {
  readonly type: 'image';
  readonly media: Media;
  readonly detail?: string;
  readonly extra?: Extra;
}

/** A document: PDF, text and the like. */
export interface FilePart {
  readonly type: 'file';
  readonly media: Media;
  readonly name?: string;
  readonly extra?: Extra;
}

export interface AudioPart {
  readonly type: 'audio';
  readonly media: Media;
  /** `wav`, `mp3` … where the dialect names a format instead of a media type. */
  readonly format?: string;
  readonly transcript?: string;
  readonly extra?: Extra;
}

/**
 * A thought of the model. The proof that it is the model's own travels with it, opaque: `signature` proves `text`;
 * `encrypted` stands in place of a text that is not shown (redacted thinking, encrypted reasoning).
 */
export interface ReasoningPart {
  readonly type: 'reasoning';
  readonly text: string;
  readonly signature?: string;
  readonly encrypted?: string;
  /** The dialect whose proof this is; a proof never goes to another one. */
  readonly source?: string;
  readonly id?: string;
  readonly extra?: Extra;
}

export interface ToolCallPart {
  readonly type: 'tool-call';
  readonly id: string;
  readonly name: string;
  /** JSON text as the model wrote it; may be empty or broken, since models write both. */
  readonly input: string;
  /** A call whose input is free text instead of JSON. */
  readonly custom?: boolean;
  /** The model's proof of the thought behind this call, where the dialect hangs it here. */
  readonly signature?: string;
  readonly source?: string;
  readonly extra?: Extra;
}

export interface ToolResultPart {
  readonly type: 'tool-result';
  /** Id of the tool call it answers. */
  readonly callId: string;
  /** Name of the tool, where the dialect says it. */
  readonly name?: string;
  readonly parts: readonly (TextPart | ImagePart | FilePart | AudioPart | ProviderPart)[];
  readonly failed?: boolean;
  readonly extra?: Extra;
}

export interface RefusalPart {
  readonly type: 'refusal';
  readonly text: string;
}

/**
 * A part of one dialect that has no neutral form, as it came: the call of a server tool, what that tool found. It goes
 * back, in its place, to a target of that dialect; any other target leaves it out, with a warning.
 */
export interface ProviderPart {
  readonly type: 'provider-part';
  /** Name of the dialect as in `Extra`. */
  readonly dialect: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Where a stretch of text comes from. */
export interface Citation {
  readonly url?: string;
  readonly title?: string;
  /** The words of the source. */
  readonly quote?: string;
  /** Characters of the answer's text it belongs to, end exclusive; absent where the provider does not say. */
  readonly start?: number;
  readonly end?: number;
  /** The provider's own object, for a client of its dialect. */
  readonly extra?: Extra;
}

export type Part =
  | TextPart
  | ImagePart
  | FilePart
  | AudioPart
  | ReasoningPart
  | ToolCallPart
  | ToolResultPart
  | RefusalPart
  | ProviderPart;

export interface Message {
  readonly role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
  readonly parts: readonly Part[];
  readonly name?: string;
  readonly extra?: Extra;
}
