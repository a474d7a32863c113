/** How long a key that was refused is set aside. */
const AUTH_MILLIS = 60_000;
const RATE_LIMIT_MILLIS = 5_000;
const LONGEST_MILLIS = 60_000;
const FAILING_MILLIS = 10_000;
const FAILURES_IN_A_ROW = 3;
const REMEMBERED = 10_000;

interface Record {
  untilMillis: number;
  failures: number;
}

/**
 * What attempts taught about targets and provider keys. Only the provider's behaviour counts: a caller's bad request
 * never cools anything. A target on cooldown is tried after the healthy ones, so a sole target is always tried.
 */
export class TargetHealth {
  readonly #records = new Map<string, Record>();

  /** A provider refused our key: set that key aside everywhere. */
  keyRefused(keyLabel: string, nowMillis: number): void {
    this.#record(keyLabel).untilMillis = nowMillis + AUTH_MILLIS;
  }

  /** A rate limit cools this key for this model, not the whole provider. */
  rateLimited(target: string, keyLabel: string, retryAfterSeconds: number | undefined, nowMillis: number): void {
    const millis = retryAfterSeconds === undefined ? RATE_LIMIT_MILLIS : retryAfterSeconds * 1000;
    this.#record(`${keyLabel} ${target}`).untilMillis = nowMillis + Math.min(millis, LONGEST_MILLIS);
  }

  failed(target: string, nowMillis: number): void {
    const record = this.#record(target);
    if (++record.failures >= FAILURES_IN_A_ROW) record.untilMillis = nowMillis + FAILING_MILLIS;
  }

  succeeded(target: string): void {
    this.#records.delete(target);
  }

  targetCooling(target: string, nowMillis: number): boolean {
    return (this.#records.get(target)?.untilMillis ?? 0) > nowMillis;
  }

  keyCooling(target: string, keyLabel: string, nowMillis: number): boolean {
    return (
      (this.#records.get(keyLabel)?.untilMillis ?? 0) > nowMillis ||
      (this.#records.get(`${keyLabel} ${target}`)?.untilMillis ?? 0) > nowMillis
    );
  }

  #record(name: string): Record {
    let record = this.#records.get(name);
    if (record === undefined) {
      // Model names are the caller's to invent, so the oldest record makes room.
      if (this.#records.size >= REMEMBERED) this.#records.delete(this.#records.keys().next().value ?? '');
      record = { untilMillis: 0, failures: 0 };
      this.#records.set(name, record);
    }
    return record;
  }
}
