import type { UsageEvent } from '../../spec/usage-event.ts';
import type { Warning } from '../../spec/warning.ts';

const REMEMBERED = 10_000;
const MINUTES_10 = 600_000;

export interface RecentCall {
  readonly keyId: string;
  readonly atMillis: number;
  readonly events: readonly UsageEvent[];
  readonly warnings: readonly Warning[];
}

/** Calls of the last minutes, for `GET /v1/calls/{id}`; older ones are asked of the ledger. */
export class RecentCalls {
  readonly #calls = new Map<string, RecentCall>();

  add(id: string, call: RecentCall): void {
    if (this.#calls.size >= REMEMBERED) this.#calls.delete(this.#calls.keys().next().value ?? '');
    this.#calls.set(id, call);
  }

  /** Only for the key that made the call: to any other it does not exist. */
  find(id: string, keyId: string): RecentCall | null {
    const call = this.#calls.get(id);
    return call !== undefined && call.keyId === keyId && Date.now() - call.atMillis < MINUTES_10 ? call : null;
  }
}
