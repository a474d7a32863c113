import { describe, expect, test } from 'vitest';
import { targetOrder } from '../../../src/gateway/routing/order-targets.ts';
import { TargetHealth } from '../../../src/gateway/routing/target-health.ts';
import { policy, provider, target } from './fixtures.ts';

const a = target(provider('a'), 'm', 3);
const b = target(provider('b'), 'm', 1);
const c = target(provider('c'), 'm', 1);
const names = (targets: readonly { name: string }[]) => targets.map(entry => entry.name);

describe('the order of targets', () => {
  test('is the written one by priority', () => {
    expect(names(targetOrder(new TargetHealth())(policy([b, a])))).toEqual(['b/m', 'a/m']);
  });

  test('starts one further each time round-robin', () => {
    const order = targetOrder(new TargetHealth());
    const turn = policy([a, b, c], { strategy: 'round-robin' });
    expect([1, 2, 3, 4].map(() => names(order(turn))[0])).toEqual(['a/m', 'b/m', 'c/m', 'a/m']);
  });

  test('follows the weights, for the second choice too', () => {
    const weighted = policy([a, b, c], { strategy: 'weighted' });
    const drawn = (points: number[]) => names(targetOrder(new TargetHealth(), () => points.shift() ?? 0)(weighted));
    expect(drawn([0.59, 0, 0])).toEqual(['a/m', 'b/m', 'c/m']);
    expect(drawn([0.61, 0, 0])).toEqual(['b/m', 'a/m', 'c/m']);
    expect(drawn([0.99, 0.9, 0])).toEqual(['c/m', 'b/m', 'a/m']);
  });

  test('puts a failing target behind the healthy ones but keeps it', () => {
    const health = new TargetHealth();
    for (let failures = 0; failures < 3; failures++) health.failed('a/m', Date.now());
    expect(names(targetOrder(health)(policy([a, b], { fallbacks: [c] })))).toEqual(['b/m', 'a/m', 'c/m']);
    health.succeeded('a/m');
    expect(names(targetOrder(health)(policy([a, b])))).toEqual(['a/m', 'b/m']);
  });
});
