import { dirname, resolve } from 'node:path';
import type { Config, Environment } from '../../config.ts';
import { masterKeyFile } from './master-key.ts';

/** Where `env:` and `file:` references may look, and where never. */
export interface ReferenceSources {
  readonly environment: Environment;
  /** Relative paths count from here. */
  readonly folder: string;
  /** A referenced file must lie in one of these. */
  readonly folders: readonly string[];
  /** Files and folders of our own, refused even inside those. */
  readonly protectedPaths: readonly string[];
}

export function referenceSources(config: Config, environment: Environment): ReferenceSources {
  const folder = dirname(resolve(config.TOLLGATE_CONFIG));
  const extra = config.TOLLGATE_SECRETS_DIR ? [config.TOLLGATE_SECRETS_DIR] : [];
  return Object.freeze({
    environment,
    folder,
    folders: [folder, '/run/secrets', ...extra],
    protectedPaths: ['/proc', '/sys', '/dev', config.TOLLGATE_DATA_DIR, masterKeyFile(config)],
  });
}
