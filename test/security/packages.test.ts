import { describe, expect, test } from 'vitest';
import { read, repositoryFiles } from '../house/sources.ts';

interface Entry {
  readonly integrity?: string;
  readonly resolved?: string;
}
type Manifest = Readonly<Record<string, Readonly<Record<string, string>>>>;

const parse = <Shape>(file: string): Shape => JSON.parse(read(file)) as Shape;
const dependencyMembers = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'overrides'];
const folders = repositoryFiles()
  .filter(file => /(^|\/)package-lock\.json$/.test(file))
  .map(file => file.slice(0, -'package-lock.json'.length));

test('C3 there is more than one lockfile to look at', () => {
  expect(folders).toEqual(expect.arrayContaining(['', 'bin/node-release/', 'test/clients/']));
});

describe.each(folders)('packages of "%s"', folder => {
  test('C3 every locked package has a sha512 and no address', () => {
    const { packages } = parse<{ packages: Readonly<Record<string, Entry>> }>(`${folder}package-lock.json`);
    const bad = Object.entries(packages).filter(
      ([name, { integrity, resolved }]) => name !== '' && (!integrity?.startsWith('sha512-') || resolved),
    );
    expect(bad.map(([name]) => name)).toEqual([]);
  });

  test('C3 every version we ask for is exact', () => {
    const manifest = parse<Manifest>(`${folder}package.json`);
    const versions = dependencyMembers.flatMap(member => Object.entries(manifest[member] ?? {}));
    expect(versions.length).toBeGreaterThan(0);
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version))).toEqual([]);
  });

  test('C3 no script of ours runs by itself when it is installed', () => {
    const { scripts = {} } = parse<Manifest>(`${folder}package.json`);
    expect(Object.keys(scripts).filter(name => /^(pre|post)?(install|prepare|pack|publish)/.test(name))).toEqual([]);
  });
});

test('C3 install scripts are off, for us and for whoever adds a package', () => {
  expect(read('.npmrc').split('\n')).toEqual(
    expect.arrayContaining(['ignore-scripts=true', 'save-exact=true', 'omit-lockfile-registry-resolved=true']),
  );
});

/** Lines of what people and CI run, without comments. */
const scriptLines = repositoryFiles()
  .filter(file =>
    /^(bin\/[\w./-]+|test\/[\w/-]+\.sh|bench\/[\w/-]+\.sh|install\.sh|\.ci\/\w+|deploy\/[\w/.-]+|Dockerfile)$/.test(
      file,
    ),
  )
  .flatMap(file =>
    read(file)
      .split('\n')
      .map((text, index) => ({ where: `${file}:${index + 1}`, text })),
  )
  .filter(({ text }) => !/^\s*(#|\/\/|\*)/.test(text));

const found = (pattern: RegExp) => scriptLines.filter(({ text }) => pattern.test(text));

test('C3 every npm install in a script leaves install scripts off', () => {
  const calls = found(/\bnpm (ci|install|i)\b/);
  expect(calls.filter(({ text }) => !/run_npm|--ignore-scripts|say|fail/.test(text))).toEqual([]);
  expect(read('bin/node.sh')).toMatch(/exec npm "\$@" --ignore-scripts /);
});

test('C4 the install script fetches packages by their lock only, and asks for no more rights', () => {
  const shipped = ({ where }: { where: string }) => /^(bin\/|install\.sh)/.test(where);
  expect(found(/\b(curl|wget)\b.*(\||-o|-O)/).filter(shipped)).toEqual([]);
  expect(found(/\b(sudo|doas|su -)\b/).filter(shipped)).toEqual([]);
  expect(found(/\bnpm install\b|\brun_npm (install|i|add)\b/).filter(shipped)).toEqual([]);
});
