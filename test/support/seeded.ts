/** Chance that can be had again: the same seed gives the same choices, on every machine. */
export class Seeded {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to 1, 1 excluded (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from 0 up to `below`, which is excluded. */
  below(below: number): number {
    return Math.floor(this.next() * below);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Of>(from: readonly Of[]): Of {
    return from[this.below(from.length)]!;
  }

  shuffled<Of>(all: readonly Of[]): Of[] {
    const out = [...all];
    for (let at = out.length - 1; at > 0; at--) {
      const other = this.below(at + 1);
      [out[at], out[other]] = [out[other]!, out[at]!];
    }
    return out;
  }

  /** The text in one to `most` pieces; halves of characters may come apart, as they do in token streams. */
  pieces(text: string, most: number): string[] {
    const out: string[] = [];
    for (let from = 0; from < text.length; ) {
      const left = most - out.length;
      const length = left <= 1 ? text.length : 1 + this.below(Math.ceil((text.length - from) / 2));
      out.push(text.slice(from, from + length));
      from += length;
    }
    return out;
  }
}
