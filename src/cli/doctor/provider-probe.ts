import { askTokenServer } from '../../gateway/credentials/ask-token-server.ts';
import { undiciClient } from '../../gateway/upstream/undici-client.ts';
import { GatewayError } from '../../spec/gateway-error.ts';
import type { Dialect, Provider } from '../../spec/provider.ts';
import { type Asked, askProvider } from './ask-provider.ts';
import type { KnownKey, KnownProvider } from './known-providers.ts';

/** One key's request to its provider. */
export interface Probe {
  readonly provider: KnownProvider;
  /** Null for a provider that is asked without one. */
  readonly key: KnownKey | null;
  readonly asked: Asked | Tokenless;
}

/** The provider was not asked: the key was to be exchanged for a token, and none was given. */
export interface Tokenless {
  readonly state: 'tokenless';
  readonly refused: boolean;
  readonly detail: string;
}

/** Where a dialect lists its models: light, without cost, and refused without a right key almost everywhere. */
const lists: Readonly<Partial<Record<Dialect, string>>> = {
  'openai-chat': '/models',
  'openai-responses': '/models',
  'openai-embeddings': '/models',
  'mistral-chat': '/models',
  'cohere-chat': '/v1/models?page_size=1',
  'anthropic-messages': '/v1/models?limit=1',
  'gemini-content': '/v1beta/models?pageSize=1',
};

const AT_ONCE = 32;

/** Asks every provider with every key, in parallel; one without any key is asked without. */
export async function probeProviders(
  providers: readonly KnownProvider[],
  timeoutMillis: number,
): Promise<readonly Probe[]> {
  const wanted = providers.flatMap(provider => keysOf(provider).map(key => ({ provider, key })));
  const probes: Probe[] = [];
  const next = wanted.values();
  const work = async () => {
    for (const { provider, key } of next)
      probes.push({ provider, key, asked: await ask(provider, key, timeoutMillis) });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return wanted.map(({ provider, key }) => probes.find(probe => probe.provider === provider && probe.key === key)!);
}

function keysOf({ adapter, url, keys }: KnownProvider): readonly (KnownKey | null)[] {
  if (adapter === null || adapter.local || url === null) return [];
  const opened = keys.filter(key => key.secret !== null);
  return opened.length > 0 ? opened : [null];
}

async function ask(
  { adapter, url }: KnownProvider,
  key: KnownKey | null,
  timeoutMillis: number,
): Promise<Asked | Tokenless> {
  const origin = adapter!.listsAt?.(url!.origin) ?? url!.origin;
  const path = url!.basePath + listOf(adapter!);
  const headers = await headersFor(adapter!, key, origin, path);
  if (!Array.isArray(headers)) return headers;
  return askProvider(new URL(origin + path), headers, timeoutMillis);
}

/** A key that its adapter cannot read is not sent. */
function credentialsOf(adapter: Provider, secret: string | null, origin: string, path: string): string[] {
  if (secret === null) return adapter.keyless ? [...adapter.authorize(null)] : [];
  if (adapter.keyProblem?.(secret, origin)) return [];
  const request = { origin, path, method: 'GET', headers: [], body: null } as const;
  return [...adapter.authorize(secret), ...(adapter.sign?.(request, secret, Date.now()) ?? [])];
}

async function headersFor(
  adapter: Provider,
  key: KnownKey | null,
  origin: string,
  path: string,
): Promise<string[] | Tokenless> {
  if (key?.exchange === undefined) return credentialsOf(adapter, key?.secret?.reveal() ?? null, origin, path);
  const network = undiciClient();
  try {
    const { token } = await askTokenServer(key.exchange, network, Date.now());
    return ['authorization', `Bearer ${token}`];
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { state: 'tokenless', refused: error.code === 'provider_auth', detail: error.detail ?? error.message };
  } finally {
    await network.close();
  }
}

export function listOf({ operations, lists: own }: Provider): string {
  if (own !== undefined) return own;
  const codec = operations.chat ?? operations.embeddings;
  return (codec && lists[codec.native]) ?? '/';
}
