import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Entry {
  readonly version?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: string | readonly string[];
  readonly cpu?: string | readonly string[];
}

interface Lock {
  readonly packages: Readonly<Record<string, Entry>>;
}

export type Purpose = 'production' | 'development';

/**
 * The packages of package-lock.json that node_modules lacks or has otherwise, by version and hash; more than asked for
 * is fine. Null where nothing can be compared: npm writes node_modules/.package-lock.json last, so an install that was
 * cut has none. Imports nothing that is installed, because it runs before there is anything.
 */
export function wrongPackages(root: string, purpose: Purpose): readonly string[] | null {
  const lock = read(join(root, 'package-lock.json'));
  const installed = read(join(root, 'node_modules', '.package-lock.json'));
  if (lock === null || installed === null) return null;
  const { optionalDependencies = {} } = lock.packages[''] as { optionalDependencies?: Record<string, string> };
  const own = new Set(Object.keys(optionalDependencies).map(name => `node_modules/${name}`));
  return Object.entries(lock.packages)
    .filter(([path, entry]) => isNeeded(path, entry, own, purpose))
    .filter(
      ([path, { integrity }]) => installed.packages[path]?.integrity !== integrity || !existsSync(join(root, path)),
    )
    .map(([path]) => path.replace(/^node_modules\//, ''));
}

const read = (path: string): Lock | null => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null);

const fits = (allowed: string | readonly string[] | undefined, ours: string) =>
  allowed === undefined || [allowed].flat().includes(ours);

/** Optional packages of packages are npm's business; ours are the database's binaries for this platform. */
function isNeeded(path: string, entry: Entry, own: ReadonlySet<string>, purpose: Purpose): boolean {
  if (path === '' || (entry.dev && purpose === 'production')) return false;
  if (!entry.optional) return true;
  return own.has(path) && fits(entry.os, process.platform) && fits(entry.cpu, process.arch);
}
