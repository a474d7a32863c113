import { chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StoreStartError } from '../start-error.ts';
import { runCommand } from './run-command.ts';
import type { SystemUser } from './system-user.ts';

export const superuser = 'tollgate';

export interface ClusterPlan {
  /** Holds `bin`. */
  readonly binaries: string;
  /** Must not exist; its parent must. */
  readonly cluster: string;
  readonly password: string;
  readonly user: SystemUser | null;
  /** Off only for throw-away clusters of tests. */
  readonly sync?: boolean;
}

/** Makes an empty cluster beside its place and moves it there when it is whole, so what stands there is always good. */
export async function makeCluster(plan: ClusterPlan): Promise<void> {
  const unfinished = `${plan.cluster}.new`;
  const passwordFile = `${plan.cluster}.initial-password`;
  await rm(unfinished, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  try {
    await mkdir(unfinished, { mode: 0o700 });
    await writeFile(passwordFile, plan.password, { mode: 0o600, flag: 'wx' });
    if (plan.user) {
      await chown(unfinished, plan.user.uid, plan.user.gid);
      await chown(passwordFile, plan.user.uid, plan.user.gid);
    }
    await runCommand(path.join(plan.binaries, 'bin', 'initdb'), initdbArguments(unfinished, passwordFile, plan), {
      ...plan.user,
      cwd: unfinished,
    });
    await rename(unfinished, plan.cluster);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreStartError(`The embedded database could not be made in ${plan.cluster}: ${reason}`, { cause });
  } finally {
    await rm(passwordFile, { force: true });
  }
}

const initdbArguments = (folder: string, passwordFile: string, plan: ClusterPlan): string[] => [
  `--pgdata=${folder}`,
  `--username=${superuser}`,
  `--pwfile=${passwordFile}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  // Sorted by code point on every platform, without the operating system's changing collations.
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--locale=C',
  ...(plan.sync === false ? ['--no-sync'] : []),
];
