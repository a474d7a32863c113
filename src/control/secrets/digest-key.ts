import { randomBytes } from 'node:crypto';
import { ConfigurationProblem } from '../../config.ts';
import { type DigestKey, keyDigester } from '../../spec/key-digest.ts';
import type { Store } from '../../spec/store.ts';
import { type Sealer, UnsealFailure } from './sealer.ts';

/** Its name among the secrets of the instance, and the purpose it is sealed for. */
export const digestKeySecret = 'digest-key';
const RECORD = 'instance';

/**
 * The instance's digest key, made once and sealed in the database. Throws a ConfigurationProblem when the configured
 * master key does not open it: starting anyway would answer 401 to every virtual key.
 */
export async function loadDigestKey(store: Pick<Store, 'instanceSecret'>, sealer: Sealer): Promise<DigestKey> {
  const sealed = await store.instanceSecret(digestKeySecret, async () =>
    sealer.seal(digestKeySecret, RECORD, randomBytes(32).toString('base64')),
  );
  try {
    return openDigestKey(sealer, sealed);
  } catch (error) {
    if (!(error instanceof UnsealFailure)) throw error;
    throw new ConfigurationProblem([
      `The master key does not open what this database holds: ${error.message}. ` +
        'Set TOLLGATE_MASTER_KEY or TOLLGATE_MASTER_KEY_FILE to the master key this database was first started with.',
    ]);
  }
}

/** Throws UnsealFailure when it was sealed with another master key. */
export const openDigestKey = (sealer: Sealer, sealed: string): DigestKey =>
  keyDigester(Buffer.from(sealer.open(digestKeySecret, RECORD, sealed), 'base64'));
