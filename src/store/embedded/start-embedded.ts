import { rmSync } from 'node:fs';
import type { Connection } from '../connection.ts';
import type { StoreLogger } from '../logger.ts';
import { ensureCluster } from './ensure-cluster.ts';
import { findRunning } from './find-running.ts';
import { installBinaries, removeOtherBinaries } from './install-binaries.ts';
import { superuser } from './make-cluster.ts';
import { type Places, preparePlaces } from './places.ts';
import { platformPackage } from './platform-package.ts';
import { adoptServer, type Server, startServer } from './server.ts';
import { type Supervised, supervise } from './supervise.ts';
import { systemUser } from './system-user.ts';

export interface EmbeddedPostgres extends Supervised {
  /** Stays the same when the server is restarted. */
  readonly connection: Connection;
}

export interface EmbeddedOptions {
  /** Locked by this process; see `lockDataFolder`. */
  readonly dataDir: string;
  readonly logger: StoreLogger;
  /** More settings of the server, `name=value`; one that was left running keeps its own. */
  readonly settings?: readonly string[];
}

/**
 * A PostgreSQL of our own for this data folder, reachable by a unix socket only: made at the first start, adopted when
 * it outlived a gateway that was killed, restarted when it ends. Throws a StoreStartError where it cannot run.
 */
export async function startEmbedded({ dataDir, logger, settings = [] }: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const from = platformPackage();
  const user = await systemUser();
  const places = preparePlaces(dataDir, user);
  const binaries = await installBinaries(from, places.root);
  const password = await ensureCluster(places, binaries, from.version, user);
  const reach = (host: string): Connection => ({ host, port: 5432, user: superuser, password, database: 'tollgate' });

  const adopted = await adopt(places, reach, logger);
  const connection = adopted?.connection ?? reach(places.makeSocketFolder());
  const plan = { binaries, cluster: places.cluster, socketFolder: connection.host, log: places.log, user, settings };
  const start = (spawned: (pid: number) => void) => startServer(plan, connection, spawned);
  const first = adopted?.server ?? (await start(() => {}));
  if (!adopted) await removeOtherBinaries(places.root, binaries);
  logger.info({ databasePid: first.pid, adopted: adopted !== null, folder: places.root }, 'the embedded database runs');

  const supervised = supervise({ cluster: places.cluster, first, start, logger });
  return {
    connection,
    onExit: supervised.onExit,
    async stop() {
      await supervised.stop();
      rmSync(connection.host, { recursive: true, force: true });
    },
  };
}

async function adopt(
  places: Places,
  reach: (host: string) => Connection,
  logger: StoreLogger,
): Promise<{ readonly server: Server; readonly connection: Connection } | null> {
  const found = findRunning(places.cluster);
  if (!found) return null;
  const connection = reach(found.socketFolder);
  const server = await adoptServer(found, places.cluster, connection);
  if (server) return { server, connection };
  logger.warn({ databasePid: found.pid }, 'an embedded database that was left over did not answer and was ended');
  return null;
}
