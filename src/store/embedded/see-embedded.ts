import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import type { Connection } from '../connection.ts';
import { seeRunning } from './find-running.ts';
import { superuser } from './make-cluster.ts';
import { filesIn, possibleRoots } from './places.ts';

/** What can be seen of a data folder's embedded database by who neither starts nor changes it. */
export type SeenEmbedded =
  | { readonly state: 'running'; readonly root: string; readonly connection: Connection }
  | { readonly state: 'stopped'; readonly root: string }
  /** Nobody made one yet. */
  | { readonly state: 'absent' };

/** Throws what the system says when the database belongs to another user. */
export function seeEmbedded(dataDir: string): SeenEmbedded {
  if (!existsSync(dataDir)) return { state: 'absent' };
  accessSync(dataDir, constants.R_OK | constants.X_OK);
  const places = possibleRoots(dataDir).map(filesIn);
  const made = places.filter(({ cluster }) => existsSync(cluster));
  for (const { root, cluster, passwordFile } of made) {
    const found = seeRunning(cluster);
    if (!found) continue;
    const password = readFileSync(passwordFile, 'utf8').trim();
    const connection = { host: found.socketFolder, port: 5432, user: superuser, password, database: 'tollgate' };
    return { state: 'running', root, connection };
  }
  return made[0] ? { state: 'stopped', root: made[0].root } : { state: 'absent' };
}
