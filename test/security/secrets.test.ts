import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect, promisify } from 'node:util';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { masterKey } from '../../src/control/secrets/master-key.ts';
import { createSealer, UnsealFailure } from '../../src/control/secrets/sealer.ts';
import { secretResolver, storableKey } from '../../src/control/secrets/secret-resolver.ts';
import { Secret } from '../../src/spec/secret.ts';
import { type OpenControl, openControl } from '../control/app/open-control.ts';
import { root } from '../house/sources.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';

let folder: string;
let control: OpenControl;
let database: TestDatabase;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tollgate-secrets-'));
  mkdirSync(path.join(folder, 'data'));
  writeFileSync(path.join(folder, 'data', 'admin.key'), 'CANARY-admin-0123456789\n', { mode: 0o600 });
  writeFileSync(path.join(folder, 'data.key'), 'CANARY-master\n', { mode: 0o600 });
  writeFileSync(path.join(folder, 'evil.mjs'), 'globalThis.process.stdout.write("EVIL RAN"); export default {};\n');
  symlinkSync('data.key', path.join(folder, 'link.key'));
  symlinkSync('/proc/self/environ', path.join(folder, 'environ.key'));
  control = await openControl();
  database = await openTestDatabase();
});
afterAll(async () => {
  await control.close();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command of ours with this file, as an operator would. */
async function tollgate(command: string, yaml: string, environment: Readonly<Record<string, string>> = {}) {
  const file = path.join(folder, 'tollgate.yaml');
  writeFileSync(file, yaml);
  const env = {
    PATH: process.env.PATH,
    TOLLGATE_CONFIG: file,
    TOLLGATE_DATA_DIR: path.join(folder, 'data'),
    DATABASE_URL: 'postgresql://CANARY@127.0.0.1:1/CANARY',
    ...environment,
  };
  const words = [path.join(root, 'src/cli/main.ts'), command];
  return promisify(execFile)(process.execPath, words, { env, cwd: folder }).then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      said: error.stdout + error.stderr,
    }),
  );
}

test('L1 a secret shows itself to no log, no JSON and no inspection', () => {
  const secret = new Secret('sk-CANARY0123456789');
  const lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  logger.info(
    { secret, nested: [{ secret }], error: new Error(`with ${secret}`) },
    'said %s %o %j',
    secret,
    secret,
    secret,
  );
  const shown = [
    `${secret}`,
    String(secret),
    JSON.stringify({ secret }),
    inspect({ secret }, { showHidden: true }),
    ...lines,
  ];
  for (const text of shown) {
    expect(text).toContain('[secret]');
    expect(text).not.toContain('CANARY');
  }
  expect(Object.keys(secret)).toEqual([]);
  expect(structuredClone(secret)).not.toHaveProperty('value');
});

describe('L6 what is sealed', () => {
  const sealer = createSealer(masterKey(Buffer.alloc(32, 1)));
  const owner = { provider: 'openai', origin: 'https://api.example.com:443' };

  test('L6 a sealed value opens for its own record and purpose only, and names its key', () => {
    const sealed = sealer.seal('provider-key', 'one', 'sk-canary');
    expect(sealed).toMatch(new RegExp(`^sealed:v1:${sealer.keyId}:`));
    expect(sealed).not.toContain('canary');
    expect(sealer.open('provider-key', 'one', sealed)).toBe('sk-canary');
    for (const [purpose, record] of [
      ['provider-key', 'two'],
      ['digest-key', 'one'],
      ['one', 'provider-key'],
    ] as const) {
      expect(() => sealer.open(purpose, record, sealed)).toThrow(UnsealFailure);
    }
    const other = createSealer(masterKey(Buffer.alloc(32, 2)));
    expect(() => other.open('provider-key', 'one', sealed)).toThrow(UnsealFailure);
  });

  test('L6 a sealed provider key opens for no other provider and no other origin', () => {
    const resolve = secretResolver({ environment: {}, folder, folders: [], protectedPaths: [] }, sealer);
    const sealed = storableKey(sealer, owner, new Secret('sk-canary'));
    expect(resolve(sealed, owner).reveal()).toBe('sk-canary');
    for (const other of [{ provider: 'mistral' }, { origin: 'https://evil.example:443' }, { origin: '' }]) {
      expect(() => resolve(sealed, { ...owner, ...other })).toThrow(UnsealFailure);
    }
  });
});

test.each([0o644, 0o640, 0o604])('L6 a master key file of mode %o stops the start and says what to run', async mode => {
  const own = path.join(folder, `open-${mode.toString(8)}`);
  writeFileSync(`${own}.key`, Buffer.alloc(32, 1).toString('base64'), { mode: 0o600 });
  chmodSync(`${own}.key`, mode);
  const { code, said } = await tollgate('start', 'teams: {}\n', {
    TOLLGATE_DATA_DIR: own,
    DATABASE_URL: database.url,
    TOLLGATE_PORT: String(await freePort()),
    TOLLGATE_ADMIN_PORT: String(await freePort()),
  });
  expect(code).toBe(2);
  expect(said).toContain(`chmod 600 '${own}.key'`);
});

describe('A4 a reference', () => {
  const ours = [
    'env:TOLLGATE_MASTER_KEY',
    'env:tollgate_master_key',
    'env:TOLLGATE_ADMIN_KEY',
    'env:DATABASE_URL',
    'env:REDIS_URL',
    'file:data/admin.key',
    'file:./data/../data/admin.key',
    'file:data.key',
    'file:link.key',
    'file:environ.key',
    'file:/proc/self/environ',
    'file:/etc/passwd',
    'file:../../../../etc/passwd',
  ];

  test.each(['validate', 'start'])(
    'A4 a reference to a secret of our own is refused by %s, and its value is not shown',
    async command => {
      const keys = ours.map((reference, index) => `  - { name: k${index}, secret: ${JSON.stringify(reference)} }`);
      const file = `providers: { openai: { keys: ${JSON.stringify(ours)} } }\nkeys:\n${keys.join('\n')}\n`;
      const { code, said } = await tollgate(command, file, {
        TOLLGATE_MASTER_KEY: 'ca'.repeat(32),
        TOLLGATE_ADMIN_KEY: 'CANARY-admin-0123456789',
        DATABASE_URL: database.url,
        TOLLGATE_PORT: String(await freePort()),
        TOLLGATE_ADMIN_PORT: String(await freePort()),
      });
      expect(code).toBe(2);
      for (const index of ours.keys()) {
        expect(said).toContain(`providers.openai.keys[${index}]`);
        expect(said).toContain(`keys[${index}].secret`);
      }
      for (const secret of ['CANARY', 'caca', 'root:', database.url]) expect(said).not.toContain(secret);
    },
  );

  test('A4 no operation of the admin API takes a reference', async () => {
    const reference = 'env:TOLLGATE_MASTER_KEY';
    for (const member of ['secret', 'key', 'base_url']) {
      const { status } = await control.ask('POST', '/admin/v1/keys', { name: 'web', [member]: reference });
      expect([member, status]).toEqual([member, 400]);
    }
    for (const path of ['/admin/v1/providers', '/admin/v1/models', '/admin/v1/configuration']) {
      const { status } = await control.ask('POST', path, { name: 'openai', keys: [reference] });
      expect([path, status]).toEqual([path, 404]);
    }
  });
});

describe('C5 code of others', () => {
  test('C5 a file or package as adapter is refused by name, and does not run', async () => {
    const names = ['./evil.mjs', '/tmp/evil.mjs', '../evil.mjs', '@evil/adapter', 'evil-adapter', 'node:fs', 'data:,1'];
    const providers = names.map(
      (name, index) => `  p${index}: { adapter: ${JSON.stringify(name)}, base_url: "https://x.example", keys: ["k"] }`,
    );
    const { code, said } = await tollgate('validate', `providers:\n${providers.join('\n')}\n`);
    expect(code).toBe(2);
    for (const index of names.keys()) expect(said).toContain(`providers.p${index}.adapter`);
    expect(said).not.toContain('EVIL RAN');
  });

  test('C5 a plugin is refused by name, and does not run', async () => {
    const { code, said } = await tollgate('validate', 'plugins: ["./evil.mjs"]\n');
    expect(code).toBe(2);
    expect(said).toMatch(/plugins.*not built yet/);
    expect(said).not.toContain('EVIL RAN');
  });

  test('C5 no operation of the admin API takes a file or package', async () => {
    for (const member of ['adapter', 'plugin', 'package']) {
      const body = { name: 'web', [member]: './evil.mjs' };
      expect((await control.ask('POST', '/admin/v1/keys', body)).status).toBe(400);
      expect((await control.ask('POST', '/admin/v1/teams', body)).status).toBe(400);
    }
  });
});
