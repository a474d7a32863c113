import type { KeyResource, PriceResource, Resources } from '../../spec/resources.ts';
import type { ConfiguredProvider, PriceBook, Principal, RoutingPolicy, Snapshot } from '../../spec/snapshot.ts';
import { compilePolicy } from './compile-policy.ts';
import { compileProvider, type ProviderParts } from './compile-provider.ts';

/** What a snapshot is made with besides the resources. */
export interface CompileParts extends ProviderParts {
  /** Throws a RangeError when an override is no price. */
  readonly openPriceBook: (options: { readonly overrides: readonly PriceResource[] }) => PriceBook;
}

/**
 * Compiles the configuration into what the data plane works from. One provider that cannot be used does not spoil the
 * rest: it stays, without keys. Throws when the resources contradict what the store guarantees.
 */
export function compileSnapshot(resources: Resources, parts: CompileParts): Snapshot {
  const prices = parts.openPriceBook({ overrides: resources.prices });
  const providers = compileProviders(resources, prices, parts);
  return Object.freeze({
    version: resources.version,
    organization: resources.organization,
    principals: compilePrincipals(resources),
    soleTeam: new Set(inForce(resources).map(({ team }) => team)).size === 1,
    providers,
    policies: compilePolicies(resources, providers, parts),
    prices,
  });
}

const inForce = ({ keys }: Pick<Resources, 'keys'>) => keys.filter(key => key.revokedAt === null);

/** Expired keys stay: time passes without a new snapshot, so authentication looks at the clock. */
function compilePrincipals({ teams, ...resources }: Resources): ReadonlyMap<string, Principal> {
  const storing = new Map(teams.map(team => [team.name, team.storeResponses ?? resources.storeResponses ?? false]));
  return new Map(
    inForce(resources).map(key => [
      key.digest,
      compilePrincipal(key, resources.organization, storing.get(key.team) ?? false),
    ]),
  );
}

function compilePrincipal(key: KeyResource, organization: string, teamStores: boolean): Principal {
  return Object.freeze({
    keyId: key.id,
    keyName: key.name,
    organization,
    team: key.team,
    consumer: key.consumer ?? '',
    models: Object.freeze([...key.models]),
    expiresAtMillis: key.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY,
    storesResponses: key.storeResponses ?? teamStores,
  });
}

/** Configured ones by position, then the built-in ones, so that a bare model name finds a real provider first. */
function compileProviders(
  resources: Resources,
  prices: PriceBook,
  parts: CompileParts,
): ReadonlyMap<string, ConfiguredProvider> {
  const configured = resources.providers.toSorted((a, b) => a.position - b.position);
  const builtIn = [...parts.adapters.built.values()].filter(adapter => adapter.builtIn);
  const all = [
    ...configured.filter(({ name }) => !builtIn.some(adapter => adapter.id === name)),
    ...builtIn.map(({ id }) => ({ ...asConfigured, name: id, adapter: id })),
  ];
  return new Map(all.map(resource => [resource.name, compileProvider(resource, prices, parts)]));
}

const asConfigured = { baseUrl: null, keys: [], models: null, pricesFrom: null, allowInsecure: false, settings: {} };

function compilePolicies(
  { models }: Resources,
  providers: ReadonlyMap<string, ConfiguredProvider>,
  { logger }: CompileParts,
): ReadonlyMap<string, RoutingPolicy> {
  const policies = models.flatMap(model => compilePolicy(model, providers, logger) ?? []);
  return new Map(policies.map(policy => [policy.name, policy]));
}
