import { execFile } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { connectionUrl } from '../../src/store/connection.ts';
import { spawnServer } from '../../src/store/embedded/spawn-server.ts';
import { systemUser } from '../../src/store/embedded/system-user.ts';
import { endWithParent } from './end-with-parent.ts';
import { waitForDatabase } from './wait-for-database.ts';

/** Folder with `initdb` and `postgres` of PostgreSQL 15, the oldest that Tollgate takes; tests skip without it. */
export const postgres15 = process.env.TOLLGATE_TEST_POSTGRES15;

/** A throw-away server of that version. */
export async function startPostgres15(binFolder: string): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tollgate-test-15-'));
  const user = await systemUser();
  const [cluster, passwordFile] = [path.join(folder, 'cluster'), path.join(folder, 'password')];
  writeFileSync(passwordFile, 'fifteen', { mode: 0o600 });
  for (const one of user ? [folder, passwordFile] : []) chownSync(one, user!.uid, user!.gid);
  const form = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync', '--username=tollgate'];
  await promisify(execFile)(path.join(binFolder, 'initdb'), ['-D', cluster, `--pwfile=${passwordFile}`, ...form], {
    ...user,
    cwd: folder,
  });
  const log = path.join(folder, 'log');
  const binaries = path.dirname(binFolder);
  const server = spawnServer({ binaries, cluster, socketFolder: folder, log, user, settings: ['fsync=off'] });
  const watch = endWithParent(server, folder);
  const ended = new Promise<void>(resolve => server.once('exit', () => resolve()));
  const url = connectionUrl({ host: folder, port: 5432, user: 'tollgate', password: 'fifteen', database: 'postgres' });
  await waitForDatabase(url, log);
  return {
    url,
    async stop() {
      server.kill('SIGQUIT');
      await ended;
      watch.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
