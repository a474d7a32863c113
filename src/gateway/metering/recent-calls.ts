import type { UsageEvent } from '../../spec/usage-event.ts';
import type { Warning } from '../../spec/warning.ts';

const REMEMBERED = 10_000;
const MINUTES_10 = 600_000;

export interface RecentCall {
  readonly id: string;
  readonly keyId: string;
  readonly atMillis: number;
  readonly events: readonly UsageEvent[];
  readonly warnings: readonly Warning[];
}

/**
 * Calls of the last minutes, for `GET /v1/calls/{id}`; older ones are asked of the ledger. A ring, because every call is
 * put in and hardly one is asked for: looking through all of it takes a tenth of a millisecond.
 */
export class RecentCalls {
  readonly #ring: RecentCall[] = [];
  #next = 0;

  add(call: RecentCall): void {
    this.#ring[this.#next] = call;
    this.#next = (this.#next + 1) % REMEMBERED;
  }

  /** Only for the key that made the call: to any other it does not exist. */
  find(id: string, keyId: string): RecentCall | null {
    const call = this.#ring.find(recent => recent.id === id);
    return call !== undefined && call.keyId === keyId && Date.now() - call.atMillis < MINUTES_10 ? call : null;
  }
}
