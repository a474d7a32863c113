import { createHash } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StoreStartError } from '../start-error.ts';
import type { SystemUser } from './system-user.ts';

/** Where the embedded server keeps what. */
export interface Places {
  /** Binaries, cluster, password and log. */
  readonly root: string;
  readonly cluster: string;
  readonly passwordFile: string;
  readonly log: string;
  /** Makes the folder of the socket, for the server's user only, and answers its name. */
  makeSocketFolder(): string;
}

/** Longest path of a unix socket that every system takes, less the name of PostgreSQL's own. */
const LONGEST = 103 - '/.s.PGSQL.5432'.length;

/**
 * As root the server's user must be able to reach its files, and the data folder may lie under a home that is closed to
 * it: so /var/lib and /run. Otherwise everything but the socket is in the data folder.
 */
export function preparePlaces(dataDir: string, user: SystemUser | null): Places {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const data = realpathSync(dataDir);
  return user ? sharedPlaces(data, user) : privatePlaces(data);
}

/** The folders that a server of this data folder may have, whoever started it; nothing is made. */
export const possibleRoots = (dataDir: string): readonly string[] => {
  const data = realpathSync(dataDir);
  return [path.join(data, 'postgres'), sharedRoot(hashOf(data))];
};

const hashOf = (data: string): string => createHash('sha256').update(data).digest('hex').slice(0, 12);
const sharedRoot = (hash: string): string => path.join('/var/lib/tollgate', hash);

function sharedPlaces(data: string, user: SystemUser): Places {
  const hash = hashOf(data);
  const root = sharedRoot(hash);
  makeFolder(path.dirname(root), 0o755, null);
  makeFolder(root, 0o750, { uid: 0, gid: user.gid });
  writeFileSync(path.join(root, 'data-folder'), `${data}\n`, { mode: 0o600 });
  return placesIn(root, () => {
    const folder = `/run/tollgate-${hash}`;
    makeFolder(folder, 0o700, user);
    return folder;
  });
}

function privatePlaces(data: string): Places {
  const root = path.join(data, 'postgres');
  makeFolder(root, 0o700, null);
  return placesIn(root, () => {
    const within = Buffer.byteLength(tmpdir()) + '/tollgate-XXXXXX'.length <= LONGEST ? tmpdir() : '/tmp';
    return mkdtempSync(path.join(within, 'tollgate-'));
  });
}

const placesIn = (root: string, makeSocketFolder: () => string): Places => ({
  ...filesIn(root),
  makeSocketFolder,
});

export const filesIn = (root: string): Omit<Places, 'makeSocketFolder'> => ({
  root,
  cluster: path.join(root, 'cluster'),
  passwordFile: path.join(root, 'password'),
  log: path.join(root, 'postgres.log'),
});

/** Makes the folder, or puts the rights of an existing one right. */
function makeFolder(folder: string, mode: number, owner: SystemUser | null): void {
  try {
    mkdirSync(folder, { recursive: true, mode });
    if (owner) chownSync(folder, owner.uid, owner.gid);
    chmodSync(folder, mode);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreStartError(`The embedded database has no place at ${folder}: ${reason}`, { cause });
  }
}
