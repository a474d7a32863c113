import type { Config, Environment } from '../../config.ts';
import type { BaseUrl } from '../../control/configuration/base-url.ts';
import type { Adapters } from '../../control/configuration/context.ts';
import { configured, exchangeOf, providerAddress, tokenOrigin } from '../../control/configuration/provider-settings.ts';
import type { MasterKey } from '../../control/secrets/master-key.ts';
import { isReference, openReference, ReferenceFailure } from '../../control/secrets/open-reference.ts';
import { referenceSources } from '../../control/secrets/reference-sources.ts';
import { createSealer, UnsealFailure } from '../../control/secrets/sealer.ts';
import { type ProviderKeyOwner, secretResolver, shownReference } from '../../control/secrets/secret-resolver.ts';
import type { TokenRequest } from '../../spec/credential-exchange.ts';
import type { Provider, ProviderSettings } from '../../spec/provider.ts';
import { Secret } from '../../spec/secret.ts';

/** A provider as the file, the environment or the database describes it. */
export interface DescribedProvider {
  readonly name: string;
  readonly adapter: string;
  readonly baseUrl: string | null;
  readonly keys: readonly (string | Secret)[];
  readonly allowInsecure: boolean;
  readonly settings: ProviderSettings;
}

export interface KnownKey {
  /** What may be shown: a reference, or that it is a literal or sealed. */
  readonly shown: string;
  readonly secret: Secret | null;
  /** What it is exchanged for, where it is no credential by itself. */
  readonly exchange?: TokenRequest | undefined;
  /** Why it gives no secret. */
  readonly problem: string | null;
}

export interface KnownProvider {
  readonly name: string;
  /** Null when it is not built. */
  readonly adapter: Provider | null;
  /** Null when it has none that can be used. */
  readonly url: BaseUrl | null;
  readonly keys: readonly KnownKey[];
}

export interface ProviderContext {
  readonly config: Config;
  readonly environment: Environment;
  readonly adapters: Adapters;
  /** Without it sealed keys stay closed. */
  readonly masterKey: MasterKey | null;
}

/** A described provider with its address and its keys opened, as a start would do it. */
export function knownProvider(described: DescribedProvider, context: ProviderContext): KnownProvider {
  const { name, settings, allowInsecure } = described;
  const built = context.adapters.built.get(described.adapter);
  const adapter = built ? configured(built, settings) : null;
  const url = addressOf(described.baseUrl ?? adapter?.baseUrl, adapter, allowInsecure);
  const owner = { provider: name, origin: url?.origin ?? '', tokenOrigin: tokenOrigin(settings) };
  const keys = described.keys.map(key => withExchange(openKey(key, owner, context), adapter, described));
  return { name, adapter, url, keys };
}

function withExchange(
  key: KnownKey,
  adapter: Provider | null,
  { settings, allowInsecure }: DescribedProvider,
): KnownKey {
  if (key.secret === null || adapter === null) return key;
  try {
    return { ...key, exchange: exchangeOf(adapter, key.secret, settings, allowInsecure) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { ...key, secret: null, problem: `${key.shown}: ${error.message}` };
  }
}

function addressOf(text: string | undefined, adapter: Provider | null, allowInsecure: boolean): BaseUrl | null {
  if (text === undefined) return null;
  try {
    return providerAddress(text, adapter, allowInsecure);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return null;
  }
}

function openKey(key: string | Secret, owner: ProviderKeyOwner, context: ProviderContext): KnownKey {
  if (key instanceof Secret) return { shown: 'a literal key', secret: key, problem: null };
  const shown = isReference(key) ? shownReference(key) : 'a sealed key';
  try {
    return { shown, secret: resolve(key, owner, context), problem: null };
  } catch (error) {
    if (!(error instanceof ReferenceFailure || error instanceof UnsealFailure)) throw error;
    return { shown, secret: null, problem: error.message };
  }
}

function resolve(key: string, owner: ProviderKeyOwner, { config, environment, masterKey }: ProviderContext): Secret {
  const sources = referenceSources(config, environment);
  // As it stands in a file; stored ones are bound to their owner.
  if (isReference(key) && shownReference(key) === key) return openReference(key, sources);
  if (masterKey === null) throw new UnsealFailure('the master key to open it is missing');
  return secretResolver(sources, createSealer(masterKey))(key, owner);
}
