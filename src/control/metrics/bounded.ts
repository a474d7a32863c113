/** Stands for every value that gets no series of its own. */
export const other = 'other';

/**
 * Things made per label value, each made once and kept. Values that do not belong, and those beyond `most`, get none of
 * their own, so that whatever callers send neither the series nor this map grows. Finding a kept one is one map access.
 */
export class Bounded<T> {
  readonly #kept = new Map<string, T>();
  readonly #make: (value: string) => T;
  readonly #most: number;
  readonly #belongs: (value: string) => boolean;
  #other: T | undefined;

  constructor(make: (value: string) => T, most: number, belongs: (value: string) => boolean = () => true) {
    this.#make = make;
    this.#most = most;
    this.#belongs = belongs;
  }

  /** Undefined for a value that gets none of its own. */
  find(value: string): T | undefined {
    const kept = this.#kept.get(value);
    if (kept !== undefined || this.#kept.size >= this.#most || !this.#belongs(value)) return kept;
    const made = this.#make(value);
    this.#kept.set(value, made);
    return made;
  }

  /** The value's own, or the one that all others share. */
  get(value: string): T {
    const own = this.find(value);
    if (own !== undefined) return own;
    // One that is really called so is the same series.
    this.#other ??= this.#kept.get(other) ?? this.#make(other);
    return this.#other;
  }
}
