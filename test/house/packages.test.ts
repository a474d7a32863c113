import { describe, expect, test } from 'vitest';
import { read } from './sources.ts';

interface Entry {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, Entry>>;
}

const parse = <Shape>(file: string): Shape => JSON.parse(read(file));

describe.each(['', 'bin/node-release/'])('packages of "%s"', folder => {
  const entries = Object.entries(parse<Lock>(`${folder}package-lock.json`).packages).filter(([name]) => name !== '');

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
