import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { plannedAdapters, providers } from '../../../providers/index.ts';
import { readConfig } from '../../../src/config.ts';
import { checkConfiguration } from '../../../src/control/configuration/check-configuration.ts';
import { loadConfiguration } from '../../../src/control/configuration/load-configuration.ts';

const example = fileURLToPath(new URL('../../../docs/examples/tollgate.yaml', import.meta.url));
const all = { built: providers, planned: plannedAdapters };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-load-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const check = (path: string, environment: Record<string, string> = {}) =>
  checkConfiguration(readConfig({ TOLLGATE_CONFIG: path }, []), environment, all);

test('docs/examples/tollgate.yaml is valid and nothing in it is worth a warning', async () => {
  const environment = {
    OPENAI_API_KEY: 'sk-1',
    OPENAI_API_KEY_2: 'sk-2',
    GROQ_API_KEY: 'gsk-1',
    TOLLGATE_WEB_KEY: 'tg_web_0123456789abcdefghij',
    TOLLGATE_TRIAL_KEY: 'tg_trial_0123456789abcdefghij',
  };

  expect(await check(example, environment)).toEqual({ problems: [], warnings: [] });
});

test('the same file without its variables names each of them', async () => {
  copyFileSync(example, join(folder, 'tollgate.yaml'));
  const { problems } = await check(join(folder, 'tollgate.yaml'));

  expect(problems.map(problem => problem.split(': ').at(-1))).toEqual([
    'env:OPENAI_API_KEY is not set',
    'env:OPENAI_API_KEY_2 is not set',
    'env:GROQ_API_KEY is not set',
    'env:TOLLGATE_WEB_KEY is not set',
    'env:TOLLGATE_TRIAL_KEY is not set',
  ]);
});

test('providers whose adapter is planned load with a warning, beside ones of the common dialect', async () => {
  const box = 'base_url: "http://127.0.0.1:4900/x/v1", keys: ["test"]';
  writeFileSync(
    join(folder, 'tollgate.yaml'),
    [
      'providers:',
      ...['openai', ...plannedAdapters.keys()].map(name => `  ${name}: { ${box} }`),
      ...['alpha', 'beta'].map(name => `  ${name}: { adapter: openai-compatible, ${box} }`),
      'teams: { conformance: {} }',
      'keys: [{ name: conformance, team: conformance, secret: "env:CONFORMANCE_KEY", models: ["*"] }]',
    ].join('\n'),
  );
  const { problems, warnings } = await check(join(folder, 'tollgate.yaml'), {
    CONFORMANCE_KEY: 'tg_conformance_0123456',
  });

  expect(problems).toEqual([]);
  expect(warnings.filter(warning => warning.includes('501 adapter_not_built'))).toHaveLength(plannedAdapters.size);
  expect(warnings.filter(warning => warning.includes('is a literal secret'))).toHaveLength(plannedAdapters.size + 3);
});

describe('which file is read', () => {
  test('one that is named must exist', async () => {
    const path = join(folder, 'absent.yaml');

    expect(await check(path)).toEqual({ problems: [`${path}: there is no such file`], warnings: [] });
  });

  test('none is read when none is named and the usual one is absent', () => {
    const config = { ...readConfig({}, []), TOLLGATE_CONFIG: join(folder, 'tollgate.yaml') };

    expect(loadConfiguration(config, {}, all)).toBeNull();
  });

  test('a folder in its place is a problem', async () => {
    expect((await check(folder)).problems).toEqual([`${folder}: expected a regular file of at most 1 MiB`]);
  });
});
