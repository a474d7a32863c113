import type { Principal, Snapshot } from '../../spec/snapshot.ts';
import { mayUse } from './resolve-model.ts';

/**
 * Every name the key may use that is known ahead: aliases first, then `provider/model` in file order.
 *
 * @param most names that are looked at, whether the key may use them or not
 */
export function* knownNames(
  snapshot: Snapshot,
  principal: Principal,
  most: number = Number.POSITIVE_INFINITY,
): Generator<string> {
  let left = most;
  for (const alias of snapshot.policies.keys()) {
    if (left-- <= 0) return;
    if (mayUse(principal, alias)) yield alias;
  }
  for (const provider of snapshot.providers.values()) {
    for (const model of provider.models) {
      if (left-- <= 0) return;
      const name = `${provider.name}/${model}`;
      if (mayUse(principal, name) || mayUse(principal, model)) yield name;
    }
  }
}

interface ModelEntry {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: string;
}

/** `created` is not known for most models; the shape wants a number. */
const entry = (id: string, owner: string): ModelEntry => ({ id, object: 'model', created: 0, owned_by: owner });

/** OpenAI's list shape. */
export function listModels(snapshot: Snapshot, principal: Principal): { object: 'list'; data: readonly ModelEntry[] } {
  return { object: 'list', data: [...knownNames(snapshot, principal)].map(name => describeModel(snapshot, name)) };
}

export function describeModel(snapshot: Snapshot, name: string): ModelEntry {
  return entry(name, snapshot.policies.has(name) ? 'tollgate' : name.slice(0, name.indexOf('/')));
}
