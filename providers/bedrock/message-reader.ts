import type { ChatPart, FinishReason } from '../../src/spec/chat/chat-stream.ts';
import { type Fields, fieldsOf, textOf } from '../anthropic/fields.ts';
import { type Answer, type BlockReader, openBlock } from './block-readers.ts';
import { usagePart } from './usage.ts';

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_MessageStopEvent.html */
const reasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  guardrail_intervened: 'content-filter',
  content_filtered: 'content-filter',
  refusal: 'refusal',
  malformed_model_output: 'other',
  malformed_tool_use: 'other',
};

/** Reasons that the neutral word tells in full. */
const PLAIN = new Set(['end_turn', 'max_tokens', 'tool_use', 'content_filtered', 'refusal']);

const NOTHING: readonly ChatPart[] = [];

/** Reads one answer block by block. A whole answer and a stream both come through here, so they cannot differ. */
export class MessageReader {
  readonly #answer: Answer = { textLength: 0, toolCalls: 0, json: false };
  readonly #blocks = new Map<number, BlockReader>();
  #reason: string | null = null;
  #told: Fields = {};
  #finished = false;

  /** A reason to stop was given, so the answer is whole. */
  get stopped(): boolean {
    return this.#reason !== null;
  }

  /** `first` is the beginning of a block or, where it has none, its first piece. */
  blockStart(index: number, first: Fields): readonly ChatPart[] {
    const before = this.blockStop(index);
    const reader = openBlock(first, this.#answer);
    this.#blocks.set(index, reader);
    return before.length === 0 ? reader.begin : [...before, ...reader.begin];
  }

  blockDelta(index: number, delta: Fields): readonly ChatPart[] {
    const begin = this.#blocks.has(index) ? NOTHING : this.blockStart(index, delta);
    const parts = this.#blocks.get(index)!.delta(delta);
    return begin.length === 0 ? parts : [...begin, ...parts];
  }

  blockStop(index: number): readonly ChatPart[] {
    const reader = this.#blocks.get(index);
    if (reader === undefined) return NOTHING;
    this.#blocks.delete(index);
    return reader.end();
  }

  /** Why it stopped, and what came with that. */
  stop({ stopReason, ...told }: Fields): void {
    this.#reason = textOf(stopReason);
    this.#told = { ...this.#told, ...told };
  }

  /** Counts, and what stands beside them. */
  metadata(told: Fields): void {
    this.#told = { ...this.#told, ...told };
  }

  finish(): readonly ChatPart[] {
    if (this.#finished) return NOTHING;
    this.#finished = true;
    const open = [...this.#blocks.keys()].flatMap(index => this.blockStop(index));
    return [...open, this.#finishPart(), usagePart(this.#told)];
  }

  #finishPart(): ChatPart {
    const raw = this.#reason ?? '';
    const { json, toolCalls } = this.#answer;
    if (raw === 'tool_use' && json && toolCalls === 0) return { type: 'finish', choice: 0, reason: 'stop' };
    const reason = Object.hasOwn(reasons, raw) ? reasons[raw]! : 'other';
    const sequence = textOf(fieldsOf(this.#told.additionalModelResponseFields).stop_sequence);
    const stopped = sequence === '' ? {} : { stopSequence: sequence };
    return { type: 'finish', choice: 0, reason, ...(raw === '' || PLAIN.has(raw) ? {} : { raw }), ...stopped };
  }
}
