/** Stands for every value that gets no series of its own. */
export const other = 'other';

/**
 * Things made per label value, each made once and kept. Values that do not belong, and those beyond `most`, share one,
 * so that whatever callers send neither the series nor this map grows. A lookup of a kept value is one map access.
 */
export class Bounded<T> {
  readonly #kept = new Map<string, T>();
  readonly #make: (value: string) => T;
  readonly #belongs: (value: string) => boolean;
  readonly #most: number;
  #other: T | undefined;

  constructor(make: (value: string) => T, most: number, belongs: (value: string) => boolean = () => true) {
    this.#make = make;
    this.#most = most;
    this.#belongs = belongs;
  }

  get(value: string): T {
    const kept = this.#kept.get(value);
    if (kept !== undefined) return kept;
    if (this.#kept.size >= this.#most || !this.#belongs(value)) {
      this.#other ??= this.#make(other);
      return this.#other;
    }
    const made = this.#make(value);
    this.#kept.set(value, made);
    return made;
  }
}
