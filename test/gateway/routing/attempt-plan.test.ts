import { describe, expect, test } from 'vitest';
import { type AttemptFailure, AttemptPlan } from '../../../src/gateway/routing/attempt-plan.ts';
import { KeyPool } from '../../../src/gateway/routing/key-pool.ts';
import { TargetHealth } from '../../../src/gateway/routing/target-health.ts';
import { GatewayError } from '../../../src/spec/gateway-error.ts';
import type { RoutingPolicy } from '../../../src/spec/snapshot.ts';
import { policy, provider, target } from './fixtures.ts';

const failure = (remedy: AttemptFailure['remedy'], retryAfter?: number): AttemptFailure => ({
  error: new GatewayError('upstream_error', retryAfter === undefined ? {} : { retryAfter }),
  reason: 'server',
  remedy,
});

/** Names of target and key of every attempt, when each fails with this remedy. */
function attempts(of: RoutingPolicy, remedy: AttemptFailure['remedy'], retryAfter?: number): string[] {
  const plan = new AttemptPlan(of, [...of.targets, ...of.fallbacks], 'chat', new KeyPool(new TargetHealth()));
  const made: string[] = [];
  let next = plan.next(null);
  while (next !== null) {
    made.push(`${next.target.name} ${next.key?.label}`);
    next = plan.next(failure(remedy, retryAfter));
  }
  return made;
}

const a = target(provider('a'), 'm');
const b = target(provider('b'), 'm');
const c = target(provider('c'), 'm');

describe('the plan of attempts', () => {
  test('goes to the next target, then around again while retries allow', () => {
    expect(attempts(policy([a, b]), 'same')).toEqual(['a/m a#0', 'b/m b#0', 'a/m a#0']);
  });

  test('asks a sole target again as often as retries say', () => {
    expect(attempts(policy([a], { retries: 1 }), 'same')).toEqual(['a/m a#0', 'a/m a#0']);
    expect(attempts(policy([a], { retries: 0 }), 'same')).toEqual(['a/m a#0']);
  });

  test('tries the other keys of a provider that refused one', () => {
    const pooled = target(provider('p', { keys: 3 }), 'm');
    expect(attempts(policy([pooled]), 'key')).toEqual(['p/m p#0', 'p/m p#1', 'p/m p#2']);
  });

  test('does not ask a rate-limited sole target again', () => {
    expect(attempts(policy([a]), 'key')).toEqual(['a/m a#0']);
  });

  test('takes fallbacks after the retries, one attempt each', () => {
    expect(attempts(policy([a], { retries: 0, fallbacks: [b, c] }), 'same')).toEqual(['a/m a#0', 'b/m b#0', 'c/m c#0']);
    expect(attempts(policy([a, b], { retries: 0, fallbacks: [c] }), 'same')).toEqual(['a/m a#0', 'c/m c#0']);
  });

  test('never makes more than four attempts', () => {
    expect(attempts(policy([a, b, c], { retries: 9 }), 'same')).toHaveLength(4);
  });

  test('stops when the request itself is at fault', () => {
    expect(attempts(policy([a, b]), 'none')).toEqual(['a/m a#0']);
  });

  test('gives a target that did not answer in time no second chance', () => {
    expect(attempts(policy([a, b]), 'next')).toEqual(['a/m a#0', 'b/m b#0']);
  });

  test('does not wait for a provider that asks for more patience than a call has', () => {
    expect(attempts(policy([a]), 'same', 60)).toEqual(['a/m a#0']);
  });

  test('passes over a provider without a usable key and says so', () => {
    const keyless = target(provider('k', { keys: 0 }), 'm');
    const plan = new AttemptPlan(policy([keyless]), [keyless], 'chat', new KeyPool(new TargetHealth()));
    expect(plan.next(null)).toBeNull();
    expect(plan.refusal?.code).toBe('provider_key_missing');
  });

  test('passes over a provider whose adapter is not there and says so', () => {
    const unbuilt = target({ ...provider('u'), adapter: null }, 'm');
    const plan = new AttemptPlan(policy([unbuilt]), [unbuilt], 'chat', new KeyPool(new TargetHealth()));
    expect(plan.next(null)).toBeNull();
    expect(plan.refusal?.code).toBe('adapter_not_built');
  });

  test('passes over a provider that does not offer the operation', () => {
    const plan = new AttemptPlan(policy([a]), [a], 'embeddings', new KeyPool(new TargetHealth()));
    expect(plan.next(null)).toBeNull();
    expect(plan.refusal?.code).toBe('operation_unsupported');
  });
});
