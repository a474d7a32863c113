import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { bareEnvironment } from './run-command.ts';
import type { SystemUser } from './system-user.ts';

export interface ServerPlan {
  readonly binaries: string;
  readonly cluster: string;
  readonly socketFolder: string;
  /** A file, so that a server that outlives us keeps a place to write to. */
  readonly log: string;
  readonly user: SystemUser | null;
  /** More settings, `name=value`. */
  readonly settings?: readonly string[];
}

const settings = [
  'listen_addresses=',
  'unix_socket_permissions=0700',
  'password_encryption=scram-sha-256',
  'shared_buffers=32MB',
  'max_connections=40',
  // Enough for the log of one busy quarter of an hour, small enough for a laptop.
  'max_wal_size=512MB',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_min_messages=warning',
  'log_checkpoints=off',
  // Without the DETAIL lines, which quote rows.
  'log_error_verbosity=terse',
  'log_line_prefix=%m [%p] ',
];

/**
 * Starts the server in a session of its own: Ctrl-C in a terminal signals the whole group, and the ledger still has to
 * be written after it.
 */
export function spawnServer(plan: ServerPlan): ChildProcess {
  const all = [...settings, `unix_socket_directories=${plan.socketFolder}`, ...(plan.settings ?? [])];
  const log = openSync(plan.log, 'a', 0o600);
  try {
    return spawn(
      path.join(plan.binaries, 'bin', 'postgres'),
      ['-D', plan.cluster, ...all.flatMap(one => ['-c', one])],
      {
        ...plan.user,
        cwd: plan.cluster,
        env: bareEnvironment,
        detached: true,
        stdio: ['ignore', log, log],
      },
    );
  } finally {
    closeSync(log);
  }
}
