import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The project's folder. */
export const root = resolve(import.meta.dirname, '..');

/** Tools, packages and bodies that outlive a run; nothing in it belongs to the repository. */
export const cache = resolve(process.env.TOLLGATE_BENCH_DIR ?? join(root, 'node_modules/.cache/tollgate-bench'));
mkdirSync(cache, { recursive: true });

export const built = (tool: 'mock' | 'lg'): string => join(cache, 'build', tool);

/** Node 24 for every row: the one that runs this when it is one, else the project's own. */
export const node24 = process.versions.node.startsWith('24.')
  ? process.execPath
  : join(root, '.tools/node_modules/node/bin/node');

/** Debian keeps servers where an ordinary user's PATH does not look. */
export const searchPath = [dirname(node24), process.env.PATH, '/usr/sbin', '/usr/local/sbin'].join(':');
