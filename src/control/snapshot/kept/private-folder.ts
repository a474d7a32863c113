import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
} from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { SnapshotRefused } from './snapshot-refused.ts';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
const DRAFT = '.tmp';

/** Makes the folder, for this user alone, and clears what a write left that did not end. */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!found.isDirectory()) throw new SnapshotRefused(`${folder} is not a folder of its own`);
  if ((found.mode & 0o077) !== 0) chmodSync(folder, 0o700);
  for (const file of readdirSync(folder).filter(name => name.endsWith(DRAFT))) rmSync(path.join(folder, file));
}

/**
 * Reads a file that only this user can read; at most so many bytes of it, where they are given. Null when there is
 * none. Throws a SnapshotRefused for a link, for anything that is no file, and when others may read or write it.
 */
export function readPrivate(file: string, most?: number): Buffer | null {
  let opened: number;
  try {
    // Without O_NONBLOCK a named pipe in its place would hang the start.
    opened = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw new SnapshotRefused(code === 'ELOOP' ? 'it is a link' : `it cannot be read: ${code}`, { cause: error });
  }
  try {
    const found = fstatSync(opened);
    if (!found.isFile()) throw new SnapshotRefused('it is no file');
    const mode = found.mode & 0o777;
    if ((mode & 0o077) !== 0)
      throw new SnapshotRefused(`others may use it (mode ${mode.toString(8).padStart(4, '0')})`);
    if (most === undefined) return readFileSync(opened);
    const start = Buffer.alloc(most);
    return start.subarray(0, readSync(opened, start));
  } finally {
    closeSync(opened);
  }
}

/** The file is the old one or the new one, whole, whatever happens; once this resolves it is the new one on the disk. */
export async function replacePrivate(folder: string, name: string, pieces: Iterable<Buffer>): Promise<void> {
  const draft = path.join(folder, `${name}.${randomBytes(6).toString('hex')}${DRAFT}`);
  try {
    const handle = await open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      for (const piece of pieces) await handle.writeFile(piece);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, path.join(folder, name));
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  const entries = await open(folder, O_RDONLY | O_DIRECTORY);
  await entries.sync().finally(() => entries.close());
}
