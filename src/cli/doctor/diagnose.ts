import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { providers as builtAdapters, plannedAdapters } from '../../../providers/index.ts';
import { type Config, ConfigurationProblem, type Environment, readConfig } from '../../config.ts';
import { environmentProviders } from '../../control/configuration/environment-providers.ts';
import { findGateway } from '../../store/find-gateway.ts';
import { migrationsRoot } from '../../store/migration-files.ts';
import { urlOf } from '../admin-client.ts';
import type { Terminal } from '../terminal.ts';
import { checkAdminKey } from './admin-key.ts';
import { checkClock } from './clock.ts';
import {
  checkAuthorities,
  checkConfiguration,
  type ReadFile,
  readConfiguration,
  wrongSettings,
} from './configuration.ts';
import { checkDatabase, type Database, seeDatabase } from './database.ts';
import { checkDisks, seeDisks } from './disk.ts';
import { checkConfigurationFileMode, checkFiles, seeFiles } from './file-modes.ts';
import type { Finding } from './finding.ts';
import { checkGateway, seeGateway } from './gateway.ts';
import { type DescribedProvider, type KnownProvider, knownProvider } from './known-providers.ts';
import { checkLedger, seeSpool } from './ledger.ts';
import { checkMachine, seeMachine } from './machine.ts';
import { checkMasterKey, type ReadMasterKey, seeMasterKey } from './master-key.ts';
import { seePort } from './port-holder.ts';
import { checkPort } from './ports.ts';
import { checkProviderKeys } from './provider-keys.ts';
import { type Probe, probeProviders } from './provider-probe.ts';
import { checkProviders } from './providers.ts';
import { checkVersions, seeVersions } from './versions.ts';
import { checkVirtualKeys } from './virtual-keys.ts';

/** For one question; all are asked at once, so the whole takes little more. */
const PATIENCE_MILLIS = 5_000;
const adapters = { built: builtAdapters, planned: plannedAdapters };

export interface Diagnosis {
  readonly findings: readonly Finding[];
  /** The settings or the file are such that a start refuses them. */
  readonly wrongConfiguration: boolean;
}

/** Looks at everything a gateway with this environment needs, and changes nothing. */
export async function diagnose(terminal: Terminal): Promise<Diagnosis> {
  try {
    return await examine(readConfig(terminal.environment), terminal);
  } catch (error) {
    if (!(error instanceof ConfigurationProblem)) throw error;
    return { findings: wrongSettings(error), wrongConfiguration: true };
  }
}

async function examine(config: Config, terminal: Terminal): Promise<Diagnosis> {
  const { environment } = terminal;
  const read = readConfiguration(config, environment, adapters);
  const master = seeMasterKey(config);
  const pid = findGateway(config.TOLLGATE_DATA_DIR);
  const databaseSeen = seeDatabase(config, PATIENCE_MILLIS);
  const gatewaySeen = seeGateway(terminal, PATIENCE_MILLIS);
  const [gateway, database, [providers, probes], spool, ports] = await Promise.all([
    gatewaySeen,
    databaseSeen,
    askProviders(read, databaseSeen, master, config, environment),
    seeSpool(config),
    // A port is tried by listening on it, which must not be taken for the gateway.
    gatewaySeen.then(() => seePorts(config)),
  ]);
  const facts = database.state === 'examined' ? database.facts : null;
  const root = 'embeddedRoot' in database ? database.embeddedRoot : null;
  const machine = seeMachine(pid);
  const [now, answers] = [new Date(), gateway.state === 'running'];
  const findings = [
    ...checkConfiguration(config, environment, read),
    ...checkAuthorities(config),
    ...checkConfigurationFileMode(config, read, modeOf(config.TOLLGATE_CONFIG)),
    ...checkGateway(gateway, pid, urlOf(config)),
    ...ports.map(port => checkPort(port, pid, answers)),
    ...checkMasterKey(master, facts?.content ? facts.content.digestKey : undefined),
    ...checkAdminKey(config),
    ...checkVirtualKeys(facts?.content?.keys ?? null, now),
    ...checkProviderKeys(providers),
    ...checkProviders(probes, Boolean(environment.HTTPS_PROXY || environment.https_proxy), now),
    ...checkDatabase(database, config),
    ...checkLedger(spool, gateway),
    ...checkDisks(seeDisks(config, root), spool),
    // The embedded database has our own clock.
    ...checkClock(root === null && facts ? facts.skewMillis : null, probes ?? []),
    ...checkFiles(seeFiles(config), machine.uid),
    ...checkMachine(machine),
    ...checkVersions(seeVersions(dirname(migrationsRoot()))),
  ];
  return { findings, wrongConfiguration: read.problems.length > 0 };
}

/** Null for both when nobody knows the providers. */
async function askProviders(
  read: ReadFile,
  database: Promise<Database>,
  { key: masterKey }: ReadMasterKey,
  config: Config,
  environment: Environment,
): Promise<readonly [readonly KnownProvider[] | null, readonly Probe[] | null]> {
  const described = await describedProviders(read, database, environment);
  if (described === null) return [null, null];
  const known = described.map(one => knownProvider(one, { config, environment, adapters, masterKey }));
  return [known, await probeProviders(known, PATIENCE_MILLIS)];
}

/** Those a start would have; while the file is wrong, those of the last start. */
async function describedProviders(
  { file, problems }: ReadFile,
  database: Promise<Database>,
  environment: Environment,
): Promise<readonly DescribedProvider[] | null> {
  if (file !== null) return file.providers;
  if (problems.length === 0) return (await environmentProviders(environment, adapters)).providers;
  const seen = await database;
  return seen.state === 'examined' ? (seen.facts.content?.providers ?? null) : null;
}

const seePorts = (config: Config) =>
  Promise.all([
    seePort('TOLLGATE_PORT', config.TOLLGATE_HOST, config.TOLLGATE_PORT),
    seePort('TOLLGATE_ADMIN_PORT', config.TOLLGATE_ADMIN_HOST, config.TOLLGATE_ADMIN_PORT),
  ]);

const modeOf = (path: string): number | null => {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? found.mode & 0o777 : null;
};
