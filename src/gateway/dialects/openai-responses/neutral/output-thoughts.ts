import { responsesOwner } from '../../../../spec/chat/foreign-members.ts';
import { type Proof, writeProof } from '../../neutral/proofs.ts';
import type { Item, OutputList } from './output-list.ts';

/** A thought that nobody proved is known again as none that a provider of this dialect could verify. */
const UNPROVEN = writeProof({}, responsesOwner);

/** The thought that is being written. Its proof stands where the dialect has an encrypted thought. */
export class OutputThoughts {
  readonly #list: OutputList;
  #item: Item | null = null;
  #at = 0;
  #text = '';
  #head = '';

  constructor(list: OutputList) {
    this.#list = list;
  }

  get open(): boolean {
    return this.#item !== null;
  }

  think(text: string): void {
    if (text === '') return;
    if (this.#item === null) this.#begin();
    this.#text += text;
    this.#list.sink.delta('response.reasoning_summary_text.delta', this.#head, text);
  }

  /** Ends the thought before it; one without a text before it stands alone. */
  prove(proof: Proof): void {
    if (this.#item === null) this.#start();
    this.#end(writeProof(proof, responsesOwner));
  }

  close(): void {
    if (this.#item !== null) this.#end(UNPROVEN);
  }

  #start(): Item {
    const item: Item = { type: 'reasoning', id: this.#list.nextId('rs'), summary: [] };
    this.#at = this.#list.add(item);
    this.#item = item;
    this.#text = '';
    return item;
  }

  #begin(): void {
    const { id } = this.#start();
    const place = { item_id: id, output_index: this.#at, summary_index: 0 };
    const type = 'response.reasoning_summary_text.delta';
    this.#head = JSON.stringify({ type, ...place }).slice(0, -1);
    this.#list.sink.event('response.reasoning_summary_part.added', {
      ...place,
      part: { type: 'summary_text', text: '' },
    });
  }

  #end(encrypted: string): void {
    const item = this.#item!;
    this.#item = null;
    const text = this.#text;
    if (text !== '') {
      const place = { item_id: item.id, output_index: this.#at, summary_index: 0 };
      const part = { type: 'summary_text', text };
      this.#list.sink.event('response.reasoning_summary_text.done', { ...place, text });
      this.#list.sink.event('response.reasoning_summary_part.done', { ...place, part });
      item.summary = [part];
    }
    item.encrypted_content = encrypted;
    this.#list.done(this.#at);
  }
}
