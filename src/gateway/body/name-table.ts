/** A fixed set of names that is found by bytes, so that the usual names need no new string. */
export class NameTable {
  /** By length and first character, which leaves one or two to compare. */
  readonly #names: ReadonlyMap<number, readonly string[]>;

  constructor(names: Iterable<string>) {
    const table = new Map<number, string[]>();
    for (const name of names) {
      const key = keyOf(name.length, name.charCodeAt(0));
      table.set(key, [...(table.get(key) ?? []), name]);
    }
    this.#names = table;
  }

  /** The name that stands at `start` and before `end`; null when it is none of these. */
  find(bytes: Buffer, start: number, end: number): string | null {
    const length = end - start;
    const candidates = length > 0 ? this.#names.get(keyOf(length, bytes[start]!)) : undefined;
    if (candidates === undefined) return null;
    for (const name of candidates) {
      let index = 1;
      while (index < length && bytes[start + index] === name.charCodeAt(index)) index++;
      if (index === length) return name;
    }
    return null;
  }
}

const keyOf = (length: number, first: number): number => length * 256 + first;
