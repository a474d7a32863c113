import { type Config, ConfigurationProblem, type Environment } from '../config.ts';
import type { ReadConfiguration } from '../control/configuration/configuration-file.ts';
import type { Adapters } from '../control/configuration/context.ts';
import { environmentProviders } from '../control/configuration/environment-providers.ts';
import { toFileResources } from '../control/configuration/to-file-resources.ts';
import type { Sealer } from '../control/secrets/sealer.ts';
import type { DigestKey } from '../spec/key-digest.ts';
import type { KeyResource } from '../spec/resources.ts';
import type { Store } from '../spec/store.ts';

export interface ConfigurationParts {
  readonly config: Config;
  readonly environment: Environment;
  /** The configuration file; null when there is none. */
  readonly file: ReadConfiguration | null;
  readonly adapters: Adapters;
  readonly store: Pick<Store, 'listKeys' | 'applyFile'>;
  readonly sealer: Sealer;
  readonly digest: DigestKey;
}

/** The file's resources, or without a file what the environment offers, become exactly what the store holds of them. */
export async function applyConfiguration(parts: ConfigurationParts): Promise<void> {
  const { config, environment, file, adapters, store, sealer, digest } = parts;
  if (file === null) refuseMissingFile(config, await store.listKeys());
  const wanted = file === null ? await environmentProviders(environment, adapters) : file.file;
  await store.applyFile(toFileResources(wanted, { sealer, digest }));
}

/** A start in another folder must not take away what the file gave: its keys would stop working on every node. */
export function refuseMissingFile(config: Config, keys: readonly KeyResource[]): void {
  if (!keys.some(key => key.managedBy === 'file' && key.revokedAt === null)) return;
  throw new ConfigurationProblem([
    `${config.TOLLGATE_CONFIG}: there is no such file, but this instance has keys of a configuration file: set ` +
      'TOLLGATE_CONFIG to it. A file with nothing but `{}` gives them up.',
  ]);
}
