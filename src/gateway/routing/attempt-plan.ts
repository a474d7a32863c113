import { GatewayError } from '../../spec/gateway-error.ts';
import { limits } from '../../spec/limits.ts';
import type { Operation } from '../../spec/provider.ts';
import type { ProviderKey, RoutingPolicy, Target } from '../../spec/snapshot.ts';
import type { KeyPool } from './key-pool.ts';

/** What a failed attempt teaches the plan. */
export interface AttemptFailure {
  readonly error: GatewayError;
  /** Why another attempt follows, as the ledger records it. */
  readonly reason: string;
  /**
   * `key`: another key of the same provider may do better; `same`: the same target may do better in a moment;
   * `next`: only another target may; `none`: nothing would, the request itself is at fault.
   */
  readonly remedy: 'key' | 'same' | 'next' | 'none';
}

export interface PlannedAttempt {
  readonly target: Target;
  /** Null for providers that need none. */
  readonly key: ProviderKey | null;
  readonly delayMillis: number;
}

interface Again {
  readonly target: Target;
  readonly waitSeconds: number | undefined;
}

/** Labels of a target's keys that this call has tried. */
interface Tried {
  readonly name: string;
  readonly keys: string[];
}

const none: readonly string[] = [];
const BASE_MILLIS = 100;
const LONGEST_MILLIS = 2_000;

/**
 * Decides what is tried next: other keys first where the key was refused, then the next target, then the same targets
 * again after a jittered pause while `retries` allow it. Every fallback is one further attempt; four in all at most.
 */
export class AttemptPlan {
  readonly #policy: RoutingPolicy;
  readonly #operation: Operation;
  #queue: readonly Target[];
  readonly #pool: KeyPool;
  /** Most calls need one attempt, so what only the second one asks for is not made before it. */
  #tried: Tried[] | null = null;
  #again: Again[] | null = null;
  #at = 0;
  #primaries = 0;
  #made = 0;
  #round = 0;
  #current: Target | null = null;
  #refusal: GatewayError | null = null;

  constructor(policy: RoutingPolicy, ordered: readonly Target[], operation: Operation, pool: KeyPool) {
    this.#policy = policy;
    this.#queue = ordered;
    this.#operation = operation;
    this.#pool = pool;
  }

  /** Why the last target that could not even be tried was passed over. */
  get refusal(): GatewayError | null {
    return this.#refusal;
  }

  /** The next attempt, or null when there is none. */
  next(failure: AttemptFailure | null): PlannedAttempt | null {
    if (failure?.remedy === 'none' || this.#made >= limits.attemptsPerCall) return null;
    if (failure?.remedy === 'key') {
      const other = this.#withKey(this.#current!);
      // A key that was refused costs the call no retry.
      if (other !== null) return this.#sameTarget(other);
    }
    if (failure?.remedy === 'same') {
      this.#again ??= [];
      this.#again.push({ target: this.#current!, waitSeconds: failure.error.retryAfter });
    }
    while (this.#at < this.#queue.length) {
      const target = this.#queue[this.#at++]!;
      const attempt = this.#usable(target) ? this.#withKey(target) : null;
      if (attempt !== null) return this.#planned(attempt, 0);
    }
    return this.#roundAgain();
  }

  /** Only what may do better the second time is asked again: a rate limit on its own is the caller's to wait for. */
  #roundAgain(): PlannedAttempt | null {
    const again = this.#again ?? [];
    const patient = again.findIndex(({ waitSeconds = 0 }) => waitSeconds * 1000 <= LONGEST_MILLIS);
    if (patient < 0 || this.#primaries > this.#policy.retries) return null;
    const { target, waitSeconds: wait } = again.splice(patient, 1)[0]!;
    this.#tried = (this.#tried ?? []).filter(({ name }) => name !== target.name);
    const attempt = this.#withKey(target);
    const jitter = Math.random() * Math.min(LONGEST_MILLIS, BASE_MILLIS * 2 ** this.#round++);
    return attempt === null ? null : this.#planned(attempt, wait === undefined ? jitter : wait * 1000);
  }

  #sameTarget(attempt: { target: Target; key: ProviderKey | null }): PlannedAttempt {
    this.#made++;
    return { ...attempt, delayMillis: 0 };
  }

  #planned(attempt: { target: Target; key: ProviderKey | null }, delayMillis: number): PlannedAttempt | null {
    const fallback = !this.#policy.targets.includes(attempt.target);
    if (!fallback && this.#primaries > this.#policy.retries) return this.#nextFallback();
    this.#made++;
    if (!fallback) this.#primaries++;
    this.#current = attempt.target;
    return { ...attempt, delayMillis };
  }

  /** The retries are used up: only fallbacks are left. */
  #nextFallback(): PlannedAttempt | null {
    this.#queue = this.#queue.slice(this.#at).filter(target => !this.#policy.targets.includes(target));
    this.#at = 0;
    this.#again = null;
    return this.#queue.length > 0 ? this.next(null) : null;
  }

  #withKey(target: Target): { target: Target; key: ProviderKey | null } | null {
    const { provider } = target;
    if (provider.keys.length === 0 && provider.keyless) {
      if (this.#keysTriedOf(target) !== null) return null;
      this.#remember(target, '');
      return { target, key: null };
    }
    const key = this.#pool.pick(target, this.#keysTriedOf(target) ?? none);
    if (key === null) {
      if (provider.keys.length === 0) this.#refuse('provider_key_missing', target);
      return null;
    }
    this.#remember(target, key.label);
    return { target, key };
  }

  /** Null when the target was not tried in this round. */
  #keysTriedOf(target: Target): readonly string[] | null {
    return this.#tried?.find(({ name }) => name === target.name)?.keys ?? null;
  }

  #remember(target: Target, key: string): void {
    this.#tried ??= [];
    const known = this.#tried.find(({ name }) => name === target.name);
    if (known === undefined) this.#tried.push({ name: target.name, keys: [key] });
    else known.keys.push(key);
  }

  #usable(target: Target): boolean {
    const { adapter } = target.provider;
    if (adapter === null) return this.#refuse('adapter_not_built', target);
    if (adapter.operations[this.#operation] === undefined) return this.#refuse('operation_unsupported', target);
    return true;
  }

  #refuse(code: 'adapter_not_built' | 'operation_unsupported' | 'provider_key_missing', target: Target): false {
    this.#refusal = new GatewayError(code, { detail: target.name });
    return false;
  }
}
