/**
 * Copies what a running gateway needs into a new folder: sources, migrations, the generated client and the packages of
 * the running platform; no tests, no build tools, no data. For container images and service installs.
 *
 *   node bin/copy-program.ts TARGET [--without-database]
 *
 * --without-database leaves out the embedded PostgreSQL, where DATABASE_URL names another.
 */
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Packages, runtimePackages } from './runtime-packages.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const parts = [
  'package.json',
  'package-lock.json',
  '.npmrc',
  'prisma.config.ts',
  'install.sh',
  'LICENSE',
  'bin',
  'deploy',
  'prisma',
  'prompts',
  'providers',
  'src',
];

/** Only ever used to generate the client, which is copied as it is. */
const buildTools = ['prisma'];

/** The client brings its query compiler for five databases, in all 68 MB; ours is the sixth part of that. */
const otherDatabases = /\/query_compiler_\w+\.(cockroachdb|mysql|sqlite|sqlserver)\./;

const [target, flag] = process.argv.slice(2);
if (!target || (flag !== undefined && flag !== '--without-database') || process.argv.length > 4) {
  process.stderr.write('Usage: node bin/copy-program.ts TARGET [--without-database]\n');
  process.exit(2);
}
const program = resolve(target);
if (existsSync(program)) {
  process.stderr.write(`copy-program: ${program} exists already: name a new folder\n`);
  process.exit(1);
}

const lock: { packages: Packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const leftOut = [...buildTools, ...(flag ? Object.keys(lock.packages['']?.optionalDependencies ?? {}) : [])];
const packages = runtimePackages(lock.packages, leftOut).filter(folder => existsSync(join(root, folder)));

mkdirSync(program, { recursive: true });
for (const part of [...parts, ...packages]) {
  if (!existsSync(join(root, part))) continue;
  cpSync(join(root, part), join(program, part), { recursive: true, filter: isWanted(join(root, part)) });
}
readableForAll(program);

/** A package's own folder of packages is no part of it: those that are needed stand in the list by themselves. */
function isWanted(folder: string): (source: string) => boolean {
  const nested = join(folder, 'node_modules');
  return source => source !== nested && !otherDatabases.test(source);
}

/** The checkout may be its owner's alone (umask 077), while the copy runs as another user. */
function readableForAll(path: string): void {
  const found = lstatSync(path);
  if (found.isSymbolicLink()) return;
  chmodSync(path, found.isDirectory() || (found.mode & 0o100) !== 0 ? 0o755 : 0o644);
  if (found.isDirectory()) for (const name of readdirSync(path)) readableForAll(join(path, name));
}
