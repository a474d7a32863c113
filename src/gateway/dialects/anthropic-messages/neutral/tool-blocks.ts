import type { ChoicePart } from '../../../../spec/chat/collect-choice.ts';
import { messagesOwner } from '../../../../spec/chat/foreign-members.ts';
import { writeProof } from './proofs.ts';
import { toolUseId } from './tool-use-id.ts';

type Of<Type extends ChoicePart['type']> = Extract<ChoicePart, { readonly type: Type }>;

/** Where blocks are written to. They come one after the other: each is stopped before the next one starts. */
export interface BlockSink {
  start(block: Readonly<Record<string, unknown>>): void;
  delta(delta: Readonly<Record<string, unknown>>): void;
  stop(): void;
}

interface Call {
  readonly start: Of<'tool-input-start'>;
  input: string;
}

/**
 * The tool calls of one answer. Some providers write several at once, and here one block is open at a time: a call that
 * begins while the input of another is not whole waits until that one is over.
 */
export class ToolBlocks {
  /** Calls that have begun. */
  count = 0;
  readonly #sink: BlockSink;
  #open: Call | null = null;
  #waiting: Call[] = [];

  constructor(sink: BlockSink) {
    this.#sink = sink;
  }

  begin(start: Of<'tool-input-start'>): void {
    this.count++;
    const call = { start, input: '' };
    if (this.#open !== null && !isWhole(this.#open)) {
      this.#waiting.push(call);
      return;
    }
    this.end();
    this.#write(call);
  }

  input({ index, text }: Of<'tool-input-delta'>): void {
    if (text === '') return;
    const open = this.#open;
    if (open?.start.index === index) {
      open.input += text;
      if (!open.start.custom) this.#sink.delta({ type: 'input_json_delta', partial_json: text });
      return;
    }
    const waiting = this.#waiting.find(call => call.start.index === index);
    if (waiting === undefined) throw new TypeError(`input for tool call ${index}, which is not open`);
    waiting.input += text;
  }

  /** Nothing more comes for the calls that have begun. */
  end(): void {
    this.#stop();
    for (const call of this.#waiting) {
      this.#write(call);
      if (call.input !== '' && !call.start.custom) {
        this.#sink.delta({ type: 'input_json_delta', partial_json: call.input });
      }
      this.#stop();
    }
    this.#waiting = [];
  }

  #write(call: Call): void {
    const { id, name, signature, source, extra } = call.start;
    const own = toolUseId(id);
    if (signature !== undefined) this.#prove(writeProof({ ...(source && { source }), signature, callId: own }));
    this.#sink.start({ type: 'tool_use', id: own, name, input: {}, ...extra?.[messagesOwner] });
    this.#open = call;
  }

  /** Calls have no place for a proof of the thought behind them, and clients send blocks like this back as they are. */
  #prove(data: string): void {
    this.#sink.start({ type: 'redacted_thinking', data });
    this.#sink.stop();
  }

  #stop(): void {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    // The input of a call is an object here; free text goes as a member of one.
    if (open.start.custom) {
      this.#sink.delta({ type: 'input_json_delta', partial_json: JSON.stringify({ input: open.input }) });
    }
    this.#sink.stop();
  }
}

function isWhole({ input, start }: Call): boolean {
  if (start.custom === true || input === '') return false;
  try {
    JSON.parse(input);
    return true;
  } catch {
    return false;
  }
}
