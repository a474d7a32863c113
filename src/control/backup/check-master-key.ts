import { type Config, ConfigurationProblem } from '../../config.ts';
import { digestKeyName, openDigestKey } from '../secrets/digest-key.ts';
import { masterKeyFile, readMasterKey } from '../secrets/master-key.ts';
import { createSealer, UnsealFailure } from '../secrets/sealer.ts';

/**
 * Throws a ConfigurationProblem unless the configured master key opens a backup's sealed secrets: without it every
 * virtual key would be refused, and every provider key that was given as it is would be lost. Makes no key.
 */
export function checkMasterKey(config: Config, secrets: Readonly<Record<string, string>>): void {
  const file = masterKeyFile(config);
  const advice = `Put the master key of the instance that was backed up into ${file}, or set TOLLGATE_MASTER_KEY or TOLLGATE_MASTER_KEY_FILE.`;
  const master = readMasterKey(config);
  if (master === null) throw new ConfigurationProblem([`There is no master key. ${advice}`]);
  const sealed = secrets[digestKeyName];
  // An instance that was never started has sealed nothing.
  if (sealed === undefined) return;
  try {
    openDigestKey(sealed, createSealer(master));
  } catch (error) {
    if (!(error instanceof UnsealFailure)) throw error;
    const source = config.TOLLGATE_MASTER_KEY ? 'TOLLGATE_MASTER_KEY' : file;
    throw new ConfigurationProblem([
      `The master key of ${source} does not open this backup: ${error.message}. ${advice}`,
    ]);
  }
}
