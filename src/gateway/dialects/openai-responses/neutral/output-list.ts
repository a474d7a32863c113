import type { EventSink } from './output-sink.ts';

export type Item = Record<string, unknown> & { readonly type: string; readonly id?: unknown };

/** The items of one answer, in the order in which they began. */
export class OutputList {
  readonly items: Item[] = [];
  readonly sink: EventSink;
  readonly #answerId: string;

  /** @param answerId of the answer, without the beginning that says what it is of */
  constructor(sink: EventSink, answerId: string) {
    this.sink = sink;
    this.#answerId = answerId;
  }

  /** The id of the item that is added next. */
  nextId(kind: string): string {
    return `${kind}_${this.#answerId}${this.items.length.toString(16).padStart(4, '0')}`;
  }

  /** Answers the place of the item. */
  add(item: Item): number {
    this.items.push(item);
    const at = this.items.length - 1;
    this.sink.event('response.output_item.added', { output_index: at, item });
    return at;
  }

  done(at: number): void {
    this.sink.event('response.output_item.done', { output_index: at, item: this.items[at] });
  }
}
