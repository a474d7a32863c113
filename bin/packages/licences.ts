import type { LockedPackage } from './lockfile.ts';

/** Licences that ask for no more than notices, so that whoever runs or ships Tollgate owes nothing else. */
const allowed: ReadonlySet<string> = new Set([
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT and ISC',
  'Unlicense',
]);

/** Packages with another licence that were looked at one by one, by name and licence. */
export const exceptions: ReadonlyMap<string, string> = new Map([
  [
    'elkjs EPL-2.0',
    'Comes with the studio of `prisma`, which Tollgate never starts. Unchanged, in a file of its own: the EPL then asks only that its text and source stay available.',
  ],
]);

/** Empty when every licence may be shipped. */
export const unexpectedLicences = (packages: readonly LockedPackage[]): readonly string[] =>
  packages
    .filter(({ name, licence }) => !allowed.has(licence) && !exceptions.has(`${name} ${licence}`))
    .map(({ name, version, licence }) => `${name}@${version}: ${licence}`);

/** `THIRD-PARTY.md`. */
export function thirdPartyPage(packages: readonly LockedPackage[]): string {
  const licences = [...new Set(packages.map(({ licence }) => licence))].sort();
  const counts = licences.map(licence => `| ${licence} | ${packages.filter(one => one.licence === licence).length} |`);
  const rows = packages.map(({ name, version, licence }) => `| \`${name}\` | ${version} | ${licence} |`);
  const looked = [...exceptions].map(([key, why]) => `- \`${key.split(' ')[0]}\` (${key.split(' ')[1]}): ${why}`);
  return [
    '# Packages of others',
    '',
    'Generated from `package-lock.json` by `npm run licences`: what a production install puts into `node_modules`, on all',
    'platforms together. The text of each licence lies in its package. A licence that is not allowed in',
    '`bin/packages/licences.ts` fails the tests. What the embedded database brings along, and what the packages are for,',
    'is in [docs/packages.md](docs/packages.md).',
    '',
    '| licence | packages |',
    '|---|---|',
    ...counts,
    '',
    '## Looked at one by one',
    '',
    ...looked,
    '',
    '## All',
    '',
    '| package | version | licence |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
