import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectionUrl } from '../../src/store/connection.ts';
import { installBinaries } from '../../src/store/embedded/install-binaries.ts';
import { makeCluster, superuser } from '../../src/store/embedded/make-cluster.ts';
import { platformPackage } from '../../src/store/embedded/platform-package.ts';
import { spawnServer } from '../../src/store/embedded/spawn-server.ts';
import { systemUser } from '../../src/store/embedded/system-user.ts';
import { endWithParent } from './end-with-parent.ts';
import { waitForDatabase } from './wait-for-database.ts';

export interface DatabaseServer {
  /** Of the database `postgres` on it. */
  readonly url: string;
  /** Comes back when it answers. */
  start(): Promise<void>;
  /** Ends it with every connection; what was written stays. */
  stop(): Promise<void>;
  /** Stops it from answering, as a network does that swallows packets; and lets it go on. */
  freeze(): void;
  thaw(): void;
  /** Ends it for good and removes its folder. */
  remove(): Promise<void>;
}

/** A PostgreSQL in a folder of its own, reachable by its socket only, without durability. It runs. */
export async function startDatabaseServer(): Promise<DatabaseServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tollgate-test-'));
  const user = await systemUser();
  if (user) chownSync(folder, user.uid, user.gid);
  const cluster = path.join(folder, 'cluster');
  const password = randomBytes(16).toString('hex');
  const binaries = await installBinaries(platformPackage(), folder);
  await makeCluster({ binaries, cluster, password, user, sync: false });
  const socketFolder = path.join(folder, 's');
  mkdirSync(socketFolder, { mode: 0o700 });
  if (user) chownSync(socketFolder, user.uid, user.gid);
  const log = path.join(folder, 'log');
  const url = connectionUrl({ host: socketFolder, port: 5432, user: superuser, password, database: 'postgres' });
  const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'];
  let running: { readonly server: ChildProcess; readonly watch: { stop(): void } } | null = null;

  const self: DatabaseServer = {
    url,
    start: async () => {
      const server = spawnServer({ binaries, cluster, socketFolder, log, user, settings });
      running = { server, watch: endWithParent(server, folder) };
      await waitForDatabase(url, log);
    },
    stop: async () => {
      if (running === null) return;
      const { server, watch } = running;
      running = null;
      const ended = once(server, 'exit');
      server.kill('SIGQUIT');
      await ended;
      watch.stop();
    },
    freeze: () => void running?.server.kill('SIGSTOP'),
    thaw: () => void running?.server.kill('SIGCONT'),
    remove: async () => {
      await self.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await self.start();
  return self;
}
