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

/** A name that a key may use, and who answers to it. */
export interface KnownModel {
  readonly name: string;
  readonly owner: string;
}

export const knownModels = (snapshot: Snapshot, principal: Principal): readonly KnownModel[] =>
  [...knownNames(snapshot, principal)].map(name => knownModel(snapshot, name));

export const knownModel = (snapshot: Snapshot, name: string): KnownModel => ({
  name,
  owner: snapshot.policies.has(name) ? 'tollgate' : name.slice(0, name.indexOf('/')),
});
