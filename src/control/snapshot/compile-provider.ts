import type { Logger } from 'pino';
import type { Provider } from '../../spec/provider.ts';
import type { ProviderResource } from '../../spec/resources.ts';
import type { ConfiguredProvider, PriceBook, ProviderKey } from '../../spec/snapshot.ts';
import type { BaseUrl } from '../configuration/base-url.ts';
import type { Adapters } from '../configuration/context.ts';
import {
  configured,
  exchangeOf,
  providerAddress,
  settingMistakes,
  tokenOrigin,
} from '../configuration/provider-settings.ts';
import { ReferenceFailure } from '../secrets/open-reference.ts';
import { UnsealFailure } from '../secrets/sealer.ts';
import type { SecretResolver } from '../secrets/secret-resolver.ts';

export interface ProviderParts {
  readonly adapters: Adapters;
  readonly resolve: SecretResolver;
  readonly logger: Pick<Logger, 'error'>;
}

/** A provider ready to be called. One that cannot be is there all the same, without keys, and the log says why. */
export function compileProvider(resource: Described, prices: PriceBook, parts: ProviderParts): ConfiguredProvider {
  const adapter = adapterOf(resource, parts);
  const address = addressOf(resource, adapter, parts);
  const pricesFrom = resource.pricesFrom ?? resource.name;
  return Object.freeze({
    name: resource.name,
    adapter: address === null ? null : adapter,
    origin: address?.origin ?? '',
    basePath: address?.basePath ?? '',
    keys: Object.freeze(address === null ? [] : usableKeys(resource, adapter, address.origin, parts)),
    keyless: adapter?.keyless === true && resource.keys.length === 0,
    models: new Set(knownModels(resource.models ?? adapter?.serves, prices.models(pricesFrom), adapter?.models)),
    pricesFrom,
  });
}

type Described = Omit<ProviderResource, 'managedBy' | 'position'>;

/** Null when it is not built, or not with these settings. */
function adapterOf({ name, adapter, settings, allowInsecure }: Described, { adapters, logger }: ProviderParts) {
  const built = adapters.built.get(adapter);
  if (built === undefined) return null;
  const [mistake] = settingMistakes(built, settings, allowInsecure);
  if (mistake === undefined) return configured(built, settings);
  const reason = `${mistake.path.join('.')} ${mistake.message}`.trimStart();
  logger.error({ provider: name, reason }, 'the provider has a setting that cannot be used');
  return null;
}

/** Those of the file or its settings, else those of the price book, else those the adapter states. */
function knownModels(
  listed: readonly string[] | null | undefined,
  priced: readonly string[],
  stated: readonly string[] = [],
): readonly string[] {
  return listed ?? (priced.length > 0 ? priced : stated);
}

const inProcess: BaseUrl = { origin: '', basePath: '' };

/** Null when nothing can be sent there. An adapter that answers in this process has no address. */
function addressOf(
  { name, adapter, baseUrl, allowInsecure }: Described,
  known: Provider | null,
  { adapters, logger }: ProviderParts,
): BaseUrl | null {
  if (known === null && adapters.built.has(adapter)) return null; // the log says why
  const text = baseUrl ?? known?.baseUrl ?? adapters.planned.get(adapter)?.baseUrl;
  if (text === undefined) {
    if (known && !known.local) logger.error({ provider: name }, 'the provider has no base URL');
    return known && !known.local ? null : inProcess;
  }
  try {
    return providerAddress(text, known, allowInsecure);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    logger.error({ provider: name, reason: error.message }, 'the provider has a base URL that cannot be used');
    return null;
  }
}

/** It does not open, it is not there, or its text is not what the adapter reads. */
const UNUSABLE = [UnsealFailure, ReferenceFailure, RangeError];

function usableKeys(
  { name, keys, settings, allowInsecure }: Described,
  adapter: Provider | null,
  origin: string,
  { resolve, logger }: ProviderParts,
): readonly ProviderKey[] {
  return keys.flatMap((reference, index) => {
    const label = `${name}#${index}`;
    try {
      const secret = resolve(reference, { provider: name, origin, tokenOrigin: tokenOrigin(settings) });
      const exchange = adapter ? exchangeOf(adapter, secret, settings, allowInsecure) : undefined;
      return [Object.freeze(exchange === undefined ? { label, secret } : { label, secret, exchange })];
    } catch (error) {
      if (!UNUSABLE.some(kind => error instanceof kind)) throw error;
      const code = error instanceof UnsealFailure ? 'key_unsealed' : 'key_unavailable';
      const reason = error instanceof Error ? error.message : '';
      logger.error({ provider: name, key: label, code, reason }, 'a provider key cannot be used');
      return [];
    }
  });
}
