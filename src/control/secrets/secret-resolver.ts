import type { SecretReference } from '../../spec/resources.ts';
import { Secret } from '../../spec/secret.ts';
import { openReference } from './open-reference.ts';
import type { ReferenceSources } from './reference-sources.ts';
import { isSealed, type Sealer, UnsealFailure } from './sealer.ts';

const PURPOSE = 'provider-key';
const REFERENCE_PURPOSE = 'provider-reference';

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
  return (stored, owner) => {
    if (isSealed(stored)) return new Secret(sealer.open(PURPOSE, recordOf(owner), stored));
    const reference = shownReference(stored);
    const seal = stored.slice(reference.length + 1);
    if (seal === '') throw new UnsealFailure(`${reference} is not bound to a provider and its origin`);
    sealer.open(REFERENCE_PURPOSE, `${recordOf(owner)} ${reference}`, seal);
    return openReference(reference, sources);
  };
}

/** A literal key is sealed; a reference stays readable, with an empty seal behind it that binds it to its owner. */
export function storableKey(sealer: Sealer, owner: ProviderKeyOwner, key: SecretReference | Secret): SecretReference {
  if (key instanceof Secret) return sealer.seal(PURPOSE, recordOf(owner), key.reveal());
  return `${key} ${sealer.seal(REFERENCE_PURPOSE, `${recordOf(owner)} ${key}`, '')}`;
}

const BOUND = / sealed:[\w:-]*$/;

/** What an operator wrote of a stored reference. */
export const shownReference = (stored: SecretReference): string => stored.replace(BOUND, '');

const recordOf = ({ provider, origin, tokenOrigin }: ProviderKeyOwner): string =>
  [provider, origin, ...(tokenOrigin === undefined ? [] : [tokenOrigin])].join(' ');
