import { GatewayError } from '../../spec/gateway-error.ts';
import { limits } from '../../spec/limits.ts';
import { isModelName, matchesGlob } from '../../spec/names.ts';
import { nearest } from '../../spec/nearest.ts';
import { defaultRetries, defaultTimeouts } from '../../spec/resources.ts';
import type { ConfiguredProvider, Principal, RoutingPolicy, Snapshot } from '../../spec/snapshot.ts';
import { knownNames } from './list-models.ts';

/** Names a key has asked for; with this many it starts anew. */
const REMEMBERED = 1000;
/** What names meant in a snapshot for a key. One answer for one name also gives the target the same identity. */
const answers = new WeakMap<Snapshot, WeakMap<Principal, Map<string, RoutingPolicy>>>();

/**
 * Finds what a model name means: an alias, then `provider/model`, then a bare name (the model's maker if configured,
 * else the first provider in file order that lists it). A name that is unknown and one that this key may not use are
 * the same 404, which names only what the key may use.
 */
export function resolveModel(snapshot: Snapshot, principal: Principal, name: string): RoutingPolicy {
  const known = knownTo(snapshot, principal);
  const remembered = known.get(name);
  if (remembered !== undefined) return remembered;
  const policy = isModelName(name) ? find(snapshot, principal, name) : null;
  if (policy !== null) {
    if (known.size >= REMEMBERED) known.clear();
    known.set(name, policy);
    return policy;
  }
  const near = nearest(name.slice(0, limits.modelNameLength), candidates(snapshot, principal));
  const hint = near.length > 0 ? ` Did you mean ${near.map(other => `"${other}"`).join(' or ')}?` : '';
  throw new GatewayError('model_not_found', {
    message: `The model "${name.slice(0, 256)}" does not exist or this key may not use it.${hint}`,
    param: 'model',
  });
}

function knownTo(snapshot: Snapshot, principal: Principal): Map<string, RoutingPolicy> {
  let ofSnapshot = answers.get(snapshot);
  if (ofSnapshot === undefined) {
    ofSnapshot = new WeakMap();
    answers.set(snapshot, ofSnapshot);
  }
  let known = ofSnapshot.get(principal);
  if (known === undefined) {
    known = new Map();
    ofSnapshot.set(principal, known);
  }
  return known;
}

/** Names that may be suggested: only what the key may use, and not without end. */
function* candidates(snapshot: Snapshot, principal: Principal): Generator<string> {
  let left = limits.nearestNameCandidates;
  for (const name of knownNames(snapshot, principal, limits.nearestNameLooks)) {
    if (left-- === 0) return;
    yield name;
  }
}

function find(snapshot: Snapshot, principal: Principal, name: string): RoutingPolicy | null {
  const alias = snapshot.policies.get(name);
  if (alias !== undefined) return mayUse(principal, name) ? alias : null;

  const slash = name.indexOf('/');
  const named = slash > 0 ? snapshot.providers.get(name.slice(0, slash)) : undefined;
  if (named !== undefined) return mayUse(principal, name) ? directly(named, name.slice(slash + 1)) : null;

  const provider = providerOfBareName(snapshot, name);
  if (provider === null) return null;
  return mayUse(principal, name) || mayUse(principal, `${provider.name}/${name}`) ? directly(provider, name) : null;
}

function providerOfBareName(snapshot: Snapshot, name: string): ConfiguredProvider | null {
  let first: ConfiguredProvider | null = null;
  for (const provider of snapshot.providers.values()) {
    if (provider.adapter?.makes?.test(name)) return provider;
    if (first === null && provider.models.has(name)) first = provider;
  }
  return first;
}

export const mayUse = (principal: Principal, name: string): boolean =>
  principal.models.some(glob => matchesGlob(glob, name));

/** The policy of a model that is called by its own name: one target, the defaults. */
const directly = (provider: ConfiguredProvider, model: string): RoutingPolicy => ({
  name: `${provider.name}/${model}`,
  strategy: 'priority',
  targets: [{ provider, model, name: `${provider.name}/${model}`, weight: 1 }],
  fallbacks: [],
  retries: defaultRetries,
  timeouts: defaultTimeouts,
});
