import type { DigestKey } from '../../spec/key-digest.ts';
import type { FileResources } from '../../spec/store.ts';
import type { Sealer } from '../secrets/sealer.ts';
import { storableKey } from '../secrets/secret-resolver.ts';
import type { ConfigurationFile } from './configuration-file.ts';
import { tokenOrigin } from './provider-settings.ts';
import type { FileKey } from './read-keys.ts';
import type { FileProvider } from './read-providers.ts';

export interface Protection {
  readonly sealer: Sealer;
  readonly digest: DigestKey;
}

/**
 * What may be stored of a file: virtual keys as digests, provider keys sealed or, where they are references, bound to
 * provider and origin. The same file gives the same result.
 */
export function toFileResources(file: ConfigurationFile, { sealer, digest }: Protection): FileResources {
  return {
    organization: file.organization,
    teams: file.teams,
    consumers: file.consumers,
    keys: file.keys.map(key => withoutSecret(key, digest)),
    providers: file.providers.map(provider => withStorableKeys(provider, sealer)),
    models: file.models,
    prices: file.prices,
  };
}

function withoutSecret({ secret, ...key }: FileKey, digest: DigestKey): FileResources['keys'][number] {
  const text = secret.reveal();
  return { ...key, digest: digest(text), hint: text.slice(-4) };
}

function withStorableKeys({ origin, ...provider }: FileProvider, sealer: Sealer): FileResources['providers'][number] {
  const owner = { provider: provider.name, origin, tokenOrigin: tokenOrigin(provider.settings) };
  const keys = provider.keys.map(key => storableKey(sealer, owner, key));
  return { ...provider, keys };
}
