import { describe, expect, test } from 'vitest';
import { read } from './sources.ts';

interface Entry {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, Entry>>;
}

const parse = <Shape>(file: string): Shape => JSON.parse(read(file));
const dependencyMembers = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'overrides'];

describe.each(['', 'bin/node-release/'])('packages of "%s"', folder => {
  const entries = Object.entries(parse<Lock>(`${folder}package-lock.json`).packages).filter(([name]) => name !== '');

  test('C3: every locked package has a sha512 and no address', () => {
    const bad = entries.filter(([, { integrity, resolved }]) => !integrity?.startsWith('sha512-') || resolved);
    expect(bad.map(([name]) => name)).toEqual([]);
  });

  test('C3: every version we ask for is exact', () => {
    const manifest = parse<Record<string, Record<string, string>>>(`${folder}package.json`);
    const versions = dependencyMembers.flatMap(member => Object.entries(manifest[member] ?? {}));
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version))).toEqual([]);
  });

  test('the lockfile knows the packages of every platform, so that npm ci works on each', () => {
    const known = new Set(entries.map(([name]) => name));
    const missing = entries.flatMap(([name, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        optional => !known.has(`node_modules/${optional}`) && !known.has(`${name}/node_modules/${optional}`),
      ),
    );
    expect(missing).toEqual([]);
  });
});

test('C3: install scripts are off, for us and for whoever adds a package', () => {
  expect(read('.npmrc').split('\n')).toEqual(
    expect.arrayContaining(['ignore-scripts=true', 'save-exact=true', 'omit-lockfile-registry-resolved=true']),
  );
});
