import { spoolRecord } from '../../spec/spool-file.ts';

const { idAt, idLength } = spoolRecord;
/** As many lines as one chunk holds; a power of two of slots, twice as many. */
const LINES = 4096;
const SLOTS = 2 * LINES;
const TAKEN = -1;

/**
 * Calls that started in the chunk being read. Most calls end in the chunk in which they began; these are matched by the
 * bytes of their ids, since a string and an entry of a map for each would cost more than all the rest of reading.
 */
export class ChunkCalls {
  /** Where lines begin in the chunk, in their order. */
  readonly #lines = new Int32Array(LINES);
  #count = 0;
  /** By hash of the id: the place in `#lines`, counted from 1. */
  readonly #slots = new Uint16Array(SLOTS);

  /** Notes a `started` line; false when there is no room. */
  add(chunk: Buffer, line: number): boolean {
    if (this.#count === LINES) return false;
    let slot = slotOf(chunk, line);
    while (this.#slots[slot] !== 0) slot = (slot + 1) % SLOTS;
    this.#lines[this.#count++] = line;
    this.#slots[slot] = this.#count;
    return true;
  }

  /** Forgets the `started` line with the id of this one; false when there is none. */
  take(chunk: Buffer, line: number): boolean {
    for (let slot = slotOf(chunk, line); this.#slots[slot] !== 0; slot = (slot + 1) % SLOTS) {
      const place = this.#slots[slot]! - 1;
      const started = this.#lines[place]!;
      if (started === TAKEN || !hasSameId(chunk, line, started)) continue;
      this.#lines[place] = TAKEN;
      return true;
    }
    return false;
  }

  /** The lines that are left, which are then forgotten. */
  drain(): readonly number[] {
    const left: number[] = [];
    for (let place = 0; place < this.#count; place++) {
      if (this.#lines[place] !== TAKEN) left.push(this.#lines[place]!);
    }
    this.#slots.fill(0);
    this.#count = 0;
    return left;
  }
}

/** By the last digits of the id, which are random. */
function slotOf(chunk: Buffer, line: number): number {
  let hash = 0;
  for (let at = line + idAt + idLength - 8; at < line + idAt + idLength; at++)
    hash = (Math.imul(hash, 31) + chunk[at]!) | 0;
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}

/** From the end, where ids differ. */
function hasSameId(chunk: Buffer, line: number, other: number): boolean {
  for (let index = idAt + idLength - 1; index >= idAt; index--) {
    if (chunk[line + index] !== chunk[other + index]) return false;
  }
  return true;
}
