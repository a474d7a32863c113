import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { StoreStartError } from '../start-error.ts';
import { makeCluster } from './make-cluster.ts';
import type { Places } from './places.ts';
import type { SystemUser } from './system-user.ts';

/** Makes the cluster where there is none and answers the password of its superuser. Never touches an existing one. */
export async function ensureCluster(
  places: Places,
  binaries: string,
  version: string,
  user: SystemUser | null,
): Promise<string> {
  if (existsSync(places.cluster)) {
    refuseOtherVersion(places.cluster, version);
    return knownPassword(places);
  }
  const password = newPassword(places.passwordFile);
  await makeCluster({ binaries, cluster: places.cluster, password, user });
  return password;
}

function refuseOtherVersion(cluster: string, version: string): void {
  const file = path.join(cluster, 'PG_VERSION');
  if (!existsSync(file)) {
    throw new StoreStartError(`${cluster} is not a PostgreSQL cluster. Move it away to begin with an empty database.`);
  }
  const made = readFileSync(file, 'utf8').trim();
  const [major] = version.split('.');
  if (made === major) return;
  throw new StoreStartError(
    `The embedded database in ${cluster} was made by PostgreSQL ${made}, and this Tollgate brings ${major}. ` +
      'Make a backup with the Tollgate that made it (tollgate backup), move the folder away, and restore it; ' +
      'or set DATABASE_URL.',
  );
}

function knownPassword({ cluster, passwordFile }: Places): string {
  const password = existsSync(passwordFile) ? readFileSync(passwordFile, 'utf8').trim() : '';
  if (password !== '') return password;
  throw new StoreStartError(
    `The password of the embedded database in ${cluster} is missing: ${passwordFile}. Restore it from a backup.`,
  );
}

/** An interrupted start may have left one that no cluster has; what stands there is whole or absent. */
function newPassword(file: string): string {
  rmSync(file, { force: true });
  const password = randomBytes(24).toString('base64url');
  const unfinished = `${file}.new`;
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, `${password}\n`, { mode: 0o600, flag: 'wx' });
  linkSync(unfinished, file);
  rmSync(unfinished);
  return password;
}
