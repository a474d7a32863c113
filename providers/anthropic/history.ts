import type Anthropic from '@anthropic-ai/sdk';
import type { Message } from '../../src/spec/chat/parts.ts';
import { type Block, blockOf, withExtra } from './blocks.ts';
import { ToolIds } from './tool-ids.ts';
import type { Warn } from './warn.ts';

interface Turn {
  readonly role: 'user' | 'assistant';
  readonly field: string;
  blocks: Block[];
}

const NO_RESULT = 'No result was given for this call.';

/**
 * Builds a conversation by the rules of the API: turns of user and assistant alternate and begin with the user's, every
 * tool call is answered in the turn that follows it, and the answers stand first in that turn.
 */
export class History {
  readonly #turns: Turn[] = [];
  readonly #ids = new ToolIds();
  readonly #warn: Warn;

  constructor(warn: Warn) {
    this.#warn = warn;
  }

  add(message: Message, field: string): void {
    if (message.name !== undefined && message.role !== 'tool') {
      this.#warn(`${field}.name`, 'dropped', 'Messages have no name here.');
    }
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    if (role === 'assistant' && this.#turns.at(-1)?.role === 'user') this.#answerAll();
    const place = { field, ids: this.#ids, warn: this.#warn };
    const blocks: Block[] = [];
    for (const part of message.parts) {
      const block = blockOf(part, place);
      if (block !== null) blocks.push(block);
    }
    if (blocks.length > 0 && blocks.every(isThought)) {
      this.#warn(field, 'dropped', 'A message of thoughts alone is not taken.');
    } else this.#append(role, field, this.#marked(instructed(message, blocks, place), message, field));
  }

  /** The whole conversation. `prefill`: it may end with the assistant's words. */
  close(prefill: boolean): Anthropic.MessageParam[] {
    this.#answerAll();
    this.#begin();
    this.#end(prefill);
    return this.#turns.map(({ role, blocks }) => ({ role, content: role === 'user' ? resultsFirst(blocks) : blocks }));
  }

  /** `cache_control` of a message belongs to its last block that can bear it. */
  #marked(blocks: Block[], message: Message, field: string): Block[] {
    if (message.extra?.anthropic === undefined) return blocks;
    const { cache_control, ...others } = message.extra.anthropic;
    for (const name of Object.keys(others))
      this.#warn(`${field}.${name}`, 'dropped', 'Messages do not have this member.');
    if (cache_control === undefined) return blocks;
    const last = blocks.findLastIndex(block => !isThought(block));
    if (last < 0) this.#warn(`${field}.cache_control`, 'dropped', 'There is nothing in this message to cache.');
    return blocks.map((block, index) => (index === last ? withExtra(block, { anthropic: { cache_control } }) : block));
  }

  /** The blocks are the turn's own from here on. */
  #append(role: Turn['role'], field: string, blocks: Block[]): void {
    if (blocks.length === 0) return;
    const last = this.#turns.at(-1);
    if (last?.role !== role) this.#turns.push({ role, field, blocks });
    // There may be more blocks than a call takes arguments.
    else for (const block of blocks) last.blocks.push(block);
  }

  /** Calls that nobody answered would be refused. */
  #answerAll(): void {
    const missing = this.#ids.unanswered();
    if (missing.length === 0) return;
    const { field } = this.#turns.findLast(({ role }) => role === 'assistant')!;
    this.#warn(`${field}.tool_calls`, 'emulated', `A tool call has no result; the model is told: ${NO_RESULT}`);
    const results = missing.map(id => ({ type: 'tool_result', tool_use_id: id, content: NO_RESULT }) as const);
    this.#append('user', field, results);
  }

  #begin(): void {
    if (this.#turns[0]?.role === 'user') return;
    this.#warn('messages', 'emulated', "A conversation begins with the user's words, so a placeholder stands first.");
    this.#turns.unshift({ role: 'user', field: 'messages', blocks: [{ type: 'text', text: 'Begin.' }] });
  }

  #end(prefill: boolean): void {
    const last = this.#turns.at(-1)!;
    if (last.role === 'user') return;
    if (!prefill) {
      this.#warn(last.field, 'emulated', "This model does not continue the assistant's words; it is asked to.");
      this.#append('user', last.field, [{ type: 'text', text: 'Continue.' }]);
      return;
    }
    const block = last.blocks.at(-1)!;
    if (block.type !== 'text' || block.text === block.text.trimEnd()) return;
    this.#warn(`${last.field}.content`, 'approximated', 'White space at the end of the last message is not taken.');
    last.blocks = [...last.blocks.slice(0, -1), { ...block, text: block.text.trimEnd() }];
  }
}

const isThought = ({ type }: Block): boolean => type === 'thinking' || type === 'redacted_thinking';

/** A system message amid the conversation is told to the model as text of the user's turn. */
function instructed(message: Message, blocks: Block[], { field, warn }: { field: string; warn: Warn }): Block[] {
  if (message.role !== 'system' && message.role !== 'developer') return blocks;
  warn(field, 'emulated', "Instructions amid the conversation are told in the user's turn.");
  return blocks.map(block =>
    block.type === 'text' ? { ...block, text: `<system>\n${block.text}\n</system>` } : block,
  );
}

function resultsFirst(blocks: Block[]): Block[] {
  const results = blocks.filter(block => block.type === 'tool_result');
  return results.length === 0 ? blocks : [...results, ...blocks.filter(block => block.type !== 'tool_result')];
}
