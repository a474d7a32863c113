import type { Environment } from '../../config.ts';
import type { Provider } from '../../spec/provider.ts';
import type { FileResources } from '../../spec/store.ts';
import { isLoopback } from './base-url.ts';
import type { Adapters } from './context.ts';

const PROBE_MILLIS = 200;

/**
 * What is configured without a file: every provider whose usual key name is set, and local servers that need no key and
 * answer on their usual address. Keys stay references.
 */
export async function environmentProviders(environment: Environment, adapters: Adapters): Promise<FileResources> {
  const keyed = [...adapters.built.values(), ...adapters.planned.values()].flatMap(({ id, keyNames }) => {
    const name = keyNames.find(keyName => environment[keyName]);
    return name === undefined ? [] : [{ id, keys: [`env:${name}`] }];
  });
  const local = await localServers([...adapters.built.values()]);
  const providers = [...keyed, ...local.map(({ id }) => ({ id, keys: [] }))].map(({ id, keys }, position) => ({
    name: id,
    adapter: id,
    baseUrl: regionalUrl(adapters.built.get(id), environment),
    keys,
    models: null,
    pricesFrom: null,
    allowInsecure: false,
    position,
  }));
  return { teams: [], consumers: [], keys: [], providers, models: [], prices: [] };
}

/** The address of the region that the environment names, where the provider has one for each. */
function regionalUrl(adapter: Provider | undefined, environment: Environment): string | null {
  const region = adapter?.regions?.names.map(name => environment[name]).find(Boolean);
  return region === undefined ? null : adapter!.regions!.baseUrl(region);
}

async function localServers(adapters: readonly Provider[]): Promise<readonly Provider[]> {
  const candidates = adapters.filter(({ keyless, baseUrl }) => keyless && baseUrl !== undefined && isLoopback(baseUrl));
  const answers = await Promise.all(candidates.map(({ baseUrl }) => listsModels(baseUrl!)));
  return candidates.filter((_, index) => answers[index]);
}

/** Asks for the list of models, since anything may listen on a usual port. */
async function listsModels(baseUrl: string): Promise<boolean> {
  try {
    const response = await fetch(`${baseUrl}/models`, { redirect: 'error', signal: AbortSignal.timeout(PROBE_MILLIS) });
    const body: unknown = await response.json();
    return response.ok && typeof body === 'object' && body !== null && 'object' in body && body.object === 'list';
  } catch {
    // Nothing there, or something else: either way there is no server to offer.
    return false;
  }
}
