import type { ChoicePart } from '../../../../spec/chat/collect-choice.ts';
import { messagesOwner } from '../../../../spec/chat/foreign-members.ts';
import { writeMessagesCitation } from '../../../../spec/chat/messages-citation.ts';
import { writeProof } from './proofs.ts';
import { type BlockSink, ToolBlocks } from './tool-blocks.ts';

type Of<Type extends ChoicePart['type']> = Extract<ChoicePart, { readonly type: Type }>;

/** A thought that nobody proved: the dialect wants a proof, and this one is known again as none. */
const UNPROVEN = writeProof({});

/**
 * Turns the parts of one answer into content blocks, in their order and one open at a time. Streams and whole answers
 * are both written through here, so they cannot differ.
 */
export class BlockSequence {
  refused = false;
  readonly #sink: BlockSink;
  readonly #tools: ToolBlocks;
  #open: 'text' | 'thinking' | null = null;
  /** The open text has said something, and then where that comes from. */
  #said = false;
  #cited = false;

  constructor(sink: BlockSink) {
    this.#sink = sink;
    this.#tools = new ToolBlocks(sink);
  }

  get hasCalls(): boolean {
    return this.#tools.count > 0;
  }

  add(part: ChoicePart): void {
    // There is one answer in this dialect.
    if (part.choice !== 0) return;
    switch (part.type) {
      case 'text-delta':
        return this.#say(part.text);
      case 'refusal-delta':
        this.refused = true;
        return this.#say(part.text);
      case 'citation':
        return this.#cite(part);
      case 'reasoning-delta':
        return this.#think(part.text);
      case 'reasoning-proof':
        return this.#prove(part);
      case 'tool-input-start':
        this.#close();
        return this.#tools.begin(part);
      case 'tool-input-delta':
        return this.#tools.input(part);
      case 'provider-part':
        return part.dialect === messagesOwner ? this.#own(part.value) : undefined;
    }
  }

  end(): void {
    this.#close();
    this.#tools.end();
  }

  #say(text: string): void {
    if (text === '') return;
    // What was cited belongs to the text before it alone.
    if (this.#cited && this.#said) this.#close();
    this.#begin('text');
    this.#said = true;
    this.#sink.delta({ type: 'text_delta', text });
  }

  #cite({ citation }: Of<'citation'>): void {
    this.#begin('text');
    this.#cited = true;
    this.#sink.delta({ type: 'citations_delta', citation: writeMessagesCitation(citation) });
  }

  #think(text: string): void {
    if (text === '') return;
    this.#begin('thinking');
    this.#sink.delta({ type: 'thinking_delta', thinking: text });
  }

  /** The proof ends the thought before it; one without a text before it stands alone. */
  #prove({ source, signature, encrypted, id }: Of<'reasoning-proof'>): void {
    const said = { source, signature, encrypted, id };
    const proof = writeProof(Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)));
    if (this.#open !== 'thinking') {
      const redacted = signature === undefined || source !== messagesOwner;
      if (redacted) return this.#whole({ type: 'redacted_thinking', data: proof });
      this.#begin('thinking');
    }
    this.#sign(proof);
  }

  /** The input of a call comes in deltas, and clients of streams read it nowhere else. */
  #own(block: Readonly<Record<string, unknown>>): void {
    if (!('input' in block)) return this.#whole(block);
    this.end();
    this.#sink.start({ ...block, input: {} });
    this.#sink.delta({ type: 'input_json_delta', partial_json: JSON.stringify(block.input) });
    this.#sink.stop();
  }

  #whole(block: Readonly<Record<string, unknown>>): void {
    this.end();
    this.#sink.start(block);
    this.#sink.stop();
  }

  #begin(kind: 'text' | 'thinking'): void {
    if (this.#open === kind) return;
    this.end();
    this.#open = kind;
    this.#sink.start(kind === 'text' ? { type: 'text', text: '' } : { type: 'thinking', thinking: '', signature: '' });
  }

  #close(): void {
    if (this.#open === 'thinking') return this.#sign(UNPROVEN);
    if (this.#open === 'text') this.#sink.stop();
    this.#open = null;
    this.#said = false;
    this.#cited = false;
  }

  #sign(signature: string): void {
    this.#sink.delta({ type: 'signature_delta', signature });
    this.#sink.stop();
    this.#open = null;
  }
}
