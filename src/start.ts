import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { plannedAdapters, providers } from '../providers/index.ts';
import { Closers } from './closers.ts';
import { type Config, ConfigurationProblem, type Environment } from './config.ts';
import { buildControlApp } from './control/app.ts';
import { environmentProviders } from './control/configuration/environment-providers.ts';
import { loadConfiguration } from './control/configuration/load-configuration.ts';
import { toFileResources } from './control/configuration/to-file-resources.ts';
import { startLedgerWriter } from './control/ledger/ledger-writer.ts';
import { createMetrics } from './control/metrics/create-metrics.ts';
import { openPriceBook } from './control/prices/price-book.ts';
import { adminKeyVerifier, loadAdminKey } from './control/secrets/admin-key.ts';
import { loadDigestKey } from './control/secrets/digest-key.ts';
import { loadMasterKey } from './control/secrets/master-key.ts';
import { newVirtualKey } from './control/secrets/new-virtual-key.ts';
import { referenceSources } from './control/secrets/reference-sources.ts';
import { createSealer, type Sealer } from './control/secrets/sealer.ts';
import { secretResolver } from './control/secrets/secret-resolver.ts';
import { compileSnapshot } from './control/snapshot/compile.ts';
import { startPublisher } from './control/snapshot/publisher.ts';
import { buildGateway, type GatewayDependencies } from './gateway/app.ts';
import { authentication } from './gateway/auth/identify.ts';
import { listenDirectly } from './gateway/direct-calls.ts';
import { openSpool } from './gateway/metering/spool/open-spool.ts';
import { openStages } from './gateway/open-stages.ts';
import { directClient } from './gateway/upstream/direct/direct-client.ts';
import { makeQuickstartKey } from './quickstart-key.ts';
import { GatewayError } from './spec/gateway-error.ts';
import { timeOfUuid } from './spec/ids.ts';
import type { DigestKey } from './spec/key-digest.ts';
import { type ClientTimes, clientTimes } from './spec/limits.ts';
import type { Snapshot } from './spec/snapshot.ts';
import type { Store } from './spec/store.ts';
import type { UpstreamClient } from './spec/upstream.ts';
import { stopServing } from './stop-serving.ts';
import { lockDataFolder } from './store/data-folder-lock.ts';
import { startEmbedded } from './store/embedded/start-embedded.ts';
import { migrate } from './store/migrate.ts';
import { openStore } from './store/open-store.ts';
import { StoreStartError } from './store/start-error.ts';

/** How long shipping the last usage may hold up the end; what is left waits in the spool for the next start. */
const FLUSH_MILLIS = 5_000;
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
  { listener = 'direct', network: openNetwork = directClient, times = clientTimes }: Parts,
): Promise<void> {
  const dataDir = config.TOLLGATE_DATA_DIR;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = lockDataFolder(dataDir);
  closers.add(() => lock.release());
  const sealer = createSealer(loadMasterKey(config));
  const admin = loadAdminKey(config);

  const store = await openDatabase(config, logger, closers);
  const digest = await loadDigestKey(store, sealer);
  await applyConfiguration(config, environment, store, sealer, digest, logger);
  await makeQuickstartKey(store, digest, dataDir);

  let snapshot: Snapshot | null = null;
  const resolve = secretResolver(referenceSources(config, environment), sealer);
  const publisher = await startPublisher({
    store,
    compile: resources => compileSnapshot(resources, { adapters, resolve, openPriceBook, logger }),
    publish: next => {
      snapshot = next;
    },
    logger,
  });
  closers.add(() => publisher.close());

  const directory = join(dataDir, 'spool');
  // The writer first: whatever lies in the folder at that moment is what an ended process left.
  const writer = startLedgerWriter({ directory, append: events => store.append(events), logger });
  closers.add(() => within(writer.stop(), FLUSH_MILLIS).catch(() => logger.warn('the ledger writer was still busy')));
  const spool = await openSpool({
    directory,
    fsync: config.TOLLGATE_FSYNC,
    limitBytes: config.TOLLGATE_SPOOL_LIMIT,
    logger,
  });
  closers.add(async () => {
    await spool.close();
    await within(writer.flush(), FLUSH_MILLIS).catch((error: unknown) =>
      logger.warn({ detail: String(error) }, 'usage waits in the spool for the next start'),
    );
  });

  const network = openNetwork();
  closers.add(() => network.close());
  const metrics = createMetrics({ known: () => snapshot, ledger: () => writer.status() });
  const stages = openStages({ network, spool, observer: metrics.observer, logger, times });
  const problems = () => (spool.ready ? [] : [spool.problem ?? 'the spool cannot be written']);
  let stopping = false;
  const dependencies: GatewayDependencies = {
    identify: authentication(digest),
    snapshot: () => snapshot,
    stages,
    problems,
    stopping: () => stopping,
    times,
    spendOfKey: keyId => spendOfKey(store, keyId),
    callOfKey: (callId, keyId) => callOfKey(store, callId, keyId),
  };
  const gateway = buildGateway(dependencies);
  const direct = listener === 'direct' ? listenDirectly(gateway, dependencies) : null;
  const control = buildControlApp({
    store,
    verifyAdminKey: adminKeyVerifier(admin.secret),
    digestKey: digest,
    newKey: newVirtualKey,
    snapshotVersion: () => publisher.version,
    afterChange: () => publisher.refresh(),
    status: () => ({ ready: !stopping && problems().length === 0, problems: problems() }),
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
  closers.add(async () => {
    stopping = true;
    await stopServing(gateway, direct, stages.upstream.watch, config.TOLLGATE_GRACE);
  });
  logger.info(
    {
      url: urlOf(config.TOLLGATE_HOST, config.TOLLGATE_PORT),
      admin: urlOf(config.TOLLGATE_ADMIN_HOST, config.TOLLGATE_ADMIN_PORT),
    },
    'ready',
  );
}

async function openDatabase(config: Config, logger: Logger, closers: Closers): Promise<Store> {
  let connection: Parameters<typeof openStore>[0]['connection'];
  if (config.DATABASE_URL === undefined) {
    const embedded = await startEmbedded({ dataDir: config.TOLLGATE_DATA_DIR, logger });
    closers.add(() => embedded.stop());
    connection = embedded.connection;
  } else connection = config.DATABASE_URL.reveal();
  for (const name of await migrate(connection)) logger.info({ migration: name }, 'migration applied');
  const store = openStore({ connection, logger });
  closers.add(() => store.close());
  return store;
}

/** The file's resources, or without a file what the environment offers, become exactly what the store holds of them. */
async function applyConfiguration(
  config: Config,
  environment: Environment,
  store: Store,
  sealer: Sealer,
  digest: DigestKey,
  logger: Logger,
): Promise<void> {
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
async function refuseMissingFile(config: Config, store: Store): Promise<void> {
  const keys = await store.listKeys();
  if (!keys.some(key => key.managedBy === 'file' && key.revokedAt === null)) return;
  throw new ConfigurationProblem([
    `${config.TOLLGATE_CONFIG}: there is no such file, but this instance has keys of a configuration file: set ` +
      'TOLLGATE_CONFIG to it. A file with nothing but `{}` gives them up.',
  ]);
}

async function closeWithin(app: Pick<FastifyInstance, 'close' | 'server'>, millis: number): Promise<void> {
  const closed = app.close();
  await Promise.race([closed, sleep(millis, undefined, { ref: false })]);
  app.server.closeAllConnections();
  await closed;
}

async function listen(app: FastifyInstance, host: string, port: number, setting: string): Promise<void> {
  try {
    await app.listen({ host, port, backlog: 1024 });
  } catch (cause) {
    await app.close();
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'EADDRINUSE')
      throw new StoreStartError(`Port ${port} is taken: free it or set ${setting} to another.`);
    if (code === 'EACCES')
      throw new StoreStartError(`Port ${port} may not be used by this user: set ${setting} to another.`);
    if (code === 'EADDRNOTAVAIL')
      throw new StoreStartError(`${host} is not an address of this machine: see ${setting.replace('PORT', 'HOST')}.`);
    throw cause;
  }
}

async function spendOfKey(store: Store, keyId: string) {
  const now = new Date();
  const day = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
  const to = new Date(now.getTime() + 60_000);
  const since = async (from: Date) =>
    (await store.spend({ by: ['key'], from, to, bucket: null, timezone: 'UTC', keyId })).total;
  const [today, thisMonth] = await Promise.all([since(day), since(month)]);
  return { today, month: thisMonth };
}

async function callOfKey(store: Store, callId: string, keyId: string) {
  const began = timeOfUuid(callId);
  const from = new Date(began);
  // Attempts of a call begin within its total time, an hour at the most.
  const to = new Date(began + 3_600_000);
  const rows = await store.usage({ from, to, limit: 100, before: null, filters: { call_id: callId }, keyId });
  return rows.toReversed();
}

function within<T>(work: Promise<T>, millis: number): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new GatewayError('database_unavailable', { detail: `not done in ${millis} ms` })),
      millis,
    );
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const urlOf = (host: string, port: number): string =>
  `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${port}`;
