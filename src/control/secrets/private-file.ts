import {
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { ConfigurationProblem } from '../../config.ts';
import { uuidv7 } from '../../spec/ids.ts';

const MOST_BYTES = 4096;
/** What file systems without hard links answer. */
const WITHOUT_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

export interface PrivateFile {
  readonly text: string;
  /** This call made it. */
  readonly made: boolean;
}

/**
 * Reads a small file that holds a secret, without the whitespace around it; null when there is none. Throws a
 * ConfigurationProblem with the command to run when others may read it.
 */
export function readPrivateFile(path: string): string | null {
  let file: number;
  try {
    // Without O_NONBLOCK a named pipe in its place would hang the start.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw new ConfigurationProblem([`${path} cannot be read: ${codeOf(error)}`]);
  }
  try {
    const { mode, size } = fstatSync(file);
    if ((mode & constants.S_IFMT) !== constants.S_IFREG || size > MOST_BYTES) {
      throw new ConfigurationProblem([`${path} is not a regular file of at most ${MOST_BYTES} bytes`]);
    }
    if ((mode & 0o077) !== 0) {
      const found = (mode & 0o777).toString(8).padStart(4, '0');
      throw new ConfigurationProblem([`${path} can be read by others (mode ${found}). Run: chmod 600 '${path}'`]);
    }
    const bytes = Buffer.alloc(MOST_BYTES);
    return bytes.toString('utf8', 0, readSync(file, bytes)).trim();
  } finally {
    closeSync(file);
  }
}

/**
 * Reads the file, or makes it with mode 0600 when there is none. Of several processes that make it at once one wins and
 * all read the same text: it is written under another name and appears under its own whole or not at all.
 */
export function readOrMakePrivateFile(path: string, make: () => string): PrivateFile {
  const found = readPrivateFile(path);
  if (found !== null) return { text: found, made: false };
  const draft = `${path}.${uuidv7()}`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeNew(draft, `${make()}\n`);
    const made = publish(draft, path);
    syncFolder(dirname(path));
    return { text: readPrivateFile(path) ?? '', made };
  } catch (error) {
    if (error instanceof ConfigurationProblem) throw error;
    throw new ConfigurationProblem([`${path} cannot be made: ${codeOf(error)}`]);
  } finally {
    rmSync(draft, { force: true });
  }
}

function writeNew(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** False when another process was first. */
function publish(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    if (!WITHOUT_LINKS.has(codeOf(error))) throw error;
    copyFileSync(draft, path, constants.COPYFILE_EXCL);
    return true;
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, constants.O_RDONLY);
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

const isCode = (error: unknown, code: string): boolean => codeOf(error) === code;
const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
