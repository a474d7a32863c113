import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { type Config, ConfigurationProblem } from '../../config.ts';
import { readOrMakePrivateFile, readPrivateFile } from './private-file.ts';

const BYTES = 32;

/** The one key that everything sealed hangs on. Its bytes stay inside; what leaves are sub-keys, one per purpose. */
export interface MasterKey {
  /** Names the key in sealed values; tells nothing about it. */
  readonly id: string;
  subKey(purpose: string): Buffer;
  /** Where it was made at this start, so that the operator hears of it once; null when it was there. */
  readonly madeAt: string | null;
}

/** The master key's file: outside the data folder, so that a copy of the folder does not hold it. */
export const masterKeyFile = (config: Config): string =>
  config.TOLLGATE_MASTER_KEY_FILE ?? `${config.TOLLGATE_DATA_DIR}.key`;

/**
 * Takes the master key from the settings or its file; makes the file at first start. Throws a ConfigurationProblem when
 * others may read the file or its content is no key.
 */
export function loadMasterKey(config: Config): MasterKey {
  if (config.TOLLGATE_MASTER_KEY) return masterKey(decode(config.TOLLGATE_MASTER_KEY.reveal(), 'TOLLGATE_MASTER_KEY'));
  const path = masterKeyFile(config);
  const file = readOrMakePrivateFile(path, () => randomBytes(BYTES).toString('base64'));
  return masterKey(decode(file.text, path), file.made ? path : null);
}

/** The same, but makes none: null when there is no file. For commands that need the key of an instance that exists. */
export function findMasterKey(config: Config): MasterKey | null {
  if (config.TOLLGATE_MASTER_KEY) return loadMasterKey(config);
  const path = masterKeyFile(config);
  const text = readPrivateFile(path);
  return text === null ? null : masterKey(decode(text, path));
}

export function masterKey(bytes: Buffer, madeAt: string | null = null): MasterKey {
  const subKey = (purpose: string) => Buffer.from(hkdfSync('sha256', bytes, '', `tollgate ${purpose}`, BYTES));
  const id = createHash('sha256').update(subKey('key-id')).digest('hex').slice(0, 8);
  return Object.freeze({ id, subKey, madeAt });
}

function decode(text: string, source: string): Buffer {
  const bytes = /^[0-9a-fA-F]{64}$/.test(text) ? Buffer.from(text, 'hex') : fromBase64(text);
  if (bytes.length === BYTES) return bytes;
  throw new ConfigurationProblem([`${source}: expected a master key of 32 bytes as 64 hex digits or base64`]);
}

const fromBase64 = (text: string): Buffer =>
  /^[A-Za-z0-9+/_-]+=?$/.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0);
