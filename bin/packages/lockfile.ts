import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Entry = z.looseObject({
  version: z.string(),
  license: z.string().optional(),
  integrity: z.string().optional(),
  dev: z.boolean().optional(),
  optional: z.boolean().optional(),
});

const Lock = z.looseObject({ packages: z.record(z.string(), Entry) });

export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** As npm writes it, `sha512-…`. */
  readonly integrity: string;
}

export const readLock = (root: URL): z.output<typeof Lock> =>
  Lock.parse(JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8')));

/** What a production install gets, on all platforms together; each package and version once, by name. */
export function productionPackages(lock: z.output<typeof Lock>): readonly LockedPackage[] {
  const found = Object.entries(lock.packages)
    .filter(([path, entry]) => path !== '' && !entry.dev)
    .map(([path, { version, license = 'none', integrity = '' }]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version,
      licence: license,
      integrity,
    }));
  const once = new Map(found.map(one => [`${one.name}@${one.version}`, one]));
  return [...once.values()].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

const keyOf = ({ name, version }: LockedPackage): string => `${name} ${version}`;
