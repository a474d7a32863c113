/** A fixed set of names that is found by bytes, so that the usual names need no new string. */
export class NameTable {
  readonly #byLength: readonly (readonly string[])[];

  constructor(names: Iterable<string>) {
    const byLength: string[][] = [];
    for (const name of names) {
      byLength[name.length] ??= [];
      byLength[name.length]!.push(name);
    }
    this.#byLength = Array.from(byLength, same => same ?? []);
  }

  /** The name that stands at `start` and before `end`; null when it is none of these. */
  find(bytes: Buffer, start: number, end: number): string | null {
    const length = end - start;
    if (length >= this.#byLength.length) return null;
    for (const name of this.#byLength[length]!) {
      let index = 0;
      while (index < length && bytes[start + index] === name.charCodeAt(index)) index++;
      if (index === length) return name;
    }
    return null;
  }
}
