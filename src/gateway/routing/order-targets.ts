import type { RoutingPolicy, Target } from '../../spec/snapshot.ts';
import type { TargetHealth } from './target-health.ts';

export type OrderTargets = (policy: RoutingPolicy) => readonly Target[];

/** Targets of a policy in the order in which they are tried: by strategy, the cooling ones last, then fallbacks. */
export function targetOrder(health: TargetHealth, random: () => number = Math.random): OrderTargets {
  const turns = new Map<string, number>();
  return policy => {
    const { targets, fallbacks } = policy;
    if (targets.length === 1 && fallbacks.length === 0) return targets;
    const now = Date.now();
    return [...byHealth(byStrategy(policy, turns, random), health, now), ...byHealth(fallbacks, health, now)];
  };
}

function byStrategy(policy: RoutingPolicy, turns: Map<string, number>, random: () => number): readonly Target[] {
  switch (policy.strategy) {
    case 'priority':
      return policy.targets;
    case 'weighted':
      return shuffledByWeight(policy.targets, random);
    case 'round-robin': {
      const turn = (turns.get(policy.name) ?? -1) + 1;
      turns.set(policy.name, turn % policy.targets.length);
      const first = turn % policy.targets.length;
      return [...policy.targets.slice(first), ...policy.targets.slice(0, first)];
    }
  }
}

/** Drawn one after another without putting back, so the second choice follows the weights too. */
function shuffledByWeight(targets: readonly Target[], random: () => number): readonly Target[] {
  const left = [...targets];
  const drawn: Target[] = [];
  while (left.length > 0) {
    let point = random() * left.reduce((sum, target) => sum + target.weight, 0);
    const index = left.findIndex(target => {
      point -= target.weight;
      return point < 0;
    });
    drawn.push(...left.splice(index < 0 ? left.length - 1 : index, 1));
  }
  return drawn;
}

/** A target cools, too, while each of its keys does. */
const isCooling = ({ name, provider: { keys } }: Target, health: TargetHealth, now: number): boolean =>
  health.targetCooling(name, now) || (keys.length > 0 && keys.every(key => health.keyCooling(name, key.label, now)));

function byHealth(targets: readonly Target[], health: TargetHealth, now: number): readonly Target[] {
  const cooling = targets.filter(target => isCooling(target, health, now));
  return cooling.length === 0 ? targets : [...targets.filter(target => !cooling.includes(target)), ...cooling];
}
