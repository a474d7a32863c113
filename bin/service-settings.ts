import { join } from 'node:path';
import { drainMillis, type Environment, readConfig } from '../src/config.ts';

interface Listener {
  readonly host: string;
  readonly port: number;
  /** Name of the setting that moves it. */
  readonly variable: string;
}

/** What install.sh must know of a gateway to start it, find it and describe it. */
export interface ServiceSettings {
  /** Absolute. */
  readonly dataDir: string;
  readonly logFile: string;
  /** As a client on this machine reaches them, without a trailing slash. */
  readonly url: string;
  readonly adminUrl: string;
  readonly listeners: readonly Listener[];
  /** How long it may take calls and finish them after it was told to stop. */
  readonly stopMillis: number;
}

/** An address that stands for every interface is not one to call. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

/**
 * Reads the settings as the gateway will, except that the data folder is the project's own when none is named. Throws a
 * ConfigurationProblem that names what is wrong.
 */
export function readServiceSettings(environment: Environment, root: string): ServiceSettings {
  const config = readConfig({ ...environment, TOLLGATE_DATA_DIR: environment.TOLLGATE_DATA_DIR || join(root, 'data') });
  const {
    TOLLGATE_HOST: host,
    TOLLGATE_PORT: port,
    TOLLGATE_ADMIN_HOST: adminHost,
    TOLLGATE_ADMIN_PORT: adminPort,
  } = config;
  return {
    dataDir: config.TOLLGATE_DATA_DIR,
    logFile: join(config.TOLLGATE_DATA_DIR, 'gateway.log'),
    url: `http://${reachable(host)}:${port}`,
    adminUrl: `http://${reachable(adminHost)}:${adminPort}`,
    listeners: [
      { host, port, variable: 'TOLLGATE_PORT' },
      { host: adminHost, port: adminPort, variable: 'TOLLGATE_ADMIN_PORT' },
    ],
    stopMillis: drainMillis(config) + config.TOLLGATE_GRACE,
  };
}
