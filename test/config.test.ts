import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigurationProblem, readConfig, settings, settingsNotBuilt, settingWarnings } from '../src/config.ts';

function problemsOf(environment: Record<string, string>, nodeArguments: readonly string[] = []): readonly string[] {
  try {
    readConfig(environment, nodeArguments);
  } catch (error) {
    if (error instanceof ConfigurationProblem) return error.problems;
    throw error;
  }
  return [];
}

describe('reading the settings', () => {
  test('an empty environment gives every default, frozen', () => {
    const config = readConfig({}, []);

    expect(config).toMatchObject({
      TOLLGATE_CONFIG: 'tollgate.yaml',
      TOLLGATE_PORT: 4000,
      TOLLGATE_ADMIN_HOST: '127.0.0.1',
      TOLLGATE_ADMIN_PORT: 4001,
      TOLLGATE_ADMIN_HOSTS: [],
      TOLLGATE_DATA_DIR: resolve('data'),
      TOLLGATE_GRACE: 30_000,
      TOLLGATE_FSYNC: 'interval',
      TOLLGATE_SPOOL_LIMIT: 1024 ** 3,
      TOLLGATE_METRICS_OPEN: false,
      LOG_LEVEL: 'info',
      configNamed: false,
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  test('a variable set to nothing counts as absent', () => {
    expect(readConfig({ TOLLGATE_PORT: '', REDIS_URL: '', DATABASE_URL: '' }, []).TOLLGATE_PORT).toBe(4000);
  });

  test('durations, sizes, lists and switches are read in their units', () => {
    const config = readConfig(
      {
        TOLLGATE_GRACE: '1.5m',
        TOLLGATE_SPOOL_LIMIT: '64MiB',
        TOLLGATE_ADMIN_HOSTS: 'Gate.example, 10.0.0.7',
        TOLLGATE_METRICS_OPEN: '1',
        TOLLGATE_CONFIG: 'other.yaml',
      },
      [],
    );

    expect(config).toMatchObject({
      TOLLGATE_GRACE: 90_000,
      TOLLGATE_SPOOL_LIMIT: 64 * 1024 ** 2,
      TOLLGATE_ADMIN_HOSTS: ['gate.example', '10.0.0.7'],
      TOLLGATE_METRICS_OPEN: true,
      configNamed: true,
    });
  });

  test.each([
    ['TOLLGATE_PORT', '70000'],
    ['TOLLGATE_PORT', '4000x'],
    ['TOLLGATE_ADMIN_PORT', '4000'],
    ['TOLLGATE_HOST', 'not a host'],
    ['TOLLGATE_ADMIN_HOSTS', 'a:80'],
    ['TOLLGATE_GRACE', '30'],
    ['TOLLGATE_GRACE', '2h'],
    ['TOLLGATE_SPOOL_LIMIT', '1KiB'],
    ['TOLLGATE_SPOOL_LIMIT', '1GB'],
    ['TOLLGATE_FSYNC', 'always'],
    ['TOLLGATE_METRICS_OPEN', 'yes'],
    ['TOLLGATE_MASTER_KEY', 'short-master-key-canary'],
    ['TOLLGATE_ADMIN_KEY', 'short-canary'],
    ['DATABASE_URL', 'mysql://user:canary@host/db'],
    ['LOG_LEVEL', 'loud'],
  ])('%s=%s stops the start and names the variable but not a secret', (name, value) => {
    const problems = problemsOf({ [name]: value });

    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`${name}: expected `);
    expect(problems[0]).not.toContain('canary');
  });

  test('all wrong variables are named at once', () => {
    expect(problemsOf({ TOLLGATE_PORT: 'x', TOLLGATE_FSYNC: 'y', REDIS_URL: 'redis://h' })).toHaveLength(3);
  });

  test.each(settingsNotBuilt)('%s is known, not built and refused by name', name => {
    expect(problemsOf({ [name]: '1' })).toEqual([`${name} is not built yet: unset it`]);
  });

  test('the master key comes from one place only', () => {
    const key = Buffer.alloc(32, 7);

    expect(problemsOf({ TOLLGATE_MASTER_KEY: key.toString('hex') })).toEqual([]);
    expect(problemsOf({ TOLLGATE_MASTER_KEY: key.toString('base64') })).toEqual([]);
    expect(problemsOf({ TOLLGATE_MASTER_KEY: key.toString('hex'), TOLLGATE_MASTER_KEY_FILE: '/k' })).toEqual([
      'TOLLGATE_MASTER_KEY_FILE: expected either this or TOLLGATE_MASTER_KEY, not both',
    ]);
  });

  test('secrets do not show when the settings are printed', () => {
    const config = readConfig(
      { TOLLGATE_ADMIN_KEY: 'canary-canary-canary', DATABASE_URL: 'postgresql://u:canary@h/d' },
      [],
    );

    expect(JSON.stringify(config)).not.toContain('canary');
    expect(config.DATABASE_URL?.reveal()).toBe('postgresql://u:canary@h/d');
  });

  test('a misspelled setting is refused with the nearest name, an unrelated one is only warned about', () => {
    expect(problemsOf({ TOLLGATE_PROT: '4000' })).toEqual([
      'TOLLGATE_PROT is not a setting (did you mean "TOLLGATE_PORT"?)',
    ]);
    expect(problemsOf({ TOLLGATE_COLOUR: 'blue', TOLLGATE_WEB_KEY: 'k', TOLLGATE_TEST_X: '1' })).toEqual([]);
    expect(settingWarnings({ TOLLGATE_COLOUR: 'blue', TOLLGATE_WEB_KEY: 'k', TOLLGATE_FIXTURES: 'f' })).toEqual([
      'TOLLGATE_COLOUR is not a setting of Tollgate',
    ]);
  });

  test('a proxy that is set is said to be unused', () => {
    expect(settingWarnings({ HTTPS_PROXY: 'http://u:canary@proxy' })).toEqual([
      'HTTPS_PROXY is not built yet: providers are called directly, not through the proxy',
    ]);
  });

  test.each<[string, Record<string, string>, readonly string[]]>([
    ['unverified TLS', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }, []],
    ['an inspector as argument', {}, ['--inspect=0.0.0.0:9229']],
    ['an inspector in NODE_OPTIONS', { NODE_OPTIONS: '--max-old-space-size=512 --inspect-brk' }, []],
  ])('%s stops the start', (_name, environment, nodeArguments) => {
    expect(problemsOf(environment, nodeArguments)).toHaveLength(1);
  });
});

test('docs/configuration.md lists every setting with its default', () => {
  const page = readFileSync(new URL('../docs/configuration.md', import.meta.url), 'utf8');

  for (const [name, member] of Object.entries(settings.shape)) {
    const standard = member.def.type === 'prefault' ? `\`${member.def.defaultValue}\`` : '';
    expect(page, name).toMatch(new RegExp(`^\\| \`${name}\` \\| [^|]+ \\| ${standard === '``' ? '' : standard}`, 'm'));
  }
});
