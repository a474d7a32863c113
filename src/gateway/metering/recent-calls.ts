import { timeOfUuid } from '../../spec/ids.ts';
import { type UsageEvent, usageDefaults } from '../../spec/usage-event.ts';
import type { Warning } from '../../spec/warning.ts';

const REMEMBERED = 10_000;
/** Room for as many events of the usual size; longer ones leave room for fewer. */
const RING_BYTES = 8 * 1024 * 1024;
const MINUTES_10 = 600_000;
/** Of the call's id in an event's JSON, which begins with the event's own. */
const CALL_ID_AT = `{"id":"${' '.repeat(36)}","call_id":"`.length;
const ID_LENGTH = 36;

export interface RecentCall {
  /** Of its attempts, oldest first. */
  readonly events: readonly UsageEvent[];
  readonly warnings: readonly Warning[];
}

/**
 * Calls of the last minutes, for `GET /v1/calls/{id}`; older ones are asked of the ledger. Every call is put in and
 * hardly one is asked for, so their events are kept as the spool's bytes in one ring: objects that outlive their call
 * by half a second would all be moved by the collector, twice, and then fill the old generation.
 */
export class RecentCalls {
  readonly #bytes = Buffer.allocUnsafeSlow(RING_BYTES);
  /** Bytes that were ever put in, which is also where the next event goes, modulo the ring's size. */
  #written = 0;
  /** Where each event began, in those bytes, and its length; these two turn over as well. */
  readonly #starts = new Float64Array(REMEMBERED).fill(-1);
  readonly #lengths = new Uint32Array(REMEMBERED);
  #next = 0;
  readonly #warned: { readonly id: string; readonly warnings: readonly Warning[] }[] = [];
  #nextWarned = 0;

  /** Takes the JSON of a finished attempt's event, `bytes[start, end)`, by copy. */
  add(bytes: Buffer, start: number, end: number): void {
    const length = end - start;
    if (length > RING_BYTES) return;
    const at = this.#written % RING_BYTES;
    if (at + length > RING_BYTES) this.#written += RING_BYTES - at;
    bytes.copy(this.#bytes, this.#written % RING_BYTES, start, end);
    this.#starts[this.#next] = this.#written;
    this.#lengths[this.#next] = length;
    this.#written += length;
    this.#next = (this.#next + 1) % REMEMBERED;
  }

  /** Remembers what the call's answer was warned of. */
  warn(id: string, warnings: readonly Warning[]): void {
    this.#warned[this.#nextWarned] = { id, warnings };
    this.#nextWarned = (this.#nextWarned + 1) % REMEMBERED;
  }

  /** Only for the key that made the call: to any other it does not exist. */
  find(id: string, keyId: string): RecentCall | null {
    if (id.length !== ID_LENGTH) return null;
    const events = this.#eventsOf(Buffer.from(id, 'latin1'));
    const first = events[0];
    if (first === undefined || first.key_id !== keyId || Date.now() - timeOfUuid(first.id) >= MINUTES_10) return null;
    return { events, warnings: this.#warned.find(one => one.id === id)?.warnings ?? [] };
  }

  #eventsOf(id: Buffer): UsageEvent[] {
    const events: UsageEvent[] = [];
    const oldest = this.#written - RING_BYTES;
    for (let index = 0; index < REMEMBERED; index++) {
      const start = this.#starts[index]!;
      if (start < 0 || start < oldest) continue;
      const at = start % RING_BYTES;
      const idAt = at + CALL_ID_AT;
      if (this.#bytes.compare(id, 0, ID_LENGTH, idAt, idAt + ID_LENGTH) !== 0) continue;
      const json = this.#bytes.toString('utf8', at, at + this.#lengths[index]!);
      events.push({ ...usageDefaults, ...(JSON.parse(json) as UsageEvent) });
    }
    return events.sort((left, right) => left.attempt - right.attempt);
  }
}
