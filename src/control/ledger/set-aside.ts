import { closeSync, constants, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { spoolRecord } from '../../spec/spool-file.ts';

const FILE = 'set-aside.log';
const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;

/**
 * Keeps a usage event (its JSON) that the database cannot take, as a record of the spool's form. It is on the disk when this
 * resolves: its segment may go.
 */
export async function setAside(directory: string, event: Buffer): Promise<void> {
  const rest = Buffer.concat([Buffer.from('F '), event, Buffer.from('\n')]);
  const sum = crc32(rest.subarray(0, -1)).toString(16).padStart(spoolRecord.sumLength, '0');
  const handle = await open(path.join(directory, FILE), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0o600);
  try {
    await handle.appendFile(Buffer.concat([Buffer.from(`${sum} `), rest]));
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

const CHUNK = 64 * 1024;
const NEWLINE = 0x0a;

/** How many events were set aside so far, by this process or earlier ones. */
export function countSetAside(directory: string): number {
  let file: number;
  try {
    file = openSync(path.join(directory, FILE), O_RDONLY | O_NOFOLLOW);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
  try {
    const chunk = Buffer.allocUnsafe(CHUNK);
    let count = 0;
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      for (let at = chunk.indexOf(NEWLINE); at >= 0 && at < read; at = chunk.indexOf(NEWLINE, at + 1)) count += 1;
    }
    return count;
  } finally {
    closeSync(file);
  }
}
