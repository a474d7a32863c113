import type { Dialect, Provider } from '../../spec/provider.ts';
import { type Asked, askProvider } from './ask-provider.ts';
import type { KnownKey, KnownProvider } from './known-providers.ts';

/** One key's request to its provider. */
export interface Probe {
  readonly provider: KnownProvider;
  /** Null for a provider that is asked without one. */
  readonly key: KnownKey | null;
  readonly asked: Asked;
}

/** Where a dialect lists its models: light, without cost, and refused without a right key almost everywhere. */
const lists: Readonly<Partial<Record<Dialect, string>>> = {
  'openai-chat': '/models',
  'openai-embeddings': '/models',
  'mistral-chat': '/models',
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

function ask({ adapter, url }: KnownProvider, key: KnownKey | null, timeoutMillis: number): Promise<Asked> {
  const secret = key?.secret?.reveal() ?? null;
  const path = url!.basePath + listOf(adapter!);
  const headers = secret === null && !adapter!.keyless ? [] : credentialsOf(adapter!, secret, url!.origin, path);
  return askProvider(new URL(url!.origin + path), headers, timeoutMillis);
}

/** A key that its adapter cannot read is not sent. */
function credentialsOf(adapter: Provider, secret: string | null, origin: string, path: string): readonly string[] {
  if (secret === null || adapter.sign === undefined) return adapter.authorize(secret);
  if (adapter.keyProblem?.(secret, origin)) return [];
  const request = { origin, path, method: 'GET', headers: [], body: null } as const;
  return [...adapter.authorize(secret), ...adapter.sign(request, secret, Date.now())];
}

export function listOf({ operations }: Provider): string {
  const codec = operations.chat ?? operations.embeddings;
  return (codec && lists[codec.native]) ?? '/';
}
