import type { Snapshot } from '../../spec/snapshot.ts';

/**
 * Whether a target's name is one the configuration knows: named by an alias, or listed for its provider. Callers can
 * reach others as `provider/anything`, and those must not become label values.
 */
export function knownTarget(known: () => Snapshot | null): (target: string) => boolean {
  let of: Snapshot | null = null;
  let named: ReadonlySet<string> = new Set();
  return target => {
    const snapshot = known();
    if (snapshot === null) return false;
    if (snapshot !== of) {
      named = targetsOf(snapshot);
      of = snapshot;
    }
    if (named.has(target)) return true;
    const slash = target.indexOf('/');
    return snapshot.providers.get(target.slice(0, slash))?.models.has(target.slice(slash + 1)) ?? false;
  };
}

function targetsOf(snapshot: Snapshot): ReadonlySet<string> {
  const policies = [...snapshot.policies.values()];
  return new Set(policies.flatMap(policy => [...policy.targets, ...policy.fallbacks].map(target => target.name)));
}
