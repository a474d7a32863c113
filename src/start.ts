import { mkdirSync } from 'node:fs';
import type { Logger } from 'pino';
import { plannedAdapters, providers } from '../providers/index.ts';
import { Closers } from './closers.ts';
import { type Config, drainMillis, type Environment } from './config.ts';
import { buildControlApp } from './control/app.ts';
import { loadConfiguration } from './control/configuration/load-configuration.ts';
import { programVersion } from './control/health/program-version.ts';
import { createMetrics } from './control/metrics/create-metrics.ts';
import { adminKeyVerifier, loadAdminKey } from './control/secrets/admin-key.ts';
import { createIdSealer } from './control/secrets/id-sealer.ts';
import { loadMasterKey } from './control/secrets/master-key.ts';
import { newVirtualKey } from './control/secrets/new-virtual-key.ts';
import { sealResponses } from './control/secrets/sealed-responses.ts';
import { createSealer } from './control/secrets/sealer.ts';
import { buildGateway, type GatewayDependencies } from './gateway/app.ts';
import { authentication } from './gateway/auth/identify.ts';
import { listenDirectly } from './gateway/direct-calls.ts';
import { openStages } from './gateway/open-stages.ts';
import { directClient } from './gateway/upstream/direct/direct-client.ts';
import { type ClientTimes, clientTimes } from './spec/limits.ts';
import type { Store } from './spec/store.ts';
import type { UpstreamClient } from './spec/upstream.ts';
import { type LinkTimes, linkTimes as usualLinkTimes } from './start/database-link.ts';
import { forgetResponses } from './start/forget-responses.ts';
import { callOfKey, spendOfKey } from './start/key-reports.ts';
import { closeWithin, listen, urlOf } from './start/listen.ts';
import { openMetering } from './start/open-metering.ts';
import { ServedConfiguration } from './start/serve-configuration.ts';
import { within } from './start/within.ts';
import { Ending } from './stop-serving.ts';
import { lockDataFolder } from './store/data-folder-lock.ts';
import { startEmbedded } from './store/embedded/start-embedded.ts';
import { gateStore } from './store/gated-store.ts';
import { migrate, type PendingMigration } from './store/migrate.ts';
import { openStore } from './store/open-store.ts';

/** How long a backup waits for usage that is not in the ledger yet; it is not made without it. */
const BACKUP_FLUSH_MILLIS = 60_000;
/** How long the admin API may finish what it is asked; a connection that says nothing must not hold up the end. */
const ADMIN_GRACE_MILLIS = 2_000;
const adapters = { built: providers, planned: plannedAdapters };

/** Parts that stand in for the usual ones, for tests and comparisons. */
export interface Parts {
  /** `node` serves every request through Node's own HTTP server. */
  readonly listener?: 'direct' | 'node';
  readonly network?: () => UpstreamClient;
  readonly times?: ClientTimes;
  readonly linkTimes?: LinkTimes;
}

export interface Tollgate {
  /** Stops taking calls, lets open ones finish within the grace period, ships the spool, closes everything. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts both planes in this process. Throws a ConfigurationProblem for what the operator wrote wrongly and a
 * StoreStartError for what the machine or the database lacks; whatever was opened by then is closed again.
 */
export async function startTollgate(
  config: Config,
  environment: Environment,
  logger: Logger,
  parts: Parts = {},
): Promise<Tollgate> {
  const closers = new Closers();
  try {
    await open(config, environment, logger, closers, parts);
  } catch (error) {
    await closers.close().catch((problem: unknown) => logger.error({ detail: String(problem) }, 'closing failed'));
    throw error;
  }
  return { stop: () => closers.close() };
}

async function open(
  config: Config,
  environment: Environment,
  logger: Logger,
  closers: Closers,
  { listener = 'direct', network: openNetwork = directClient, times = clientTimes, linkTimes = usualLinkTimes }: Parts,
): Promise<void> {
  const dataDir = config.TOLLGATE_DATA_DIR;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = lockDataFolder(dataDir);
  closers.add(() => lock.release());
  const master = loadMasterKey(config);
  const sealer = createSealer(master);
  const admin = loadAdminKey(config);

  // What is wrong with the file is said first, whether the database is there or not.
  const file = loadConfiguration(config, environment, adapters);
  for (const warning of file?.warnings ?? []) logger.warn(warning);

  const database = await openDatabase(config, logger, closers);
  const configuration = new ServedConfiguration({
    ...{ config, environment, adapters, file, master, sealer, logger, times: linkTimes },
    ...database,
  });
  closers.add(() => configuration.close());
  await configuration.start();
  const store = gateStore(database.store, () => configuration.attached);

  const { writer, spool, recent } = await openMetering(config, events => store.append(events), logger, closers);
  const network = openNetwork();
  closers.add(() => network.close());
  const metrics = createMetrics({
    known: () => configuration.snapshot,
    ledger: () => writer.status(),
    source: () => configuration.source,
    pingDatabase: () => store.ping(),
  });
  closers.add(forgetResponses(() => store.removeExpiredResponses(), logger));
  const state = { ids: createIdSealer(master), responses: sealResponses(store.responses, master) };
  const stages = openStages({ network, spool, recent, observer: metrics.observer, state, logger, times });
  const spoolProblems = () => (spool.ready ? [] : [spool.problem ?? 'the spool cannot be written']);
  const problems = () => [...configuration.problems, ...spoolProblems()];
  const ending = new Ending();
  const dependencies: GatewayDependencies = {
    identify: authentication(configuration.digest),
    snapshot: () => configuration.snapshot,
    stages,
    problems: spoolProblems,
    leaving: () => ending.leaving,
    stopping: () => ending.stopping,
    times,
    spendOfKey: keyId => spendOfKey(store, keyId),
    callOfKey: (callId, keyId) => callOfKey(store, callId, keyId),
  };
  const gateway = buildGateway(dependencies);
  const direct = listener === 'direct' ? listenDirectly(gateway, dependencies) : null;
  const control = buildControlApp({
    store,
    verifyAdminKey: adminKeyVerifier(admin.secret),
    digestKey: configuration.digest,
    newKey: newVirtualKey,
    snapshotVersion: () => configuration.snapshot?.version ?? 0,
    afterChange: () => configuration.refresh(),
    status: () => ({
      ready: !ending.leaving && problems().length === 0,
      problems: problems(),
      notes: configuration.notes,
      source: configuration.source,
    }),
    ledgerStatus: () => writer.status(),
    flushLedger: () => within(writer.flush(), BACKUP_FLUSH_MILLIS),
    metrics: metrics.registry,
    allowedHosts: config.TOLLGATE_ADMIN_HOSTS,
    adminHost: config.TOLLGATE_ADMIN_HOST,
    metricsOpen: config.TOLLGATE_METRICS_OPEN,
    logger,
  });
  await listen(control, config.TOLLGATE_ADMIN_HOST, config.TOLLGATE_ADMIN_PORT, 'TOLLGATE_ADMIN_PORT');
  closers.add(() => closeWithin(control, ADMIN_GRACE_MILLIS));
  await listen(gateway, config.TOLLGATE_HOST, config.TOLLGATE_PORT, 'TOLLGATE_PORT');
  const patience = { drainMillis: drainMillis(config), graceMillis: config.TOLLGATE_GRACE };
  closers.add(() => ending.run({ gateway, direct, watch: stages.upstream.watch, ...patience }));
  logger.info(
    {
      url: urlOf(config.TOLLGATE_HOST, config.TOLLGATE_PORT),
      admin: urlOf(config.TOLLGATE_ADMIN_HOST, config.TOLLGATE_ADMIN_PORT),
    },
    'ready',
  );
}

/** Opens what is there to open; the database itself is asked nothing yet. */
async function openDatabase(
  config: Config,
  logger: Logger,
  closers: Closers,
): Promise<{ readonly store: Store; readonly migrate: () => Promise<void> }> {
  let connection: Parameters<typeof openStore>[0]['connection'];
  if (config.DATABASE_URL === undefined) {
    const embedded = await startEmbedded({ dataDir: config.TOLLGATE_DATA_DIR, logger });
    closers.add(() => embedded.stop());
    connection = embedded.connection;
  } else connection = config.DATABASE_URL.reveal();
  const store = openStore({ connection, logger });
  closers.add(() => store.close());
  return {
    store,
    migrate: async () => {
      const before = ({ name, irreversible }: PendingMigration) => {
        if (irreversible === null) return;
        logger.warn({ migration: name, why: irreversible }, 'this migration cannot be undone but from a backup');
      };
      const applied = await migrate(connection, { program: programVersion(), before });
      for (const name of applied) logger.info({ migration: name }, 'migration applied');
    },
  };
}
