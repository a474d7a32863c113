import { type Fields, textOf } from './fields.ts';

/** Where a stretch of text begins and ends, in characters of the whole. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** All visible text of one candidate. Its stretches are told in bytes, of the whole text or of one of its parts. */
export class SpokenText {
  #text = '';
  /** Where parts begin: text that other parts do not interrupt is one part, however it was cut for the stream. */
  readonly #starts = [0];
  #open = false;

  get length(): number {
    return this.#text.length;
  }

  add(text: string): void {
    if (!this.#open && this.#text.length > 0) this.#starts.push(this.#text.length);
    this.#open = true;
    this.#text += text;
  }

  interrupt(): void {
    this.#open = false;
  }

  /** Null where the text does not have it. */
  find(segment: Fields): Stretch | null {
    const words = textOf(segment.text);
    const from = Number(segment.startIndex ?? 0);
    const to = Number(segment.endIndex ?? 0);
    if (Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && to > from) {
      for (const base of this.#starts) {
        const found = this.#stretch(base, from, to);
        if (found.end > found.start && (words === '' || this.#text.slice(found.start, found.end) === words))
          return found;
      }
    }
    const start = words === '' ? -1 : this.#text.indexOf(words);
    return start < 0 ? null : { start, end: start + words.length };
  }

  #stretch(base: number, from: number, to: number): Stretch {
    const bytes = Buffer.from(base === 0 ? this.#text : this.#text.slice(base));
    const start = base + bytes.toString('utf8', 0, from).length;
    return { start, end: start + bytes.toString('utf8', from, to).length };
  }
}
