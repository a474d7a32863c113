/**
 * Finds the next place of one byte in a stretch, again and again from growing positions. What was found is kept
 * until it is passed, so many searches over one stretch cost one pass over it.
 */
export class Finder {
  readonly #needle: number;
  #bytes: Buffer = Buffer.alloc(0);
  #from = 0;
  #found = 0;

  constructor(needle: number) {
    this.#needle = needle;
  }

  enter(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#from = 0;
    this.#found = -1;
  }

  /** Position of the first one at or after `from`; the length of the stretch when there is none. */
  find(from: number): number {
    if (this.#found >= from && from >= this.#from) return this.#found;
    const found = this.#bytes.indexOf(this.#needle, from);
    this.#from = from;
    this.#found = found < 0 ? this.#bytes.length : found;
    return this.#found;
  }
}
