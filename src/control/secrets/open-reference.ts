import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { secretSettings } from '../../config.ts';
import { limits } from '../../spec/limits.ts';
import { Secret } from '../../spec/secret.ts';
import type { ReferenceSources } from './reference-sources.ts';

const PROTECTED: ReadonlySet<string> = new Set(secretSettings);

/** A reference that gives no secret. The message names the reference and the reason, never a value. */
export class ReferenceFailure extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'ReferenceFailure';
  }
}

export const isReference = (text: string): boolean => text.startsWith('env:') || text.startsWith('file:');

/** Reads an `env:NAME` or `file:PATH` reference. Throws ReferenceFailure. */
export function openReference(reference: string, sources: ReferenceSources): Secret {
  if (reference.startsWith('env:')) return fromEnvironment(reference.slice(4), sources);
  if (reference.startsWith('file:')) return fromFile(reference.slice(5), sources);
  throw new ReferenceFailure('expected a reference such as env:NAME or file:PATH');
}

function fromEnvironment(name: string, { environment }: ReferenceSources): Secret {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new ReferenceFailure('expected the name of a variable after env:');
  if (PROTECTED.has(name.toUpperCase()))
    throw new ReferenceFailure(`env:${name} is the gateway's own and never given out`);
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (!value) throw new ReferenceFailure(`env:${name} is not set`);
  return new Secret(value);
}

function fromFile(path: string, sources: ReferenceSources): Secret {
  const shown = `file:${path}`;
  const wanted = resolve(sources.folder, path);
  if (path === '' || path.includes('\0')) throw new ReferenceFailure('expected a path after file:');
  refuseProtected(wanted, shown, sources);
  const found = realPath(wanted);
  if (found === null) throw new ReferenceFailure(`${shown} does not exist`);
  refuseProtected(found, shown, sources);
  if (!sources.folders.some(folder => isWithin(found, realPath(folder) ?? folder))) {
    throw new ReferenceFailure(
      `${shown} lies outside ${sources.folders.join(', ')}; TOLLGATE_SECRETS_DIR adds a folder`,
    );
  }
  return new Secret(readSmallFile(found, shown));
}

function refuseProtected(path: string, shown: string, { protectedPaths }: ReferenceSources): void {
  if (protectedPaths.some(own => isWithin(path, own) || isWithin(path, realPath(own) ?? own))) {
    throw new ReferenceFailure(`${shown} is the gateway's or the system's own and never given out`);
  }
}

function readSmallFile(path: string, shown: string): string {
  let file: number;
  try {
    // The path has no links left; one that appears now is refused, and a named pipe does not hang the reader.
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw new ReferenceFailure(`${shown} cannot be read: ${codeOf(error)}`);
  }
  try {
    const { mode, size } = fstatSync(file);
    const regular = (mode & constants.S_IFMT) === constants.S_IFREG;
    if (!regular || size > limits.secretFileBytes)
      throw new ReferenceFailure(`${shown} is not a regular file of at most 64 KiB`);
    const bytes = Buffer.alloc(limits.secretFileBytes);
    // Editors and `echo` end a file with a newline that is no part of the secret.
    const text = bytes.toString('utf8', 0, readSync(file, bytes)).replace(/[\r\n]+$/, '');
    if (text === '') throw new ReferenceFailure(`${shown} is empty`);
    return text;
  } finally {
    closeSync(file);
  }
}

function isWithin(path: string, folder: string): boolean {
  const rest = relative(folder, path);
  return rest === '' || (rest !== '..' && !rest.startsWith(`..${sep}`) && !isAbsolute(rest));
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
