import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { root } from '../house/sources.ts';

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'tollgate node ')));
  mkdirSync(path.join(folder, 'tools'));
  for (const tool of ['dirname', 'uname', 'mkdir', 'cp', 'rm']) {
    symlinkSync(
      spawnSync('sh', ['-c', `command -v ${tool}`])
        .stdout.toString()
        .trim(),
      path.join(folder, 'tools', tool),
    );
  }
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Puts a `node` into a folder below the temporary project: the real one, or one that is too old. */
function putNode(where: string, kind: 'real' | 'old'): string {
  const file = path.join(folder, where, 'node');
  mkdirSync(path.dirname(file), { recursive: true });
  if (kind === 'real') symlinkSync(process.execPath, file);
  else {
    writeFileSync(file, '#!/bin/sh\necho "node: bad option" >&2\nexit 9\n');
    chmodSync(file, 0o755);
  }
  return path.dirname(file);
}

function findNode(searchPath: readonly string[]) {
  const script = 'set -eu; root=$1; . "$2/bin/node.sh"; find_node; printf %s "$node"';
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script, 'sh', folder, root], {
    env: { PATH: [...searchPath, path.join(folder, 'tools')].join(':') },
  });
  return { status, node: stdout.toString(), said: stderr.toString() };
}

test('takes the Node.js on PATH when it fits, by its real path', () => {
  expect(findNode([putNode('path', 'real')])).toEqual({ status: 0, node: process.execPath, said: '' });
});

test('passes over a Node.js that is too old for the one under .tools, without a word', () => {
  putNode('.tools/node_modules/node/bin', 'real');
  expect(findNode([putNode('path', 'old')])).toEqual({ status: 0, node: process.execPath, said: '' });
});

test('says what to install where there is neither a fitting Node.js nor npm', () => {
  const { status, said } = findNode([putNode('path', 'old')]);

  expect(status).toBe(1);
  expect(said).toContain('npm was not found');
  expect(said).toContain('Node.js 22.19 or later');
});
