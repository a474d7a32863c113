import type Anthropic from '@anthropic-ai/sdk';
import type { ChatPart, FinishReason } from '../../src/spec/chat/chat-stream.ts';
import { laterUsage } from '../../src/spec/chat/messages-usage.ts';
import { type Answer, type BlockReader, openBlock } from './block-readers.ts';
import { type Fields, fieldsOf, textOf } from './fields.ts';
import { usagePart } from './usage.ts';

/** `compaction` is a pause like `pause_turn`: sent back as it is, the answer goes on. */
const reasons: Readonly<Record<Anthropic.StopReason | 'compaction', FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  compaction: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  refusal: 'refusal',
};

/** Reasons that the neutral word tells in full. */
const PLAIN = new Set(['end_turn', 'max_tokens', 'tool_use', 'refusal']);

const NOTHING: readonly ChatPart[] = [];

/** Reads one answer block by block. A whole answer and a stream both come through here, so they cannot differ. */
export class MessageReader {
  /** A reason to stop was given, so the answer is whole. */
  stopped = false;

  readonly #answer: Answer = { textLength: 0, toolCalls: 0, json: false };
  readonly #blocks = new Map<number, BlockReader>();
  #usage: Fields = {};
  #reason = '';
  #stopSequence = '';
  #explanation = '';
  #finished = false;

  start(message: Fields): readonly ChatPart[] {
    const [id, model] = [textOf(message.id), textOf(message.model)];
    this.#usage = laterUsage(this.#usage, message.usage);
    return [{ type: 'start', ...(id === '' ? {} : { id }), ...(model === '' ? {} : { model }) }];
  }

  blockStart(index: number, block: Fields): readonly ChatPart[] {
    const before = this.blockStop(index);
    const reader = openBlock(block, this.#answer);
    this.#blocks.set(index, reader);
    return before.length === 0 ? reader.begin : [...before, ...reader.begin];
  }

  blockDelta(index: number, delta: Fields): readonly ChatPart[] {
    return this.#blocks.get(index)?.delta(delta) ?? NOTHING;
  }

  blockStop(index: number): readonly ChatPart[] {
    const reader = this.#blocks.get(index);
    if (reader === undefined) return NOTHING;
    this.#blocks.delete(index);
    return reader.end();
  }

  /** What is known only at the end: why it stopped, and totals. */
  ending(delta: Fields, usage: unknown): void {
    this.#usage = laterUsage(this.#usage, usage);
    const reason = textOf(delta.stop_reason);
    if (reason === '') return;
    this.stopped = true;
    this.#reason = reason;
    this.#stopSequence = textOf(delta.stop_sequence);
    this.#explanation = reason === 'refusal' ? textOf(fieldsOf(delta.stop_details).explanation) : '';
  }

  finish(): readonly ChatPart[] {
    if (this.#finished) return [];
    this.#finished = true;
    const open = [...this.#blocks.keys()].flatMap(index => this.blockStop(index));
    const refusal: ChatPart[] =
      this.#explanation === '' ? [] : [{ type: 'refusal-delta', choice: 0, text: this.#explanation }];
    return [...open, ...refusal, this.#finishPart(), usagePart(this.#usage)];
  }

  #finishPart(): ChatPart {
    const raw = this.#reason;
    const { json, toolCalls } = this.#answer;
    if (raw === 'tool_use' && json && toolCalls === 0) return { type: 'finish', choice: 0, reason: 'stop' };
    const reason = Object.hasOwn(reasons, raw) ? reasons[raw as Anthropic.StopReason] : 'other';
    const stopped = this.#stopSequence === '' ? {} : { stopSequence: this.#stopSequence };
    return { type: 'finish', choice: 0, reason, ...(raw === '' || PLAIN.has(raw) ? {} : { raw }), ...stopped };
  }
}
