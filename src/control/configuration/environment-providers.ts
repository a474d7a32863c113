import type { Environment } from '../../config.ts';
import type { Provider } from '../../spec/provider.ts';
import { isLoopback } from './base-url.ts';
import type { ConfigurationFile } from './configuration-file.ts';
import type { Adapters } from './context.ts';
import { configured } from './provider-settings.ts';

const PROBE_MILLIS = 200;

type Known = Pick<Provider, 'id' | 'keyNames' | 'addressName' | 'baseUrl'>;

/**
 * What is configured without a file: every provider whose usual key name is set (and the name of its address, where
 * none serves every account), and local servers that need no key and answer on their usual address. Keys stay
 * references.
 */
export async function environmentProviders(environment: Environment, adapters: Adapters): Promise<ConfigurationFile> {
  const known: readonly Known[] = [...adapters.built.values(), ...adapters.planned.values()];
  const keyed = known.flatMap(({ id, keyNames, addressName, baseUrl: usual }) => {
    const name = keyNames.find(keyName => environment[keyName]);
    const baseUrl = addressName === undefined ? null : environment[addressName];
    if (name === undefined || baseUrl === undefined || baseUrl === '') return [];
    const adapter = adapters.built.get(id);
    const settings = adapter ? environmentSettings(adapter, environment) : {};
    const address = adapter ? configured(adapter, settings).baseUrl : usual;
    return [{ id, keys: [`env:${name}`], baseUrl, usual: address, settings }];
  });
  const local = await localServers([...adapters.built.values()]);
  const keyless = local.map(({ id, baseUrl: usual }) => ({ id, keys: [], baseUrl: null, usual, settings: {} }));
  const providers = [...keyed, ...keyless].map(({ id, keys, baseUrl, usual, settings }, position) => ({
    name: id,
    adapter: id,
    baseUrl,
    keys,
    models: null,
    pricesFrom: null,
    allowInsecure: false,
    settings,
    position,
    origin: URL.parse(baseUrl ?? usual ?? '')?.origin ?? '',
  }));
  return { teams: [], consumers: [], keys: [], providers, models: [], prices: [] };
}

/** What the environment says of a provider beside its key: the region, where it has one for each. */
function environmentSettings({ settings = {} }: Pick<Provider, 'settings'>, environment: Environment) {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, { variables = [] }]) => {
      const text = variables.map(variable => environment[variable]).find(Boolean);
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

async function localServers(adapters: readonly Provider[]): Promise<readonly Provider[]> {
  const candidates = adapters.filter(({ keyless, baseUrl }) => keyless && baseUrl !== undefined && isLoopback(baseUrl));
  const answers = await Promise.all(candidates.map(({ baseUrl, lists = '/models' }) => listsModels(baseUrl + lists)));
  return candidates.filter((_, index) => answers[index]);
}

/** Asks for the list of models, since anything may listen on a usual port. */
async function listsModels(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(PROBE_MILLIS) });
    const body: unknown = await response.json();
    return response.ok && typeof body === 'object' && body !== null && 'object' in body && body.object === 'list';
  } catch {
    // Nothing there, or something else: either way there is no server to offer.
    return false;
  }
}
