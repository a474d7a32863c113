import type { Extra, Message, Part } from '../../src/spec/chat/parts.ts';
import { ToolIds } from '../anthropic/tool-ids.ts';
import type { Warn } from '../anthropic/warn.ts';
import { blockOf, type Place } from './blocks.ts';
import { cachePoint } from './cache-points.ts';
import { DocumentNames } from './document-names.ts';
import type { ModelFacts } from './models.ts';
import type { Block, CachePoint, WireMessage } from './wire.ts';

/** A block and the cache point that goes wherever it goes. */
interface Entry {
  readonly block: Block;
  readonly cache: CachePoint | null;
}

interface Turn {
  readonly role: WireMessage['role'];
  readonly field: string;
  readonly entries: Entry[];
}

export const LONGEST_ID = 64;
const NO_RESULT = 'No result was given for this call.';

/**
 * Builds a conversation by the rules of the API: turns of user and assistant alternate and begin with the user's, every
 * tool call is answered in the turn that follows it, the answers stand first in that turn, and a document has a text
 * beside it.
 */
export class History {
  readonly #turns: Turn[] = [];
  readonly #place: Omit<Place, 'field'>;
  readonly #ids = new ToolIds(LONGEST_ID);
  readonly #warn: Warn;

  constructor(facts: ModelFacts, warn: Warn) {
    this.#place = { facts, ids: this.#ids, names: new DocumentNames(), warn };
    this.#warn = warn;
  }

  add(message: Message, field: string): void {
    if (message.name !== undefined && message.role !== 'tool') {
      this.#warn(`${field}.name`, 'dropped', 'Messages have no name here.');
    }
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    if (role === 'assistant' && this.#turns.at(-1)?.role === 'user') this.#answerAll();
    let contents = 0;
    const entries = message.parts.flatMap(part => {
      const path = isContent(part) ? `${field}.content[${contents++}]` : field;
      return this.#entry(part, field, path);
    });
    if (entries.length > 0 && entries.every(isThought)) {
      this.#warn(field, 'dropped', 'A message of thoughts alone is not taken.');
    } else this.#append(role, field, this.#marked(instructed(message, entries, field, this.#warn), message, field));
  }

  /** The whole conversation. `prefill`: it may end with the assistant's words. */
  close(prefill: boolean, cacheAll: Extra | undefined): WireMessage[] {
    this.#answerAll();
    this.#begin();
    this.#end(prefill);
    this.#cacheAll(cacheAll);
    return this.#turns.map(({ role, entries }) => {
      const ordered = role === 'user' ? resultsFirst(this.#accompanied(entries)) : entries;
      return { role, content: ordered.flatMap(({ block, cache }) => (cache === null ? [block] : [block, cache])) };
    });
  }

  /** `path` is the part's own place, `field` that of its message. */
  #entry(part: Part, field: string, path: string): Entry[] {
    const block = blockOf(part, { ...this.#place, field });
    return block === null ? [] : [{ block, cache: this.#cache(markedExtra(part), path) }];
  }

  #cache(extra: Extra | undefined, field: string): CachePoint | null {
    const { facts } = this.#place;
    return cachePoint(extra, field, facts.cache !== 'none', facts, this.#warn);
  }

  /** `cache_control` of a message belongs to its last block that can bear it. */
  #marked(entries: Entry[], message: Message, field: string): Entry[] {
    const cache = this.#cache(message.extra, field);
    if (cache === null) return entries;
    const last = entries.findLastIndex(entry => !isThought(entry));
    if (last < 0) this.#warn(`${field}.cache_control`, 'dropped', 'There is nothing in this message to cache.');
    return entries.map((entry, index) => (index === last ? { ...entry, cache } : entry));
  }

  #append(role: Turn['role'], field: string, entries: Entry[]): void {
    if (entries.length === 0) return;
    const last = this.#turns.at(-1);
    if (last?.role !== role) this.#turns.push({ role, field, entries: [...entries] });
    // There may be more blocks than a call takes arguments.
    else for (const entry of entries) last.entries.push(entry);
  }

  /** Calls that nobody answered would be refused. */
  #answerAll(): void {
    const missing = this.#ids.unanswered();
    if (missing.length === 0) return;
    const { field } = this.#turns.findLast(({ role }) => role === 'assistant')!;
    this.#warn(`${field}.tool_calls`, 'emulated', `A tool call has no result; the model is told: ${NO_RESULT}`);
    const blocks = missing.map(id => ({ toolResult: { toolUseId: id, content: [{ text: NO_RESULT }] } }));
    this.#append('user', field, blocks.map(plain));
  }

  #begin(): void {
    if (this.#turns[0]?.role === 'user') return;
    this.#warn('messages', 'emulated', "A conversation begins with the user's words, so a placeholder stands first.");
    this.#turns.unshift({ role: 'user', field: 'messages', entries: [plain({ text: 'Begin.' })] });
  }

  #end(prefill: boolean): void {
    const last = this.#turns.at(-1)!;
    if (last.role === 'user') return;
    if (!prefill) {
      this.#warn(last.field, 'emulated', "This model does not continue the assistant's words; it is asked to.");
      return this.#append('user', last.field, [plain({ text: 'Continue.' })]);
    }
    const { block, cache } = last.entries.at(-1)!;
    if (!('text' in block) || block.text === block.text.trimEnd()) return;
    this.#warn(`${last.field}.content`, 'approximated', 'White space at the end of the last message is not taken.');
    last.entries.splice(-1, 1, { block: { text: block.text.trimEnd() }, cache });
  }

  /** `cache_control` of the request: everything up to its end. */
  #cacheAll(extra: Extra | undefined): void {
    if (extra?.anthropic?.cache_control == null) return;
    const { facts } = this.#place;
    const cache = cachePoint(extra, 'request', facts.cache !== 'none', facts, (_, action, why) =>
      this.#warn('cache_control', action, why),
    );
    if (cache === null) return;
    this.#warn('cache_control', 'emulated', 'A cache point stands behind the last message.');
    const { entries } = this.#turns.at(-1)!;
    entries.push({ ...entries.pop()!, cache });
  }

  #accompanied(entries: readonly Entry[]): readonly Entry[] {
    const alone = entries.some(({ block }) => 'document' in block) && !entries.some(({ block }) => 'text' in block);
    if (!alone) return entries;
    this.#warn('messages', 'emulated', 'A document goes with words here, so the model is told to read it.');
    return [...entries, plain({ text: 'Read the document.' })];
  }
}

/** It stands in `content`, where OpenAI's dialect has it. */
const isContent = ({ type }: Part): boolean => type !== 'reasoning' && type !== 'tool-call' && type !== 'tool-result';

const plain = (block: Block): Entry => ({ block, cache: null });
const isThought = ({ block }: Entry): boolean => 'reasoningContent' in block;
const isResult = ({ block }: Entry): boolean => 'toolResult' in block;

/** A result is cached as a whole, wherever in it the mark is. */
function markedExtra(part: Part): Extra | undefined {
  if (part.type !== 'tool-result') return 'extra' in part ? part.extra : undefined;
  return [part.extra, ...part.parts.map(inner => ('extra' in inner ? inner.extra : undefined))].findLast(
    extra => extra?.anthropic?.cache_control != null,
  );
}

/** A system message amid the conversation is told to the model as text of the user's turn. */
function instructed({ role }: Message, entries: Entry[], field: string, warn: Warn): Entry[] {
  if (role !== 'system' && role !== 'developer') return entries;
  warn(field, 'emulated', "Instructions amid the conversation are told in the user's turn.");
  return entries.map(({ block, cache }) => ({
    block: 'text' in block ? { text: `<system>\n${block.text}\n</system>` } : block,
    cache,
  }));
}

const resultsFirst = (entries: readonly Entry[]): readonly Entry[] =>
  entries.some(isResult) ? [...entries.filter(isResult), ...entries.filter(entry => !isResult(entry))] : entries;
