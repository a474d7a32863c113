import { createHash, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { type Config, ConfigurationProblem } from '../../config.ts';
import { isKeyText } from '../../spec/names.ts';
import { Secret } from '../../spec/secret.ts';
import { randomText } from './new-virtual-key.ts';
import { readOrMakePrivateFile } from './private-file.ts';

export interface AdminKey {
  readonly secret: Secret;
  /** Its file; null when it comes from TOLLGATE_ADMIN_KEY. */
  readonly path: string | null;
  readonly made: boolean;
}

export const adminKeyFile = (config: Config): string => join(config.TOLLGATE_DATA_DIR, 'admin.key');

/**
 * From TOLLGATE_ADMIN_KEY, else from `admin.key` in the data folder, which is made when there is none. Throws a
 * ConfigurationProblem when the file can be read by others or holds no key.
 */
export function loadAdminKey(config: Config): AdminKey {
  if (config.TOLLGATE_ADMIN_KEY) return { secret: config.TOLLGATE_ADMIN_KEY, path: null, made: false };
  const path = adminKeyFile(config);
  const { text, made } = readOrMakePrivateFile(path, () => `tgadm_${randomText(40)}`);
  if (!isKeyText(text)) throw new ConfigurationProblem([`${path}: expected 20 to 512 visible ASCII characters`]);
  return { secret: new Secret(text), path, made };
}

/** Compares digests, so that the time taken tells neither the key's length nor where it differs. */
export function adminKeyVerifier(secret: Secret): (presented: string) => boolean {
  const expected = digest(secret.reveal());
  return presented => timingSafeEqual(digest(presented), expected);
}

const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
