import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { repositoryFiles, root } from './sources.ts';

/** Without what is only data. */
const files = repositoryFiles().filter(file => !/\.(png|jpg|ico|wasm)$/.test(file));

const lines = files.flatMap(file =>
  readFileSync(path.join(root, file), 'utf8')
    .split('\n')
    .map((text, index) => ({ where: `${file}:${index + 1}`, text })),
);

const found = (pattern: RegExp) => lines.filter(({ text }) => pattern.test(text)).map(({ where }) => where);

describe('the repository', () => {
  test('holds no path of a machine', () => {
    // Put together here, so that this file does not find itself.
    expect(
      found(new RegExp(`(^|[^\\w.])/(${['Us' + 'ers', 'ho' + 'me', 'wo' + 'rk', 'ro' + 'ot'].join('|')})/\\w`)),
    ).toEqual([]);
  });

  test('holds no address of a package registry', () => {
    expect(
      found(new RegExp(['registry\\.npm' + 'js', 'registry\\.ya' + 'rnpkg', 'npm\\.pk' + 'g\\.github'].join('|'))),
    ).toEqual([]);
  });

  test('holds no secret of a form that providers use', () => {
    expect(found(/\b(sk-(proj|ant|live)-[A-Za-z0-9_-]{24,}|AKIA[A-Z0-9]{16}|ghp_[A-Za-z0-9]{36})\b/)).toEqual([]);
  });

  test('scripts that people run are executable', () => {
    const scripts = [
      'install.sh',
      'bin/tollgate',
      'test/run.sh',
      '.ci/run',
      'deploy/image/tollgate',
      'deploy/pin-images.sh',
    ];
    const modes = execFileSync('ls', ['-l', ...scripts], { cwd: root })
      .toString()
      .trim()
      .split('\n');
    expect(modes.filter(line => !line.startsWith('-rwx'))).toEqual([]);
  });
});
