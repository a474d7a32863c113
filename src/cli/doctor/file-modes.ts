import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config.ts';
import { literalSecret } from '../../control/configuration/read-providers.ts';
import type { ReadFile } from './configuration.ts';
import { type Finding, note, ok, problem, warning } from './finding.ts';
import { asItsUser, counted, some } from './words.ts';

export interface SeenFile {
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly isFolder: boolean;
}

/**
 * The data folder and what lies in it and its spool; the database keeps its own folder in order. Null when this user may
 * not look.
 */
export function seeFiles(config: Config): readonly SeenFile[] | null {
  const folder = config.TOLLGATE_DATA_DIR;
  if (!existsSync(folder)) return [];
  const below = (parent: string) => (existsSync(parent) ? readdirSync(parent).map(name => join(parent, name)) : []);
  try {
    return [folder, ...below(folder), ...below(join(folder, 'spool'))].flatMap(path => see(path) ?? []);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') return null;
    throw error;
  }
}

function see(path: string): SeenFile | null {
  const found = lstatSync(path, { throwIfNoEntry: false });
  // A link's own mode says nothing; a file may go between the list and the look.
  if (!found || found.isSymbolicLink()) return null;
  return { path, mode: found.mode & 0o777, uid: found.uid, isFolder: found.isDirectory() };
}

const CHECK = 'files';
const OTHERS = 0o077;

/** `uid`: the user the gateway runs as, as far as one can tell; null where there are none. */
export function checkFiles(files: readonly SeenFile[] | null, uid: number | null): readonly Finding[] {
  if (files === null) {
    return [problem(CHECK, 'this user may not read the data folder', asItsUser)];
  }
  const [folder] = files;
  if (!folder) return [note(CHECK, 'there is no data folder yet', 'The first start makes it.')];
  const found: Finding[] = [];
  const open = files.filter(({ mode }) => (mode & OTHERS) !== 0);
  const secrets = open.filter(({ path }) => path.endsWith('.key'));
  for (const { path, mode } of secrets) {
    found.push(problem(CHECK, `${path} can be read by others (mode ${octal(mode)})`, `Run: chmod 600 '${path}'`));
  }
  // What lies in a closed folder is closed; only its keys are held to more.
  if ((folder.mode & OTHERS) !== 0) {
    found.push(
      warning(
        CHECK,
        `others have access to ${folder.path} (mode ${octal(folder.mode)})`,
        `Run: chmod 700 '${folder.path}'`,
      ),
    );
  }
  const foreign = uid === null ? [] : files.filter(file => file.uid !== uid);
  if (foreign.length > 0) {
    const message = `${counted(foreign.length, 'file')} of another user than the gateway's (${uid}): ${some(foreign.map(({ path }) => path))}`;
    found.push(
      problem(CHECK, message, `Give them back: chown the folder to the gateway's user, or run this as that user.`),
    );
  }
  return found.length > 0 ? found : [ok(CHECK, `${folder.path} is closed to others`)];
}

/** A file with literal secrets is as secret as they are. `mode`: of the configuration file; null when there is none. */
export function checkConfigurationFileMode(config: Config, read: ReadFile, mode: number | null): readonly Finding[] {
  const literal = read.warnings.some(text => text.includes(literalSecret));
  if (!literal || mode === null || (mode & OTHERS) === 0) return [];
  const path = config.TOLLGATE_CONFIG;
  const message = `${path} holds literal secrets and can be read by others (mode ${octal(mode)})`;
  return [problem(CHECK, message, `Use env: or file: references, or run: chmod 600 '${path}'`)];
}

const octal = (mode: number): string => mode.toString(8).padStart(4, '0');
