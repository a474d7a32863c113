import type { Logger } from 'pino';
import { type Config, ConfigurationProblem, type Environment } from '../config.ts';
import type { Adapters } from '../control/configuration/context.ts';
import { environmentProviders } from '../control/configuration/environment-providers.ts';
import { loadConfiguration } from '../control/configuration/load-configuration.ts';
import { toFileResources } from '../control/configuration/to-file-resources.ts';
import type { Sealer } from '../control/secrets/sealer.ts';
import type { DigestKey } from '../spec/key-digest.ts';
import type { Store } from '../spec/store.ts';

export interface ConfigurationParts {
  readonly config: Config;
  readonly environment: Environment;
  readonly adapters: Adapters;
  readonly store: Pick<Store, 'listKeys' | 'applyFile'>;
  readonly sealer: Sealer;
  readonly digest: DigestKey;
  readonly logger: Logger;
}

/** The file's resources, or without a file what the environment offers, become exactly what the store holds of them. */
export async function applyConfiguration(parts: ConfigurationParts): Promise<void> {
  const { config, environment, adapters, store, sealer, digest, logger } = parts;
  const loaded = loadConfiguration(config, environment, adapters);
  for (const warning of loaded?.warnings ?? []) logger.warn(warning);
  if (loaded === null) await refuseMissingFile(config, store);
  const resources =
    loaded === null
      ? await environmentProviders(environment, adapters)
      : toFileResources(loaded.file, { sealer, digest });
  await store.applyFile(resources);
}

/** A start in another folder must not take away what the file gave: its keys would stop working on every node. */
async function refuseMissingFile(config: Config, store: Pick<Store, 'listKeys'>): Promise<void> {
  const keys = await store.listKeys();
  if (!keys.some(key => key.managedBy === 'file' && key.revokedAt === null)) return;
  throw new ConfigurationProblem([
    `${config.TOLLGATE_CONFIG}: there is no such file, but this instance has keys of a configuration file: set ` +
      'TOLLGATE_CONFIG to it. A file with nothing but `{}` gives them up.',
  ]);
}
