import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { openReference, ReferenceFailure } from '../../../src/control/secrets/open-reference.ts';
import { type ReferenceSources, referenceSources } from '../../../src/control/secrets/reference-sources.ts';

let folder: string;
let sources: ReferenceSources;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-references-'));
  for (const name of ['etc', 'etc/data', 'secrets', 'outside']) mkdirSync(join(folder, name));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('etc/key.txt', 'sk-from-file\n');
  write('etc/empty.txt', '\n');
  write('etc/large.txt', 'x'.repeat(64 * 1024 + 1));
  write('etc/data.key', 'canary-master');
  write('etc/data/admin.key', 'canary-admin');
  write('secrets/key.txt', 'sk-from-secrets');
  write('outside/key.txt', 'canary-outside');
  symlinkSync('../outside/key.txt', join(folder, 'etc/link-out.txt'));
  symlinkSync('data.key', join(folder, 'etc/link-master.txt'));
  symlinkSync('../secrets/key.txt', join(folder, 'etc/link-secrets.txt'));
  symlinkSync('/proc/self/environ', join(folder, 'etc/link-proc.txt'));
  execFileSync('mkfifo', [join(folder, 'etc/pipe')]);
  const config = readConfig(
    {
      TOLLGATE_CONFIG: join(folder, 'etc/tollgate.yaml'),
      TOLLGATE_DATA_DIR: join(folder, 'etc/data'),
      TOLLGATE_SECRETS_DIR: join(folder, 'secrets'),
    },
    [],
  );
  const environment = {
    KEY: 'sk-from-environment',
    EMPTY: '',
    TOLLGATE_MASTER_KEY: 'canary',
    TOLLGATE_ADMIN_KEY: 'canary',
    DATABASE_URL: 'canary',
    REDIS_URL: 'canary',
  };
  sources = referenceSources(config, environment);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('references that give a secret', () => {
  test.each([
    ['env:KEY', 'sk-from-environment'],
    ['file:key.txt', 'sk-from-file'],
    ['file:./data/../key.txt', 'sk-from-file'],
    ['file:../secrets/key.txt', 'sk-from-secrets'],
    ['file:link-secrets.txt', 'sk-from-secrets'],
  ])('%s', (reference, expected) => {
    expect(openReference(reference, sources).reveal()).toBe(expected);
  });
});

describe('A4 J12 references that give nothing', () => {
  test.each([
    ['env:ABSENT', 'is not set'],
    ['env:EMPTY', 'is not set'],
    ['env:constructor', 'is not set'],
    ['env:', 'expected the name of a variable'],
    ['env:A B', 'expected the name of a variable'],
    ['env:TOLLGATE_MASTER_KEY', 'never given out'],
    ['env:TOLLGATE_ADMIN_KEY', 'never given out'],
    ['env:DATABASE_URL', 'never given out'],
    ['env:REDIS_URL', 'never given out'],
    ['env:Database_Url', 'never given out'],
    ['file:', 'expected a path'],
    ['file:absent.txt', 'does not exist'],
    ['file:empty.txt', 'is empty'],
    ['file:large.txt', 'at most 64 KiB'],
    ['file:pipe', 'not a regular file'],
    ['file:.', 'not a regular file'],
    ['file:../outside/key.txt', 'lies outside'],
    ['file:link-out.txt', 'lies outside'],
    ['file:/etc/hostname', 'lies outside'],
    ['file:data.key', 'never given out'],
    ['file:link-master.txt', 'never given out'],
    ['file:data/admin.key', 'never given out'],
    ['file:data/../data/admin.key', 'never given out'],
    ['file:/proc/self/environ', 'never given out'],
    ['file:../../../../../../proc/self/environ', 'never given out'],
    ['file:link-proc.txt', 'never given out'],
    ['file:key.txt\0.pem', 'expected a path'],
    ['http://example.com', 'expected a reference'],
  ])('%j', (reference, reason) => {
    expect(() => openReference(reference, sources)).toThrow(ReferenceFailure);
    expect(() => openReference(reference, sources)).toThrow(reason);
    expect(() => openReference(reference, sources)).not.toThrow(/canary/);
  });
});
