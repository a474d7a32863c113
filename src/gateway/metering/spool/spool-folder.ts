import fs from 'node:fs';
import { open, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseSegmentFile } from '../../../spec/spool-file.ts';

/** Makes the folder, for this user alone. Throws when it is a link or no folder. */
export function makeSpoolFolder(directory: string): void {
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  const found = fs.lstatSync(directory);
  if (!found.isDirectory()) throw new Error(`the spool is not a folder of its own: ${directory}`);
  if ((found.mode & 0o077) !== 0) fs.chmodSync(directory, 0o700);
}

/** Bytes of all segments. One that is removed meanwhile counts nothing. */
export async function segmentBytes(directory: string): Promise<number> {
  const files = (await readdir(directory)).filter(file => parseSegmentFile(file) !== null);
  const sizes = files.map(file =>
    stat(path.join(directory, file)).then(
      found => found.size,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return 0;
        throw error;
      },
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

const PROBE_BYTES = 64 * 1024;
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = fs.constants;

/** Throws unless the folder takes and keeps some bytes: a disk that has just a few left is not ready for calls. */
export async function probe(directory: string, instance: string): Promise<void> {
  const file = path.join(directory, `${instance}.probe`);
  await rm(file, { force: true });
  try {
    const handle = await open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      await handle.writeFile(Buffer.alloc(PROBE_BYTES));
      await handle.datasync();
    } finally {
      await handle.close();
    }
  } finally {
    await rm(file, { force: true });
  }
}
