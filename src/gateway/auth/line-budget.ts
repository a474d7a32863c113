/**
 * So many lines a second and no more, so that whoever guesses keys does not write the log. What was left out is told
 * with the next line that is written.
 */
export class LineBudget {
  readonly #perSecond: number;
  #second = 0;
  #written = 0;
  #leftOut = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** How many lines were left out before this one, which may be written; null when it may not. */
  take(nowMillis: number): number | null {
    const second = Math.floor(nowMillis / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#written = 0;
    }
    if (this.#written >= this.#perSecond) {
      this.#leftOut += 1;
      return null;
    }
    this.#written += 1;
    const leftOut = this.#leftOut;
    this.#leftOut = 0;
    return leftOut;
  }
}
