import { GatewayError } from '../../spec/gateway-error.ts';
import type { ProviderKey } from '../../spec/snapshot.ts';
import type { Call } from '../call.ts';
import { type AttemptFailure, AttemptPlan, type PlannedAttempt } from '../routing/attempt-plan.ts';
import { Attempt } from './attempt.ts';
import { fittingWarnings } from './fitting-warnings.ts';
import { type PreparedRequest, prepareRequest } from './prepare-request.ts';
import type { UpstreamStages } from './upstream-stages.ts';

/** Told once: null when the call is over, else what it is to be refused with. */
export type Answered = (error: unknown) => void;

/**
 * Tries targets until one answers. Tells `then` when the call is over: answered, ended by an error event, or left by
 * its client; with the last failure when nothing has reached the client and no attempt is left. Callbacks and no
 * promises, because every call comes this way.
 */
export function answerCall(call: Call, stages: UpstreamStages, then: Answered): void {
  new Answering(call, stages, then).next(null);
}

class Answering {
  readonly #call: Call;
  readonly #stages: UpstreamStages;
  readonly #then: Answered;
  readonly #plan: AttemptPlan;
  #planned: PlannedAttempt | null = null;
  #failure: AttemptFailure | null = null;

  constructor(call: Call, stages: UpstreamStages, then: Answered) {
    const policy = call.policy!;
    this.#call = call;
    this.#stages = stages;
    this.#then = then;
    this.#plan = new AttemptPlan(policy, stages.order(policy), call.ingress.operation, stages.keys);
  }

  next(failure: AttemptFailure | null): void {
    this.#failure = failure;
    const planned = this.#plan.next(failure);
    this.#planned = planned;
    if (planned === null) {
      this.#then(failure?.error ?? this.#plan.refusal ?? new GatewayError('provider_key_missing'));
    } else if (planned.delayMillis > 0) this.#pause(planned.delayMillis);
    else this.#prepare();
  }

  /** Waits, but not for a client that has left. */
  #pause(millis: number): void {
    const timer = setTimeout(() => this.#guard(() => this.#prepare()), millis);
    this.#call.onGone = () => {
      clearTimeout(timer);
      this.#then(null);
    };
  }

  #prepare(): void {
    const { key } = this.#planned!;
    this.#call.onGone = null;
    if (this.#call.gone) return this.#then(null);
    if (key?.exchange === undefined) this.#prepareWith(key);
    else this.#exchange(key);
  }

  /** The key is no credential by itself: the call waits for its token where none is there yet. */
  #exchange(key: ProviderKey): void {
    const call = this.#call;
    let given: ProviderKey | Promise<ProviderKey>;
    try {
      given = this.#stages.credentials.of(key);
    } catch (error) {
      return this.#keyless(error);
    }
    if (!(given instanceof Promise)) return this.#prepareWith(given);
    const asked = performance.now();
    call.onGone = () => this.#then(null);
    const waited = (work: () => void) => {
      call.onGone = null;
      call.upstreamMillis += performance.now() - asked;
      this.#guard(() => (call.gone ? this.#then(null) : work()));
    };
    given.then(
      credential => waited(() => this.#prepareWith(credential)),
      (error: unknown) => waited(() => this.#keyless(error)),
    );
  }

  /** No token for this key: another key may have one, and another target may need none. */
  #keyless(error: unknown): void {
    if (!(error instanceof GatewayError)) throw error;
    const { target, key } = this.#planned!;
    const remedy = error.code === 'provider_auth' ? 'key' : 'next';
    const failure: AttemptFailure = { error, reason: error.code, remedy };
    this.#stages.learn(target, key, failure);
    this.next(failure);
  }

  #prepareWith(credential: ProviderKey | null): void {
    const { target, key } = this.#planned!;
    if (credential !== key) this.#planned = { ...this.#planned!, key: credential };
    let prepared: PreparedRequest | Promise<PreparedRequest>;
    try {
      prepared = prepareRequest(this.#call, target, credential);
    } catch (error) {
      return this.#unservable(error);
    }
    if (!(prepared instanceof Promise)) return this.#try(prepared);
    prepared.then(
      request => this.#guard(() => this.#try(request)),
      (error: unknown) => this.#guard(() => this.#unservable(error)),
    );
  }

  #try({ request, reading, warnings }: PreparedRequest): void {
    const call = this.#call;
    refuseWarnings(call, warnings);
    call.warnings = warnings.length === 0 ? warnings : fittingWarnings(warnings);
    if (call.gone) return this.#then(null);
    const attempt = new Attempt(call, this.#planned!, this.#failure?.reason ?? '', this.#stages, this.#tried);
    call.onGone = null;
    call.attempt = attempt;
    attempt.start(request, reading);
  }

  readonly #tried = (failure: AttemptFailure | null): void => {
    if (failure === null) this.#then(null);
    else this.#guard(() => this.next(failure));
  };

  /** What one target cannot serve another may; anything else is the caller's mistake and ends the call. */
  #unservable(error: unknown): void {
    if (!(error instanceof GatewayError) || error.retry !== 'next-target') throw error;
    this.next({ error, reason: error.code, remedy: 'next' });
  }

  /** Nobody is above a callback to catch what it throws. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#then(error);
    }
  }
}

/** With `x-tollgate-strict: true` nothing may be changed on the way: the first change is refused by its field's name. */
export function refuseWarnings(call: Call, warnings: Call['warnings']): void {
  const first = warnings[0];
  if (first === undefined || call.exchange.header('x-tollgate-strict') !== 'true') return;
  throw new GatewayError('invalid_value', {
    message: `"${first.field}" cannot be passed on as it is (${first.action}): ${first.why}`,
    param: first.field,
  });
}
