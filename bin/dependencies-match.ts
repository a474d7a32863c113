/**
 * Exits with 0 when node_modules holds what package-lock.json says, by version and hash, else with 1. The argument is
 * `production` or `development`. npm writes node_modules/.package-lock.json last, so an install that was cut has none.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

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

const root = fileURLToPath(new URL('../', import.meta.url));
const read = (path: string): Lock => JSON.parse(readFileSync(root + path, 'utf8'));

const fits = (allowed: string | readonly string[] | undefined, ours: string) =>
  allowed === undefined || [allowed].flat().includes(ours);

/** Optional packages of packages are npm's business; ours are the database's binaries for this platform. */
function needed(path: string, entry: Entry, own: ReadonlySet<string>): boolean {
  if (path === '' || (entry.dev && process.argv[2] === 'production')) return false;
  if (!entry.optional) return true;
  return own.has(path) && fits(entry.os, process.platform) && fits(entry.cpu, process.arch);
}

function matches(): boolean {
  if (!existsSync(`${root}node_modules/.package-lock.json`)) return false;
  const wanted = read('package-lock.json').packages;
  const installed = read('node_modules/.package-lock.json').packages;
  const { optionalDependencies = {} } = wanted[''] as { optionalDependencies?: Record<string, string> };
  const own = new Set(Object.keys(optionalDependencies).map(name => `node_modules/${name}`));
  return Object.entries(wanted)
    .filter(([path, entry]) => needed(path, entry, own))
    .every(([path, entry]) => installed[path]?.integrity === entry.integrity && existsSync(root + path));
}

process.exit(matches() ? 0 : 1);
