import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Config, ConfigurationProblem, readConfig } from '../../../src/config.ts';
import { adminKeyFile, adminKeyVerifier, loadAdminKey } from '../../../src/control/secrets/admin-key.ts';
import { loadMasterKey, masterKeyFile } from '../../../src/control/secrets/master-key.ts';
import { newVirtualKey } from '../../../src/control/secrets/new-virtual-key.ts';
import { Secret } from '../../../src/spec/secret.ts';

let folder: string;
let config: Config;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-keys-'));
  config = readConfig({ TOLLGATE_DATA_DIR: join(folder, 'data') }, []);
});
afterEach(() => rmSync(folder, { recursive: true }));

const modeOf = (path: string) => statSync(path).mode & 0o777;

describe('L6 the master key', () => {
  test('is made beside the data folder at first start, readable by its owner only, and kept', () => {
    const first = loadMasterKey(config);

    expect(masterKeyFile(config)).toBe(join(folder, 'data.key'));
    expect(modeOf(masterKeyFile(config))).toBe(0o600);
    expect(Buffer.from(readFileSync(masterKeyFile(config), 'utf8'), 'base64')).toHaveLength(32);
    expect(first.madeAt).toBe(masterKeyFile(config));
    expect(loadMasterKey(config)).toMatchObject({ id: first.id, madeAt: null });
    expect(readdirSync(folder)).toEqual(['data.key']);
  });

  test.each([0o644, 0o640, 0o604, 0o660])('a file with mode %o stops the start and says what to run', mode => {
    loadMasterKey(config);
    chmodSync(masterKeyFile(config), mode);

    expect(() => loadMasterKey(config)).toThrow(ConfigurationProblem);
    expect(() => loadMasterKey(config)).toThrow(`Run: chmod 600 '${masterKeyFile(config)}'`);
  });

  test.each(['', 'short', `${'A'.repeat(43)}=trailing`, 'z'.repeat(64)])('a file with %j is no key', text => {
    writeFileSync(masterKeyFile(config), text, { mode: 0o600 });

    expect(() => loadMasterKey(config)).toThrow('expected a master key of 32 bytes');
  });

  test('hexadecimal digits and base64 of the same bytes are the same key, from file or setting', () => {
    const bytes = Buffer.alloc(32, 9);
    writeFileSync(masterKeyFile(config), `${bytes.toString('hex')}\n`, { mode: 0o600 });
    const fromSetting = (text: string) => loadMasterKey(readConfig({ TOLLGATE_MASTER_KEY: text }, [])).id;

    expect(fromSetting(bytes.toString('base64'))).toBe(loadMasterKey(config).id);
    expect(fromSetting(bytes.toString('base64url'))).toBe(loadMasterKey(config).id);
  });

  test('a sub-key for one purpose says nothing about another', () => {
    const master = loadMasterKey(config);

    expect(master.subKey('seal a').equals(master.subKey('seal b'))).toBe(false);
    expect(JSON.stringify(master)).not.toContain(readFileSync(masterKeyFile(config), 'utf8').trim());
  });

  test('a folder in its place is refused instead of replaced', () => {
    const named = readConfig({ TOLLGATE_MASTER_KEY_FILE: folder }, []);

    expect(() => loadMasterKey(named)).toThrow(ConfigurationProblem);
  });

  test('a place that cannot be written is a problem with its path', () => {
    const named = readConfig({ TOLLGATE_MASTER_KEY_FILE: '/proc/tollgate.key' }, []);

    expect(() => loadMasterKey(named)).toThrow('/proc/tollgate.key cannot be made');
  });
});

describe('A3 the admin key', () => {
  test('is made in the data folder, readable by its owner only, and kept', () => {
    const made = loadAdminKey(config);

    expect(made).toMatchObject({ path: adminKeyFile(config), made: true });
    expect(modeOf(adminKeyFile(config))).toBe(0o600);
    expect(modeOf(config.TOLLGATE_DATA_DIR)).toBe(0o700);
    expect(loadAdminKey(config).secret.reveal()).toBe(made.secret.reveal());
    expect(JSON.stringify(made)).not.toContain(made.secret.reveal());
  });

  test('several processes that start at once agree on one key', async () => {
    const script = `
      const { readConfig } = await import(${JSON.stringify(new URL('../../../src/config.ts', import.meta.url).href)});
      const { loadAdminKey } = await import(${JSON.stringify(new URL('../../../src/control/secrets/admin-key.ts', import.meta.url).href)});
      const key = loadAdminKey(readConfig(process.env, []));
      console.log(key.secret.reveal() + ' ' + key.made);
    `;
    const start = () =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
        env: { TOLLGATE_DATA_DIR: config.TOLLGATE_DATA_DIR },
      });
    const lines = (await Promise.all(Array.from({ length: 6 }, start))).map(({ stdout }) => stdout.trim().split(' '));

    expect(new Set(lines.map(([key]) => key)).size).toBe(1);
    expect(lines.filter(([, made]) => made === 'true')).toHaveLength(1);
    expect(readdirSync(config.TOLLGATE_DATA_DIR)).toEqual(['admin.key']);
  });

  test('the setting wins and no file is made', () => {
    const named = readConfig({ TOLLGATE_DATA_DIR: join(folder, 'data'), TOLLGATE_ADMIN_KEY: 'a'.repeat(20) }, []);

    expect(loadAdminKey(named)).toMatchObject({ path: null, made: false });
    expect(existsSync(named.TOLLGATE_DATA_DIR)).toBe(false);
  });

  test('a dangling link in its place is refused', () => {
    loadAdminKey(config);
    rmSync(adminKeyFile(config));
    symlinkSync(join(folder, 'elsewhere'), adminKeyFile(config));

    expect(() => loadAdminKey(config)).toThrow(ConfigurationProblem);
    expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
  });

  test('only the key itself is verified', () => {
    const verify = adminKeyVerifier(new Secret('the-admin-key-of-this-test'));

    expect(verify('the-admin-key-of-this-test')).toBe(true);
    for (const wrong of ['', 'the-admin-key-of-this-tesT', 'the-admin-key-of-this-test '])
      expect(verify(wrong)).toBe(false);
  });
});

describe('a new virtual key', () => {
  test('is tg_ and 40 letters and digits, never the same', () => {
    const keys = Array.from({ length: 1000 }, newVirtualKey);

    for (const key of keys) expect(key).toMatch(/^tg_[A-Za-z0-9]{40}$/);
    expect(new Set(keys).size).toBe(1000);
  });

  test('uses every character about equally often', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 2000; i++) {
      for (const character of newVirtualKey().slice(3)) counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    const expected = 80_000 / 62;
    const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);

    expect(counts.size).toBe(62);
    // 61 degrees of freedom: a fair draw exceeds 150 once in 10^8 runs; bytes modulo 62 give above 1000.
    expect(chiSquared).toBeLessThan(150);
  });
});
