import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './sources.ts';

/** Files of the repository, new ones included, as they are here; without what is only data. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root })
  .toString()
  .split('\0')
  .filter(file => file !== '' && existsSync(path.join(root, file)) && !/\.(png|jpg|ico|wasm)$/.test(file));

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

  test('C3: every npm install in a script leaves install scripts off', () => {
    const calls = lines.filter(
      ({ where, text }) =>
        /^(bin|deploy|test\/[\w/]*\.sh|install\.sh|Dockerfile|\.ci)/.test(where) && /\bnpm (ci|install|i)\b/.test(text),
    );
    expect(calls.filter(({ text }) => !/run_npm|--ignore-scripts|^\s*#|say|fail/.test(text))).toEqual([]);
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
