import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { isAlive } from '../process-identity.ts';

export interface FoundServer {
  readonly pid: number;
  readonly socketFolder: string;
}

const [PID_LINE, SOCKET_LINE] = [0, 4];

const pidFile = (cluster: string) => path.join(cluster, 'postmaster.pid');

/** The server that works on this cluster, started by us or by a gateway that was killed; null when there is none. */
export function findRunning(cluster: string): FoundServer | null {
  const found = seeRunning(cluster);
  // The number may meanwhile be another process's, in a container even our own; PostgreSQL would then refuse to start.
  if (found === null) rmSync(pidFile(cluster), { force: true });
  return found;
}

/** The same for who only looks. */
export function seeRunning(cluster: string): FoundServer | null {
  let lines: string[];
  try {
    lines = readFileSync(pidFile(cluster), 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const pid = Number(lines[PID_LINE]);
  const runs = Number.isInteger(pid) && pid > 0 && worksOn(pid, cluster);
  return runs ? { pid, socketFolder: lines[SOCKET_LINE] ?? '' } : null;
}

/** True when the process with this number is a server of this cluster; the number alone may be anyone's. */
export function worksOn(pid: number, cluster: string): boolean {
  if (!isAlive(pid)) return false;
  try {
    // A server's working folder is its cluster.
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster);
    return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' }).includes(`-D ${cluster}`);
  } catch {
    return false; // another user's process, or one that ended just now
  }
}
