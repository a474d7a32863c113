import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayError } from '../../spec/gateway-error.ts';
import type { Call } from '../call.ts';
import { type AttemptFailure, AttemptPlan, type PlannedAttempt } from '../routing/attempt-plan.ts';
import { Attempt } from './attempt.ts';
import { prepareRequest } from './prepare-request.ts';
import type { UpstreamStages } from './upstream-stages.ts';

/**
 * Tries targets until one answers. Resolves when the call is over: answered, ended by an error event, or left by its
 * client. Throws the last failure when nothing has reached the client and no attempt is left.
 */
export async function answerCall(call: Call, stages: UpstreamStages): Promise<void> {
  const policy = call.policy!;
  const plan = new AttemptPlan(policy, stages.order(policy), call.ingress.operation, stages.keys);
  let failure: AttemptFailure | null = null;
  for (;;) {
    const planned = plan.next(failure);
    if (planned === null) throw failure?.error ?? plan.refusal ?? new GatewayError('provider_key_missing');
    if (planned.delayMillis > 0) await pause(call, planned.delayMillis);
    if (call.gone) return;
    failure = await tryTarget(call, planned, failure?.reason ?? '', stages);
    if (failure === null) return;
  }
}

async function tryTarget(
  call: Call,
  planned: PlannedAttempt,
  retryReason: string,
  stages: UpstreamStages,
): Promise<AttemptFailure | null> {
  const prepared = await prepareRequest(call, planned.target, planned.key?.secret.reveal() ?? null).catch(unservable);
  if (!('request' in prepared)) return prepared;
  refuseWarnings(call, prepared.warnings);
  call.warnings = prepared.warnings;
  if (call.gone) return null;
  return new Promise(resolve => {
    const attempt = new Attempt(call, planned, retryReason, stages, resolve);
    call.onGone = () => attempt.abort();
    call.onDrain = () => attempt.drained();
    stages.watch.attempt(call, attempt);
    attempt.start(prepared.request, prepared.reading);
  });
}

/** What one target cannot serve another may; anything else is the caller's mistake and ends the call. */
function unservable(error: unknown): AttemptFailure {
  if (!(error instanceof GatewayError) || error.retry !== 'next-target') throw error;
  return { error, reason: error.code, remedy: 'next' };
}

/** With `x-tollgate-strict: true` nothing may be changed on the way: the first change is refused by its field's name. */
function refuseWarnings(call: Call, warnings: Call['warnings']): void {
  const first = warnings[0];
  if (first === undefined || call.request.headers['x-tollgate-strict'] !== 'true') return;
  throw new GatewayError('invalid_value', {
    message: `"${first.field}" cannot be passed on as it is (${first.action}): ${first.why}`,
    param: first.field,
  });
}

/** Waits, but not for a client that has left. */
async function pause(call: Call, millis: number): Promise<void> {
  const waiting = new AbortController();
  call.onGone = () => waiting.abort();
  try {
    await sleep(millis, undefined, { signal: waiting.signal });
  } catch (error) {
    if (!waiting.signal.aborted) throw error;
  }
}
