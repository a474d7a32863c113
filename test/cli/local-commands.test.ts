import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEmptyDatabase, type TestDatabase } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { runCommand } from './run-command.ts';

let folder: string;
let database: TestDatabase;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-cli-'));
  database = await openEmptyDatabase();
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const validate = (yaml: string) => {
  const file = join(folder, 'tollgate.yaml');
  writeFileSync(file, yaml);
  return runCommand(['validate'], { TOLLGATE_CONFIG: file, TOLLGATE_DATA_DIR: join(folder, 'data') });
};

test('validate accepts a good file and starts nothing', async () => {
  const { code, stdout } = await validate('teams:\n  search: {}\n');
  expect([code, stdout]).toEqual([0, 'The configuration is valid.\n']);
});

test('validate names file, line and path of a mistake and ends with 2', async () => {
  const { code, stdout, stderr } = await validate(
    'teams:\n  search: {}\nkeys:\n  - { name: web, team: serach, secret: "env:X" }\n',
  );
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/tollgate\.yaml:4:\d+: keys\[0\]\.team: .*search/);
});

test('validate names a wrong setting and never its value', async () => {
  const { code, stderr } = await runCommand(['validate'], {
    TOLLGATE_PORT: 'CANARY',
    TOLLGATE_ADMIN_KEY: 'short-CANARY',
  });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^TOLLGATE_PORT: expected/m);
  expect(stderr).toMatch(/^TOLLGATE_ADMIN_KEY: expected/m);
  expect(stderr).not.toContain('CANARY');
});

test('migrate prints what it would apply, what it applied, and nothing the second time', async () => {
  const environment = { DATABASE_URL: database.url };
  const plan = await runCommand(['migrate', '--dry-run'], environment);
  const first = await runCommand(['migrate'], environment);
  const second = await runCommand(['migrate'], environment);
  expect([first.code, first.stdout]).toEqual([0, expect.stringMatching(/^\d{14}_configuration\n/)]);
  expect([plan.code, plan.stdout, plan.stderr]).toEqual([0, first.stdout, expect.stringMatching(/^Pending: \d+\.$/m)]);
  expect([second.code, second.stdout, second.stderr]).toEqual([0, '', 'The database is up to date.\n']);
});

test('migrate says that the database cannot be reached, without its password', async () => {
  const url = `postgresql://tollgate:CANARY@127.0.0.1:${await freePort()}/tollgate`;
  const { code, stderr } = await runCommand(['migrate'], { DATABASE_URL: url });
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^The database cannot be reached/)]);
  expect(stderr).not.toContain('CANARY');
});

test.each([
  [['diff']],
  [['sync', '--prune', 'tollgate.yaml']],
  [['dump', '--json']],
  [['start', '--role', 'data']],
  [['start', '--role=control']],
])('%j is refused by name and ends with 2', async words => {
  const { code, stderr } = await runCommand(words, {});
  expect([code, stderr]).toEqual([2, expect.stringContaining('not built yet')]);
});

test.each([[[]], [['spned']], [['keys']], [['keys', 'list', 'more']], [['spend', '--frm', 'x']], [['start', 'now']]])(
  '%j is wrong use and ends with 2',
  async words => {
    expect(await runCommand(words, {})).toMatchObject({ code: 2, stdout: '' });
  },
);

test('help that was asked for ends well', async () => {
  for (const words of [['--help'], ['help'], ['keys', '--help'], ['help', 'spend']]) {
    const { code, stdout } = await runCommand(words, {});
    expect([words, code, stdout]).toEqual([words, 0, expect.stringContaining('Usage: tollgate')]);
  }
});
