/**
 * Prints a file of the systemd service, for install.sh:
 *
 *   node bin/service-files.ts environment PREFIX   what this process's environment says, with the service's own places
 *   node bin/service-files.ts unit PREFIX          the unit, for an environment that was read from that file
 */
import { readFileSync } from 'node:fs';
import { plannedAdapters, providers } from '../providers/index.ts';
import { ConfigurationProblem, type Environment, readConfig, settings } from '../src/config.ts';

const SECONDS_BEYOND_GRACE = 60;

/** The configuration file is found in the unit's working directory. */
const ownPlaces = new Set(['TOLLGATE_CONFIG', 'TOLLGATE_DATA_DIR', 'TOLLGATE_MASTER_KEY_FILE']);

function environmentFile(environment: Environment, prefix: string): string {
  const places = {
    TOLLGATE_DATA_DIR: `${prefix}/var/lib/tollgate/data`,
    ...(environment.TOLLGATE_MASTER_KEY ? {} : { TOLLGATE_MASTER_KEY_FILE: `${prefix}/etc/tollgate/master.key` }),
  };
  const carried = Object.entries(environment).filter(([name, value]) => value && isOurs(name) && !ownPlaces.has(name));
  const entries = [...Object.entries(places), ...carried] as readonly (readonly [string, string])[];
  readConfig(Object.fromEntries(entries));
  const lines = entries.map(([name, value]) => `${name}=${quoted(name, value)}\n`);
  return `# Settings of the gateway: docs/configuration.md. They hold after: systemctl restart tollgate\n${lines.join('')}`;
}

/** Settings, usual names of provider keys, and what `env:` references of a configuration file commonly name. */
function isOurs(name: string): boolean {
  const keyNames = [...providers.values(), ...plannedAdapters.values()].flatMap(({ keyNames = [] }) => keyNames);
  return name in settings.shape || keyNames.includes(name) || /^TOLLGATE_[A-Z0-9_]+_KEY$/.test(name);
}

/** As systemd reads it, which here is as a shell does. */
function quoted(name: string, value: string): string {
  if (/[\n\r\0]/.test(value))
    throw new ConfigurationProblem([`${name}: a value of several lines cannot go into a unit`]);
  return `"${value.replace(/[\\"`$]/g, '\\$&')}"`;
}

function unit(environment: Environment, prefix: string): string {
  const seconds = Math.ceil(readConfig(environment).TOLLGATE_GRACE / 1_000) + SECONDS_BEYOND_GRACE;
  return readFileSync(new URL('../deploy/tollgate.service', import.meta.url), 'utf8')
    .replaceAll('@PREFIX@', prefix)
    .replaceAll('@STOP_SECONDS@', String(seconds));
}

const [what, prefix = ''] = process.argv.slice(2);
try {
  if (what !== 'environment' && what !== 'unit') throw new RangeError(`service-files.ts: no such file: ${what}`);
  process.stdout.write(what === 'unit' ? unit(process.env, prefix) : environmentFile(process.env, prefix));
} catch (error) {
  process.stderr.write(`Tollgate: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof ConfigurationProblem ? 2 : 1;
}
