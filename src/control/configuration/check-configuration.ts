import { plannedAdapters, providers } from '../../../providers/index.ts';
import { type Config, ConfigurationProblem, processEnvironment } from '../../config.ts';
import { loadConfiguration } from './load-configuration.ts';

export interface ConfigurationCheck {
  /** Empty when a start would take the configuration. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** What a start would say about the configuration file, without a running gateway, a database or a master key. */
export async function checkConfiguration(
  config: Config,
  environment = processEnvironment(),
  adapters = { built: providers, planned: plannedAdapters },
): Promise<ConfigurationCheck> {
  try {
    const read = loadConfiguration(config, environment, adapters);
    if (read) return { problems: [], warnings: read.warnings };
    const absent = `${config.TOLLGATE_CONFIG}: there is no such file; providers come from the environment`;
    return { problems: [], warnings: [absent] };
  } catch (error) {
    if (!(error instanceof ConfigurationProblem)) throw error;
    return { problems: error.problems, warnings: [] };
  }
}
