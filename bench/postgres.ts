import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { connectionUrl } from '../src/store/connection.ts';
import { installBinaries } from '../src/store/embedded/install-binaries.ts';
import { makeCluster, superuser } from '../src/store/embedded/make-cluster.ts';
import { platformPackage } from '../src/store/embedded/platform-package.ts';
import { spawnServer } from '../src/store/embedded/spawn-server.ts';
import { systemUser } from '../src/store/embedded/system-user.ts';
import { endWithParent } from '../test/support/end-with-parent.ts';
import { waitForDatabase } from '../test/support/wait-for-database.ts';

export interface Postgres {
  readonly pid: number;
  readonly version: string;
  /** Makes an empty database and returns its URL. */
  makeDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
}

/**
 * PostgreSQL with the settings of the embedded one, as a process of its own on the second core: its CPU is shown beside
 * the gateway's, never within it.
 */
export async function startPostgres(): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-bench-postgres-'));
  const user = await systemUser();
  const [cluster, socketFolder, log] = [join(folder, 'cluster'), join(folder, 's'), join(folder, 'log')];
  mkdirSync(socketFolder, { mode: 0o700 });
  if (user) for (const one of [folder, socketFolder]) chownSync(one, user.uid, user.gid);
  const password = randomBytes(16).toString('hex');
  const binaries = await installBinaries(platformPackage(), folder);
  await makeCluster({ binaries, cluster, password, user, sync: false });
  const server = spawnServer({ binaries, cluster, socketFolder, log, user });
  const watch = endWithParent(server, folder);
  const ended = new Promise<void>(resolve => server.once('exit', () => resolve()));
  const url = (database: string) =>
    connectionUrl({ host: socketFolder, port: 5432, user: superuser, password, database });
  await waitForDatabase(url('postgres'), log);
  return {
    pid: server.pid ?? 0,
    version: execFileSync(join(binaries, 'bin/postgres'), ['--version']).toString().trim().split(' ').at(-1) ?? '',
    makeDatabase: async name => {
      await administer(url('postgres'), `create database ${name}`);
      return url(name);
    },
    stop: async () => {
      server.kill('SIGQUIT');
      await ended;
      watch.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function administer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
