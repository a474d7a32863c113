import { constants } from 'node:fs';
import { chmod, copyFile, link, lstat, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { PlatformPackage } from './platform-package.ts';

const Links = z.array(z.object({ source: z.string(), target: z.string() }));
const [FOLDER_MODE, PROGRAM_MODE, FILE_MODE] = [0o755, 0o755, 0o644];
const [WORLD_READABLE, PROGRAM] = [0o004, 0o100];

/**
 * Puts PostgreSQL where its user can read it (a checkout under a private home is not such a place) and makes the links
 * that the package's install script would have made. Once per version: the folder appears whole or not at all.
 *
 * Returns the folder that holds `bin`.
 */
export async function installBinaries(from: PlatformPackage, into: string): Promise<string> {
  const folder = path.join(into, `postgres-${from.version}`);
  if (await exists(folder)) return folder;
  const unfinished = `${folder}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await placeFolder(from.folder, unfinished);
  await placeLinks(from.folder, unfinished);
  await rename(unfinished, folder);
  return folder;
}

/** Other versions' folders, once nothing runs from them any more. */
export async function removeOtherBinaries(into: string, keep: string): Promise<void> {
  for (const name of await readdir(into)) {
    const folder = path.join(into, name);
    if (/^postgres-\d/.test(name) && folder !== keep) await rm(folder, { recursive: true, force: true });
  }
}

async function placeFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await chmod(to, FOLDER_MODE); // whatever the umask
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) await placeFolder(source, target);
    else if (entry.isFile()) await placeFile(source, target);
  }
}

/** A hard link costs no space, but shares the file's mode; a file that only its owner may read is copied instead. */
async function placeFile(from: string, to: string): Promise<void> {
  const { mode } = await lstat(from);
  if (mode & WORLD_READABLE) {
    const linked = await link(from, to).then(
      () => true,
      () => false, // another file system, or links to others' files are forbidden: a copy does as well
    );
    if (linked) return;
  }
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  await chmod(to, mode & PROGRAM ? PROGRAM_MODE : FILE_MODE);
}

async function placeLinks(from: string, to: string): Promise<void> {
  const text = await readFile(path.join(from, 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of Links.parse(JSON.parse(text))) {
    const place = path.join(to, path.relative('native', target));
    if (await exists(place)) continue;
    await mkdir(path.dirname(place), { recursive: true });
    await symlink(path.relative(path.dirname(target), source), place);
  }
}

const exists = (file: string): Promise<boolean> =>
  lstat(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
