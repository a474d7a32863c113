/** The numbers of one metric side by side: counting is an addition in place, and nothing is left to collect. */
export class Cells {
  /** Moves when it grows; never kept by those who count. */
  values: Float64Array = new Float64Array(64);
  #taken = 0;

  /** Index of the first of `width` cells that are 0 and the taker's own. */
  take(width: number): number {
    const at = this.#taken;
    this.#taken += width;
    if (this.#taken > this.values.length) {
      const wider = new Float64Array(2 * this.#taken);
      wider.set(this.values);
      this.values = wider;
    }
    return at;
  }
}
