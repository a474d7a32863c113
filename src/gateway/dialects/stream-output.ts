/** What of one stretch goes on to the client: the stretch itself, unless an event is left out or replaced. */
export class StreamOutput {
  #stretch: Buffer = Buffer.alloc(0);
  #from = 0;
  #pieces: Buffer[] = [];

  begin(stretch: Buffer): void {
    this.#stretch = stretch;
    this.#from = 0;
    this.#pieces = [];
  }

  /** Leaves out the bytes from `start` to `end`, with something else in their place where it is given. */
  replace(start: number, end: number, by: Buffer | null): void {
    if (start > this.#from) this.#pieces.push(this.#stretch.subarray(this.#from, start));
    if (by !== null) this.#pieces.push(by);
    this.#from = end;
  }

  /** All bytes up to `end`; null when none are left. */
  finish(end: number): Buffer | null {
    if (end > this.#from) this.#pieces.push(this.#stretch.subarray(this.#from, end));
    const pieces = this.#pieces;
    this.#pieces = [];
    if (pieces.length === 0) return null;
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  }
}
