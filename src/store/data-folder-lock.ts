import { createHash, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startTimeOf } from './process-identity.ts';
import { StoreStartError } from './start-error.ts';

export interface DataFolderLock {
  /** Also happens when the process exits. */
  release(): void;
}

/**
 * Takes the data folder for this process, making it when it is missing: two gateways would share a spool. The lock is
 * the file `gateway.pid`: process id, its start time, and a line that no other lock has.
 *
 * Throws a StoreStartError that names the process which holds it. What a dead process left is taken over. Processes in
 * other containers cannot be seen, so one folder must not be mounted into two.
 */
export function lockDataFolder(dataDir: string): DataFolderLock {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = path.join(path.resolve(dataDir), 'gateway.pid');
  const content = `${process.pid}\n${startTimeOf(process.pid) ?? ''}\n${randomBytes(12).toString('hex')}\n`;
  const own = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(own, content, { mode: 0o600, flag: 'wx' });
  try {
    take(file, own, content);
  } finally {
    rmSync(own, { force: true });
  }
  const release = () => {
    process.off('exit', release);
    if (contentOf(file) === content) rmSync(file, { force: true });
  };
  process.once('exit', release);
  return { release };
}

/**
 * Links the prepared file to the lock's place, which fails when anything stands there. A dead holder's lock may only be
 * replaced by whoever holds the lock named after its content, so of several that find it dead one wins, and one that
 * comes late finds other content. A process that dies meanwhile leaves a lock that is taken over in the same way.
 */
function take(file: string, own: string, content: string): void {
  for (;;) {
    try {
      linkSync(own, file);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const held = contentOf(file);
    if (held === null) continue;
    refuseLiving(held, file);
    if (takeOver(file, held, content)) return;
  }
}

function takeOver(file: string, held: string, content: string): boolean {
  const right = `${file}.${createHash('sha256').update(held).digest('hex').slice(0, 12)}`;
  const own = `${right}.${randomBytes(6).toString('hex')}`;
  writeFileSync(own, content, { mode: 0o600, flag: 'wx' });
  try {
    take(right, own, content);
    try {
      if (contentOf(file) !== held) return false;
      renameSync(own, file);
      return true;
    } finally {
      rmSync(right, { force: true });
    }
  } finally {
    rmSync(own, { force: true });
  }
}

function refuseLiving(held: string, file: string): void {
  const [pid = '', started = ''] = held.split('\n');
  if (!/^[1-9]\d*$/.test(pid)) return;
  const now = startTimeOf(Number(pid));
  if (now === null || (started !== '' && now !== '' && now !== started)) return;
  throw new StoreStartError(
    `The data folder ${path.dirname(file)} is in use by the gateway with process id ${pid}. ` +
      'Stop it, or set TOLLGATE_DATA_DIR to another folder.',
  );
}

function contentOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
