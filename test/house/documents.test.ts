import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { plannedAdapters, providers } from '../../providers/index.ts';
import { settings, settingsNotBuilt } from '../../src/config.ts';
import { errorTable } from '../../src/spec/error-table.ts';
import { firstColumn, importsOf, read, root, sourceFiles } from './sources.ts';

const sorted = (names: Iterable<string>) => [...names].sort();

describe('docs/errors.md', () => {
  test('lists every error and no other', () => {
    expect(sorted(firstColumn(read('docs/errors.md')))).toEqual(sorted(Object.keys(errorTable)));
  });

  test('says status and message as the table has them', () => {
    const page = read('docs/errors.md');
    const missing = Object.entries(errorTable).filter(([code, { status, message }]) => {
      const row = page.split('\n').find(line => line.startsWith(`| \`${code}\` |`)) ?? '';
      return !row.startsWith(`| \`${code}\` | ${status} |`) || !row.includes(`| ${message} |`);
    });
    expect(missing.map(([code]) => code)).toEqual([]);
  });
});

test('docs/configuration.md lists every setting and no other', () => {
  const names = firstColumn(read('docs/configuration.md')).filter(name => /^[A-Z][A-Z0-9_]+$/.test(name));
  const known = Object.keys(settings.shape);
  const allowed = new Set<string>([...known, ...settingsNotBuilt, 'HTTPS_PROXY']);

  expect(known.filter(name => !names.includes(name))).toEqual([]);
  expect(names.filter(name => !allowed.has(name) && !isKeyName(name))).toEqual([]);
});

/** The usual names of provider keys, which are picked up when there is no file. */
function isKeyName(name: string): boolean {
  const ids = [...providers.values(), ...plannedAdapters.values()];
  return ids.some(({ keyNames = [] }) => keyNames.includes(name));
}

describe('providers', () => {
  test('are in docs/providers.md, built or known, and no other', () => {
    const adapters = firstColumn(read('docs/providers.md')).filter(name => !name.includes('/'));
    expect(sorted(adapters)).toEqual(sorted([...providers.keys(), ...plannedAdapters.keys()]));
  });

  test('are all in the registry', () => {
    const adapters = readdirSync(path.join(root, 'providers'), { withFileTypes: true })
      .map(entry => (entry.isDirectory() ? `${entry.name}/index.ts` : entry.name))
      .filter(
        file => existsSync(path.join(root, 'providers', file)) && /^export default /m.test(read(`providers/${file}`)),
      );
    expect(sorted(adapters)).toEqual(sorted(importsOf(read('providers/index.ts')).flatMap(adapterFile)));
  });

  test('are all tested as declarations, and those with code of their own also by themselves', () => {
    expect(read('test/providers/declarations.test.ts')).toContain('describe.each([...providers])');
    const tests = sourceFiles('test/providers').filter(file => file.endsWith('.test.ts'));
    const folders = [...providers.keys()].filter(id => existsSync(path.join(root, 'providers', id)));
    expect(folders.filter(id => !tests.some(file => file.startsWith(`test/providers/${id}`)))).toEqual([]);
  });
});

const adapterFile = (specifier: string) =>
  /^\.\/[\w-]+(\/index)?\.ts$/.test(specifier) && specifier !== './planned.ts' ? [specifier.slice(2)] : [];

test('links between our own pages lead somewhere', () => {
  const pages = [
    'README.md',
    'docs/request-path.md',
    'docs/configuration.md',
    'docs/deploy.md',
    'docs/errors.md',
    'docs/failure-modes.md',
  ];
  const dead = pages.flatMap(page =>
    [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map(match => match[1]!)
      .filter(target => !existsSync(path.join(root, path.dirname(page), target)))
      .map(target => `${page} links to ${target}`),
  );
  expect(dead).toEqual([]);
});
