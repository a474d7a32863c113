/** Left free at the end of an id that is cut, for the number that makes it another one. */
const NUMBER = 8;

const NONE: readonly string[] = [];

/** Own ids of calls that share the caller's id, and how many of them are answered. */
interface Waiting {
  readonly ids: string[];
  answered: number;
}

/**
 * Ids of tool calls as the API wants them: of its alphabet and unique in the conversation. Ids of other providers and
 * ids that come again in a later turn get another one, and a result finds its call by the caller's id. Holds the
 * calls that are not answered yet; several with one id are answered in their order.
 */
export class ToolIds {
  readonly #longest: number;
  /** Every id in use, with the number that the next one like it gets. */
  readonly #taken = new Map<string, number>();
  readonly #open = new Map<string, Waiting>();

  constructor(longest = Number.POSITIVE_INFINITY) {
    this.#longest = longest;
  }

  call(id: string): string {
    const valid = id.replace(/[^a-zA-Z0-9_-]/g, '_') || 'call';
    const own = this.#free(valid.length <= this.#longest ? valid : this.#cut(valid));
    const waiting = this.#open.get(id);
    if (waiting === undefined) this.#open.set(id, { ids: [own], answered: 0 });
    else waiting.ids.push(own);
    return own;
  }

  /** Null when no open call has this id. */
  result(id: string): string | null {
    const waiting = this.#open.get(id);
    return waiting?.ids[waiting.answered++] ?? null;
  }

  /** Calls without a result; none of them is open afterwards. */
  unanswered(): readonly string[] {
    if (this.#open.size === 0) return NONE;
    const all = [...this.#open.values()].flatMap(({ ids, answered }) => ids.slice(answered));
    this.#open.clear();
    return all;
  }

  #cut(id: string): string {
    return id.slice(0, this.#longest - NUMBER);
  }

  /** Counts on from where it stopped, so that one id thousands of times stays cheap. */
  #free(id: string): string {
    let count = this.#taken.get(id) ?? 1;
    let free = count === 1 ? id : `${this.#cut(id)}_${count}`;
    while (count > 1 && this.#taken.has(free)) free = `${this.#cut(id)}_${++count}`;
    this.#taken.set(id, count + 1);
    if (free !== id) this.#taken.set(free, 2);
    return free;
  }
}
