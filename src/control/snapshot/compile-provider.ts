import type { Logger } from 'pino';
import type { ProviderResource } from '../../spec/resources.ts';
import type { ConfiguredProvider, PriceBook, ProviderKey } from '../../spec/snapshot.ts';
import { type BaseUrl, parseBaseUrl } from '../configuration/base-url.ts';
import type { Adapters } from '../configuration/context.ts';
import { ReferenceFailure } from '../secrets/open-reference.ts';
import { UnsealFailure } from '../secrets/sealer.ts';
import type { SecretResolver } from '../secrets/secret-resolver.ts';

export interface ProviderParts {
  readonly adapters: Adapters;
  readonly resolve: SecretResolver;
  readonly logger: Pick<Logger, 'error'>;
}

/** A provider ready to be called. One that cannot be is there all the same, without keys, and the log says why. */
export function compileProvider(
  resource: Omit<ProviderResource, 'managedBy' | 'position'>,
  prices: PriceBook,
  parts: ProviderParts,
): ConfiguredProvider {
  const adapter = parts.adapters.built.get(resource.adapter) ?? null;
  const address = addressOf(resource, parts);
  const pricesFrom = resource.pricesFrom ?? resource.name;
  return Object.freeze({
    name: resource.name,
    adapter: address === null ? null : adapter,
    origin: address?.origin ?? '',
    basePath: address?.basePath ?? '',
    keys: Object.freeze(address === null ? [] : usableKeys(resource, address.origin, parts)),
    keyless: adapter?.keyless === true && resource.keys.length === 0,
    models: new Set(knownModels(resource.models, prices.models(pricesFrom), adapter?.models)),
    pricesFrom,
  });
}

/** Those of the file, else those of the price book, else those the adapter states. */
function knownModels(
  listed: readonly string[] | null,
  priced: readonly string[],
  stated: readonly string[] = [],
): readonly string[] {
  return listed ?? (priced.length > 0 ? priced : stated);
}

const inProcess: BaseUrl = { origin: '', basePath: '' };

/** Null when nothing can be sent there. An adapter that answers in this process has no address. */
function addressOf(
  { name, adapter, baseUrl, allowInsecure }: Omit<ProviderResource, 'managedBy' | 'position'>,
  { adapters, logger }: ProviderParts,
): BaseUrl | null {
  const known = adapters.built.get(adapter);
  const text = baseUrl ?? known?.baseUrl ?? adapters.planned.get(adapter)?.baseUrl;
  if (text === undefined) {
    if (known && !known.local) logger.error({ provider: name }, 'the provider has no base URL');
    return known && !known.local ? null : inProcess;
  }
  try {
    return parseBaseUrl(text, allowInsecure);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    logger.error({ provider: name, reason: error.message }, 'the provider has a base URL that cannot be used');
    return null;
  }
}

function usableKeys(
  { name, keys }: Pick<ProviderResource, 'name' | 'keys'>,
  origin: string,
  { resolve, logger }: ProviderParts,
): readonly ProviderKey[] {
  return keys.flatMap((reference, index) => {
    const label = `${name}#${index}`;
    try {
      return [Object.freeze({ label, secret: resolve(reference, { provider: name, origin }) })];
    } catch (error) {
      if (!(error instanceof UnsealFailure || error instanceof ReferenceFailure)) throw error;
      const code = error instanceof UnsealFailure ? 'key_unsealed' : 'key_unavailable';
      logger.error({ provider: name, key: label, code, reason: error.message }, 'a provider key cannot be used');
      return [];
    }
  });
}
