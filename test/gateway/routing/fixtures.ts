import type { Provider } from '../../../src/spec/provider.ts';
import { defaultTimeouts, type Strategy } from '../../../src/spec/resources.ts';
import { Secret } from '../../../src/spec/secret.ts';
import type {
  ConfiguredProvider,
  PriceBook,
  Principal,
  RoutingPolicy,
  Snapshot,
  Target,
} from '../../../src/spec/snapshot.ts';

const adapter = (id: string, makes?: RegExp): Provider => ({
  id,
  keyNames: [],
  ...(makes ? { makes } : {}),
  operations: { chat: { native: 'openai-chat', path: () => '/chat/completions', quirks: [] } },
  authorize: () => [],
  toError: () => ({ cause: 'server', message: null, type: null, code: null, param: null }),
});

export function provider(
  name: string,
  options: { models?: string[]; keys?: number; makes?: RegExp } = {},
): ConfiguredProvider {
  const keys = Array.from({ length: options.keys ?? 1 }, (_, index) => ({
    label: `${name}#${index}`,
    secret: new Secret(`key-${index}`),
  }));
  return {
    name,
    adapter: adapter(name, options.makes),
    origin: 'http://127.0.0.1:1',
    basePath: '/v1',
    keys,
    keyless: false,
    models: new Set(options.models ?? []),
    pricesFrom: name,
  };
}

export const target = (of: ConfiguredProvider, model: string, weight = 1): Target => ({
  provider: of,
  model,
  name: `${of.name}/${model}`,
  weight,
});

export const policy = (
  targets: readonly Target[],
  options: { strategy?: Strategy; fallbacks?: readonly Target[]; retries?: number } = {},
): RoutingPolicy => ({
  name: 'alias',
  strategy: options.strategy ?? 'priority',
  targets,
  fallbacks: options.fallbacks ?? [],
  retries: options.retries ?? 2,
  timeouts: defaultTimeouts,
});

export const principal = (...models: string[]): Principal => ({
  keyId: 'id',
  keyName: 'web',
  organization: 'default',
  team: 'search',
  consumer: '',
  models,
  expiresAtMillis: Number.POSITIVE_INFINITY,
  storesResponses: false,
});

const noPrices: PriceBook = { version: 'none', find: () => null, models: () => [] };

export const snapshot = (
  providers: readonly ConfiguredProvider[],
  policies: readonly RoutingPolicy[] = [],
): Snapshot => ({
  version: 1,
  organization: 'default',
  principals: new Map(),
  soleTeam: true,
  providers: new Map(providers.map(entry => [entry.name, entry])),
  policies: new Map(policies.map(entry => [entry.name, entry])),
  prices: noPrices,
});
