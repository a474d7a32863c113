import { proofFormat, proofSource } from './foreign-members.ts';
import type { ReasoningPart, ToolCallPart } from './parts.ts';

/**
 * `reasoning_details`: how proofs of thought travel through OpenAI's dialect. Entries of one thought share an index; an
 * encrypted entry whose id is that of a tool call is the signature of that call. In a stream the entries come in pieces
 * and a client may have put them together or not, so both is read.
 */
export interface ReasoningDetail {
  readonly type: 'reasoning.text' | 'reasoning.summary' | 'reasoning.encrypted';
  readonly text?: string;
  readonly summary?: string;
  readonly data?: string;
  readonly signature?: string;
  readonly id?: string;
  readonly format: string;
  readonly index: number;
}

export interface CallProof {
  readonly signature: string;
  readonly source?: string;
}

export interface ReadDetails {
  readonly thoughts: readonly ReasoningPart[];
  /** Signatures of tool calls, by the call's id. */
  readonly calls: ReadonlyMap<string, CallProof>;
  /** Positions of entries that say nothing we know. */
  readonly unknown: readonly number[];
}

/** A summary of thoughts goes back as a summary. */
const SUMMARY = Object.freeze({ 'openai-chat': Object.freeze({ type: 'reasoning.summary' }) });
const UNKNOWN = 'unknown';

type Entry = Readonly<Record<string, unknown>>;
type Thought = { -readonly [Member in keyof ReasoningPart]: ReasoningPart[Member] };

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const sourceOf = (entry: Entry): string | undefined => {
  const format = textOf(entry.format);
  return format === undefined || format === UNKNOWN ? undefined : proofSource(format);
};

/** Reads the entries of one message, `callIds` being the ids of its tool calls. */
export function readReasoningDetails(entries: readonly unknown[], callIds: ReadonlySet<string>): ReadDetails {
  const reader = new DetailsReader(callIds);
  for (const [position, entry] of entries.entries()) {
    if (!reader.read(entry)) reader.unknown.push(position);
  }
  return reader;
}

class DetailsReader implements ReadDetails {
  readonly thoughts: Thought[] = [];
  readonly calls = new Map<string, CallProof>();
  readonly unknown: number[] = [];
  readonly #callIds: ReadonlySet<string>;
  /** The thought that the next entry may continue. */
  #open: { readonly part: Thought; readonly type: unknown; readonly index: unknown } | null = null;

  constructor(callIds: ReadonlySet<string>) {
    this.#callIds = callIds;
  }

  read(value: unknown): boolean {
    if (typeof value !== 'object' || value === null) return false;
    const entry: Entry = { ...value };
    switch (entry.type) {
      case 'reasoning.text':
        this.#text(entry, textOf(entry.text) ?? '');
        return true;
      case 'reasoning.summary':
        this.#text(entry, textOf(entry.summary) ?? '');
        return true;
      case 'reasoning.encrypted':
        return this.#encrypted(entry);
      default:
        return false;
    }
  }

  #text(entry: Entry, text: string): void {
    const part = this.#continued(entry, open => open.type === entry.type && open.index === entry.index);
    part.text += text;
    const signature = textOf(entry.signature);
    if (signature === undefined) return;
    part.signature = signature;
    this.#open = null;
  }

  #encrypted(entry: Entry): boolean {
    const data = textOf(entry.data);
    if (data === undefined) return false;
    const id = textOf(entry.id);
    const source = sourceOf(entry);
    if (id !== undefined && this.#callIds.has(id) && !this.calls.has(id)) {
      this.calls.set(id, { signature: data, ...(source !== undefined && { source }) });
      return true;
    }
    const part = this.#continued(entry, open => entry.index !== undefined && open.index === entry.index);
    part.encrypted = data;
    this.#open = null;
    return true;
  }

  /** The open thought, when the entry is of it, else a new one. */
  #continued(entry: Entry, belongs: (open: { type: unknown; index: unknown }) => boolean): Thought {
    const source = sourceOf(entry);
    const id = textOf(entry.id);
    const open = this.#open;
    const fits = (known: string | undefined, said: string | undefined) =>
      known === undefined || said === undefined || known === said;
    const same = open !== null && belongs(open) && fits(open.part.source, source) && fits(open.part.id, id);
    const part: Thought = same ? open.part : { type: 'reasoning', text: '' };
    if (source !== undefined) part.source = source;
    if (id !== undefined) part.id = id;
    if (same) return part;
    if (entry.type === 'reasoning.summary') part.extra = SUMMARY;
    this.thoughts.push(part);
    this.#open = { part, type: entry.type, index: entry.index };
    return part;
  }
}

/** The entries of one message; none where nothing is proven, since the plain text says the same then. */
export function writeReasoningDetails(parts: readonly (ReasoningPart | ToolCallPart)[]): readonly ReasoningDetail[] {
  const details: ReasoningDetail[] = [];
  let index = 0;
  for (const part of parts) {
    const entries = part.type === 'reasoning' ? thoughtEntries(part, index) : callEntries(part, index);
    if (entries.length > 0) index++;
    details.push(...entries);
  }
  return details.some(({ signature, data }) => signature !== undefined || data !== undefined) ? details : [];
}

function thoughtEntries(part: ReasoningPart, index: number): ReasoningDetail[] {
  const { text, signature, encrypted, id } = part;
  const common = { ...(id !== undefined && { id }), format: formatOf(part), index };
  const entries: ReasoningDetail[] = [];
  if (text !== '' || signature !== undefined || part.extra !== undefined) {
    const summary = part.extra?.['openai-chat']?.type === 'reasoning.summary';
    const said = summary ? { type: 'reasoning.summary', summary: text } : { type: 'reasoning.text', text };
    entries.push({ ...said, ...(signature !== undefined && { signature }), ...common } as ReasoningDetail);
  }
  if (encrypted !== undefined) entries.push({ type: 'reasoning.encrypted', data: encrypted, ...common });
  return entries;
}

const callEntries = (part: ToolCallPart, index: number): ReasoningDetail[] =>
  part.signature === undefined
    ? []
    : [{ type: 'reasoning.encrypted', data: part.signature, id: part.id, format: formatOf(part), index }];

const formatOf = ({ source }: { readonly source?: string }): string =>
  source === undefined ? UNKNOWN : proofFormat(source);
