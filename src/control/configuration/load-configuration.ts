import { existsSync } from 'node:fs';
import type { Config, Environment } from '../../config.ts';
import { referenceSources } from '../secrets/reference-sources.ts';
import { type ReadConfiguration, readConfigurationFile } from './configuration-file.ts';
import type { Adapters } from './context.ts';

/** The path to read, as it is shown in messages; null when there is no file and none was named. */
export function configurationPath(config: Config): string | null {
  return config.configNamed || existsSync(config.TOLLGATE_CONFIG) ? config.TOLLGATE_CONFIG : null;
}

/** The configuration file of these settings; null when there is none. Throws a ConfigurationProblem. */
export function loadConfiguration(
  config: Config,
  environment: Environment,
  adapters: Adapters,
): ReadConfiguration | null {
  const path = configurationPath(config);
  if (path === null) return null;
  return readConfigurationFile(path, { adapters, sources: referenceSources(config, environment) });
}
