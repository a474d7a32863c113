import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { connectionUrl } from '../../src/store/connection.ts';
import { installBinaries } from '../../src/store/embedded/install-binaries.ts';
import { makeCluster, superuser } from '../../src/store/embedded/make-cluster.ts';
import { platformPackage } from '../../src/store/embedded/platform-package.ts';
import { spawnServer } from '../../src/store/embedded/spawn-server.ts';
import { systemUser } from '../../src/store/embedded/system-user.ts';
import { endWithParent } from './end-with-parent.ts';
import { waitForDatabase } from './wait-for-database.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of the maintenance database `postgres` on this run's own server; null when the server could not start. */
    databaseUrl: string;
  }
}

/** One PostgreSQL for the whole run, in a folder of its own, reachable by its socket only, without durability. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TOLLGATE_TEST_DATABASE_URL;
  if (given) {
    project.provide('databaseUrl', given);
    return async () => {};
  }
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
  const server = spawnServer({
    binaries,
    cluster,
    socketFolder,
    log: path.join(folder, 'log'),
    user,
    settings: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'],
  });
  const watch = endWithParent(server, folder);
  const ended = new Promise<void>(resolve => server.once('exit', () => resolve()));
  const url = connectionUrl({ host: socketFolder, port: 5432, user: superuser, password, database: 'postgres' });
  await waitForDatabase(url, path.join(folder, 'log'));
  process.env.TOLLGATE_TEST_DATABASE_URL = url;
  project.provide('databaseUrl', url);
  return async () => {
    delete process.env.TOLLGATE_TEST_DATABASE_URL;
    server.kill('SIGQUIT');
    await ended;
    watch.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
