import { existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../../config.ts';
import { type Finding, ok, problem, warning } from './finding.ts';
import { size } from './words.ts';

/** Free space where a folder is or will be. */
export interface Disk {
  readonly folder: string;
  readonly freeBytes: number;
  readonly freeFiles: number;
}

/** Of the data folder and, where it lies on another disk, of the embedded database. */
export function seeDisks(config: Config, embeddedRoot: string | null): readonly Disk[] {
  const data = existing(config.TOLLGATE_DATA_DIR);
  const root = embeddedRoot === null ? data : existing(embeddedRoot);
  const folders = statSync(root).dev === statSync(data).dev ? [data] : [data, root];
  return folders.map(folder => {
    const { bavail, bsize, files, ffree } = statfsSync(folder);
    // Some file systems do not count files and say 0 of 0.
    return { folder, freeBytes: bavail * bsize, freeFiles: files === 0 ? Number.POSITIVE_INFINITY : ffree };
  });
}

const existing = (folder: string): string => (existsSync(folder) ? folder : existing(dirname(folder)));

const [WRONG_BYTES, LITTLE_BYTES, LITTLE_FILES] = [256 * 1024 ** 2, 2 * 1024 ** 3, 10_000];

/** `spool`: what it holds and how far it may grow, for the disk of the data folder, which is the first. */
export function checkDisks(
  disks: readonly Disk[],
  spool: { readonly bytes: number; readonly limitBytes: number },
): readonly Finding[] {
  return disks.flatMap((disk, index) => {
    const found = checkDisk(disk);
    const room = spool.limitBytes - spool.bytes;
    if (index > 0 || found.state === 'problem' || disk.freeBytes >= room) return [found];
    const message = `${size(disk.freeBytes)} are free, and the spool may still grow by ${size(room)}`;
    const advice = 'Free space or lower TOLLGATE_SPOOL_LIMIT, so that the limit comes before the end of the disk.';
    return [found, warning('disk', message, advice)];
  });
}

function checkDisk({ folder, freeBytes, freeFiles }: Disk): Finding {
  const message = `${size(freeBytes)} free at ${folder}`;
  const advice = 'Free space, or move it to a larger disk: a full one stops all calls.';
  if (freeBytes < WRONG_BYTES) return problem('disk', message, advice);
  if (freeFiles < LITTLE_FILES) return warning('disk', `room for only ${freeFiles} more files at ${folder}`, advice);
  return freeBytes < LITTLE_BYTES ? warning('disk', message, advice) : ok('disk', message);
}

export const spoolFolder = (config: Config): string => join(config.TOLLGATE_DATA_DIR, 'spool');
