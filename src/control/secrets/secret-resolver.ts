import type { SecretReference } from '../../spec/resources.ts';
import { Secret } from '../../spec/secret.ts';
import { openReference } from './open-reference.ts';
import type { ReferenceSources } from './reference-sources.ts';
import { isSealed, type Sealer } from './sealer.ts';

const PURPOSE = 'provider-key';

/** Whom a provider key belongs to. A changed origin needs the key again, so that an impostor does not get it. */
export interface ProviderKeyOwner {
  readonly provider: string;
  /** `https://host:port` of the base URL; empty where the adapter is not built and the file gives none. */
  readonly origin: string;
  /** Of `token_url`, where the configuration has one: whoever stands there sees the key as well. */
  readonly tokenOrigin?: string | undefined;
}

/** Throws ReferenceFailure or UnsealFailure; their messages hold no secret. */
export type SecretResolver = (reference: SecretReference, owner: ProviderKeyOwner) => Secret;

export function secretResolver(sources: ReferenceSources, sealer: Sealer): SecretResolver {
  return (reference, owner) =>
    isSealed(reference)
      ? new Secret(sealer.open(PURPOSE, recordOf(owner), reference))
      : openReference(reference, sources);
}

export const sealProviderKey = (sealer: Sealer, owner: ProviderKeyOwner, secret: Secret): SecretReference =>
  sealer.seal(PURPOSE, recordOf(owner), secret.reveal());

const recordOf = ({ provider, origin, tokenOrigin }: ProviderKeyOwner): string =>
  [provider, origin, ...(tokenOrigin === undefined ? [] : [tokenOrigin])].join(' ');
