import { randomBytes } from 'node:crypto';
import { ConfigurationProblem } from '../../config.ts';
import { type DigestKey, keyDigester } from '../../spec/key-digest.ts';
import type { Store } from '../../spec/store.ts';
import { type Sealer, UnsealFailure } from './sealer.ts';

/** Its name among the secrets of the instance, and the purpose it is sealed for. */
export const digestKeyName = 'digest-key';
const RECORD = 'instance';

export interface LoadedDigestKey {
  readonly digest: DigestKey;
  /** As it stands in the database. */
  readonly sealed: string;
}

/**
 * The instance's digest key, made once and sealed in the database. Throws a ConfigurationProblem when the configured
 * master key does not open it: starting anyway would answer 401 to every virtual key.
 */
export async function loadDigestKey(store: Pick<Store, 'instanceSecret'>, sealer: Sealer): Promise<LoadedDigestKey> {
  const sealed = await store.instanceSecret(digestKeyName, async () =>
    sealer.seal(digestKeyName, RECORD, randomBytes(32).toString('base64')),
  );
  try {
    return { digest: openDigestKey(sealed, sealer), sealed };
  } catch (error) {
    if (!(error instanceof UnsealFailure)) throw error;
    throw new ConfigurationProblem([
      `The master key does not open what this database holds: ${error.message}. ` +
        'Set TOLLGATE_MASTER_KEY or TOLLGATE_MASTER_KEY_FILE to the master key this database was first started with.',
    ]);
  }
}

/** Throws an UnsealFailure when it was sealed with another master key. */
export const openDigestKey = (sealed: string, sealer: Sealer): DigestKey =>
  keyDigester(Buffer.from(sealer.open(digestKeyName, RECORD, sealed), 'base64'));
