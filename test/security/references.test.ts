import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plannedAdapters, providers } from '../../providers/index.ts';
import { ConfigurationProblem, readConfig } from '../../src/config.ts';
import { loadConfiguration } from '../../src/control/configuration/load-configuration.ts';
import { limits } from '../../src/spec/limits.ts';
import { startTollgate } from '../../src/start.ts';
import { openTestDatabase } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { quietLogger } from '../support/quiet-logger.ts';
import { rawHttp, statuses } from '../support/raw-http.ts';
import { startTestTollgate, testKey } from '../support/tollgate.ts';

/** Promises are made for a machine of its own. */
const SLACK = 10;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-references-'));
  for (const name of ['etc', 'etc/data', 'secrets', 'outside', 'etc/inner']) mkdirSync(join(folder, name));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('etc/key.txt', 'sk-canary-file');
  write('etc/data.key', 'sk-canary-master');
  write('etc/data/admin.key', 'sk-canary-admin');
  write('outside/key.txt', 'sk-canary-outside');
  write('secrets/key.txt', 'sk-canary-secret');
  write('etc/large.txt', 'x'.repeat(limits.secretFileBytes + 1));
  symlinkSync('../outside/key.txt', join(folder, 'etc/link-out.txt'));
  symlinkSync('../outside', join(folder, 'etc/link-folder'));
  symlinkSync('/proc/self/environ', join(folder, 'etc/link-proc.txt'));
  symlinkSync('link-b.txt', join(folder, 'etc/link-a.txt'));
  symlinkSync('link-a.txt', join(folder, 'etc/link-b.txt'));
  execFileSync('mkfifo', [join(folder, 'etc/pipe')]);
});
afterAll(() => rmSync(folder, { recursive: true }));

const environment = (yaml: string) => {
  const file = join(folder, 'etc/tollgate.yaml');
  writeFileSync(file, yaml);
  return {
    TOLLGATE_CONFIG: file,
    TOLLGATE_DATA_DIR: join(folder, 'etc/data'),
    TOLLGATE_SECRETS_DIR: join(folder, 'secrets'),
  };
};

/** What the start says of this file; empty when there is nothing to say. */
function problemsOf(yaml: string): string {
  const variables = environment(yaml);
  try {
    loadConfiguration(readConfig(variables, []), variables, { built: providers, planned: plannedAdapters });
    return '';
  } catch (error) {
    if (error instanceof ConfigurationProblem) return error.message;
    throw error;
  }
}

describe('threats from references and files', () => {
  const withKey = (reference: string) => `providers: { openai: { keys: [${JSON.stringify(reference)}] } }\n`;

  test('J12 a file beside the configuration or in the folder of secrets is what a reference may name', () => {
    for (const path of ['key.txt', './inner/../key.txt', '../secrets/key.txt', join(folder, 'secrets/key.txt')]) {
      expect(problemsOf(withKey(`file:${path}`))).toBe('');
    }
  });

  test.each([
    '/proc/self/environ',
    '/proc/1/environ',
    '/proc/self/fd/0',
    '../../../../../../../../proc/self/environ',
    'link-proc.txt',
    '/etc/passwd',
    '../outside/key.txt',
    'link-out.txt',
    'link-folder/key.txt',
    'link-a.txt',
    'data.key',
    'data/admin.key',
    'link-folder/../data/admin.key',
    '/dev/zero',
    '/sys/kernel/notes',
    'large.txt',
    'pipe',
    'inner',
    'absent.txt',
    '',
    'key.txt\0.pem',
    '~/key.txt',
    '$HOME/key.txt',
    'file:key.txt',
    'http://127.0.0.1/key.txt',
  ])('J12 a reference to the file %j stops the start and is named, without a word of what is in it', path => {
    const said = problemsOf(withKey(`file:${path}`));
    expect(said).toContain('providers.openai.keys[0]');
    expect(said).not.toMatch(/canary|root:|PATH=/);
  });

  test('J12 a gateway does not start with such a reference, and names it', async () => {
    const database = await openTestDatabase();
    const variables = {
      ...environment(withKey('file:/proc/self/environ')),
      TOLLGATE_DATA_DIR: join(folder, 'started'),
      TOLLGATE_PORT: String(await freePort()),
      TOLLGATE_ADMIN_PORT: String(await freePort()),
      DATABASE_URL: database.url,
    };
    try {
      await expect(startTollgate(readConfig(variables, []), variables, quietLogger)).rejects.toThrow(
        /providers\.openai\.keys\[0\]: file:\/proc\/self\/environ/,
      );
    } finally {
      await database.drop();
    }
  });

  const levels = (count: number) =>
    [
      'a0: &a0 [x, x]',
      ...Array.from({ length: count }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(9)}*a${n}]`),
    ].join('\n');
  test.each([
    ['aliases of aliases', levels(9), /alias/],
    ['more aliases than anyone needs', `a: &a x\nb: [${'*a, '.repeat(limits.yamlAliases)}*a]`, /alias/],
    ['an alias of itself', 'a: &a [*a]', /alias|anchor|expected|unknown/i],
    ['a depth that no file has', '['.repeat(100_000), /nested|expected|flow/i],
    ['a mapping as deep', '{a: '.repeat(20_000), /nested|expected|flow/i],
    ['a name that is the prototype', '__proto__: { providers: {} }', /name|__proto__/],
    ['a tag that makes something', 'a: !!js/function "function(){}"', /tag|unknown/i],
    ['a merge key', 'providers: { box: &a { adapter: openai-compatible }, other: { <<: *a } }', /<</],
  ])('J12 a file with %s stops the start at once', (_name, yaml, said) => {
    const millis = Array.from({ length: 3 }, () => {
      const began = performance.now();
      expect(problemsOf(yaml)).toMatch(said);
      return performance.now() - began;
    });
    expect(Math.min(...millis)).toBeLessThan(100 * SLACK);
  });

  test('J12 a file of more than a megabyte, or that is none, stops the start', () => {
    expect(problemsOf(`# ${'x'.repeat(limits.configurationFileBytes)}\n`)).toContain('1 MiB');
    const variables = { ...environment('{}'), TOLLGATE_CONFIG: join(folder, 'etc/pipe') };
    expect(() =>
      loadConfiguration(readConfig(variables, []), variables, { built: providers, planned: plannedAdapters }),
    ).toThrow('regular file');
  });

  test('J12 no path leads from a URL to a file', async () => {
    const tollgate = await startTestTollgate('keys:\n  - { name: web, secret: "env:TEST_KEY" }\n');
    try {
      for (const port of [tollgate.url, tollgate.adminUrl].map(url => Number(new URL(url).port))) {
        for (const target of [
          '/prompts/..%2f..%2fetc%2fpasswd',
          '/prompts/%2e%2e/%2e%2e/etc/passwd',
          '/prompts/../../../../etc/passwd',
          '/..%5c..%5cetc%5cpasswd',
          '/v1/..%2f..%2fetc/passwd',
          '/file:///etc/passwd',
        ]) {
          const head = `GET ${target} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${testKey}\r\n`;
          const answer = await rawHttp(port, `${head}connection: close\r\n\r\n`);
          expect([target, statuses(answer)]).toEqual([target, [404]]);
          expect(answer).not.toContain('root:');
        }
      }
    } finally {
      await tollgate.stop();
    }
  });
});
