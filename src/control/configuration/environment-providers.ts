import type { Environment } from '../../config.ts';
import type { Provider } from '../../spec/provider.ts';
import type { FileResources } from '../../spec/store.ts';
import { isLoopback } from './base-url.ts';
import type { Adapters } from './context.ts';

const PROBE_MILLIS = 200;

type Known = Pick<Provider, 'id' | 'keyNames' | 'addressName'>;

/**
 * What is configured without a file: every provider whose usual key name is set (and the name of its address, where
 * none serves every account), and local servers that need no key and answer on their usual address. Keys stay
 * references.
 */
export async function environmentProviders(environment: Environment, adapters: Adapters): Promise<FileResources> {
  const known: readonly Known[] = [...adapters.built.values(), ...adapters.planned.values()];
  const keyed = known.flatMap(({ id, keyNames, addressName }) => {
    const name = keyNames.find(keyName => environment[keyName]);
    const baseUrl = addressName === undefined ? null : environment[addressName];
    if (name === undefined || baseUrl === undefined || baseUrl === '') return [];
    return [{ id, keys: [`env:${name}`], baseUrl }];
  });
  const local = await localServers([...adapters.built.values()]);
  const providers = [...keyed, ...local.map(({ id }) => ({ id, keys: [], baseUrl: null }))].map(
    (provider, position) => ({
      name: provider.id,
      adapter: provider.id,
      baseUrl: provider.baseUrl,
      keys: provider.keys,
      models: null,
      pricesFrom: null,
      allowInsecure: false,
      settings: {},
      position,
    }),
  );
  return { teams: [], consumers: [], keys: [], providers, models: [], prices: [] };
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
