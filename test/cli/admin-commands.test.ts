import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { programVersion } from '../../src/control/health/program-version.ts';
import { adminKey, type OpenControl, openControl } from '../control/app/open-control.ts';
import { texts, usageEvent } from '../store/ledger/usage-event.ts';
import { freePort } from '../support/free-port.ts';
import { runCommand } from './run-command.ts';

let control: OpenControl;
let folder: string;
let ready = true;

beforeAll(async () => {
  control = await openControl({
    status: () => ({
      ready,
      problems: ready ? [] : ['the disk is full'],
      notes: ['the database is away'],
      source: 'disk',
    }),
  });
  folder = mkdtempSync(join(tmpdir(), 'tollgate-cli-'));
  await control.store.createTeam({ name: 'search', storeResponses: null });
  const now = Date.now();
  await control.store.append(
    texts([
      usageEvent({ at: new Date(now - 3), team: 'search', model: 'fast', cost_usd: '0.25' }),
      usageEvent({ at: new Date(now - 2), team: 'search', model: 'new', cost_usd: null }),
      usageEvent({ at: new Date(now - 1), team: 'default', model: 'fast', cost_usd: '0.5', end_user: '\u001b[2J‮evil' }),
    ]),
  );
});
afterAll(async () => {
  await control.close();
  rmSync(folder, { recursive: true, force: true });
});

const settings = (more: Record<string, string> = {}) => ({
  TOLLGATE_ADMIN_PORT: String(control.port),
  TOLLGATE_DATA_DIR: folder,
  TOLLGATE_ADMIN_KEY: adminKey,
  ...more,
});
const tollgate = (line: string, more: Record<string, string> = {}) => runCommand(line.split(' '), settings(more));

test('keys create prints the key alone on stdout and the rest on stderr', async () => {
  const { code, stdout, stderr } = await tollgate('keys create --name web --team search --models fast,openai/*');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^tg_[A-Za-z0-9]{40}\n$/)]);
  expect(stderr).toContain('Key "web" of team "search"');
  expect(stderr).toContain('models fast, openai/*, does not expire');
  expect(stderr).not.toContain(stdout.trim());
});

test('keys create tells what is wrong and ends with 2, or 1 where the gateway could not', async () => {
  const ends = await Promise.all([
    tollgate('keys create'),
    tollgate('keys create --name a/b'),
    tollgate('keys create --name x --expires-in 1d --expires-at 2030-01-01T00:00:00Z'),
    tollgate('keys create --name x --team nowhere'),
  ]);
  expect(ends.map(({ code, stdout }) => [code, stdout])).toEqual([
    [2, ''],
    [2, ''],
    [2, ''],
    [1, ''],
  ]);
  expect(ends[1]!.stderr).toMatch(/^"name": expected at most 63 letters/);
  expect(ends[3]!.stderr).toBe('There is no team "nowhere".\n');
});

test('keys list shows people a table and programs JSON, and neither a secret', async () => {
  const { stdout: secret } = await tollgate('keys create --name listed --expires-in 30d');
  const people = await tollgate('keys list');
  const programs = await tollgate('keys list --json');

  expect(people.stdout.split('\n')[0]).toMatch(/^NAME +TEAM +CONSUMER +KEY +STATE +EXPIRES +MANAGED BY +MODELS +ID$/);
  expect(people.stdout).toMatch(/^listed +default +- +….{4} +live +20/m);
  expect(JSON.parse(programs.stdout)).toMatchObject({
    keys: expect.arrayContaining([expect.objectContaining({ name: 'listed' })]),
  });
  expect(people.stdout + programs.stdout).not.toContain(secret.trim());
});

test('keys revoke takes a name, is idempotent, and fails for what does not exist', async () => {
  await tollgate('keys create --name leaving');
  const first = await tollgate('keys revoke leaving');
  const second = await tollgate('keys revoke leaving --json');
  const missing = await tollgate('keys revoke nobody');

  expect([first.code, first.stdout]).toEqual([0, expect.stringMatching(/^Key "leaving" of team "default" is revoked/)]);
  expect(JSON.parse(second.stdout)).toMatchObject({ name: 'leaving', revoked_at: expect.any(String) });
  expect([missing.code, missing.stderr]).toEqual([1, 'There is no key "nobody".\n']);
  expect((await tollgate('keys list')).stdout).toMatch(/^leaving +default +- +….{4} +revoked/m);
});

test('teams are created and listed', async () => {
  const made = await tollgate('teams create --name support');
  const again = await tollgate('teams create --name support');
  expect([made.code, made.stdout]).toEqual([0, 'Team "support" is created.\n']);
  expect([again.code, again.stderr]).toEqual([1, 'A team named "support" exists.\n']);
  expect((await tollgate('teams list')).stdout).toMatch(/^support +api$/m);
  expect(JSON.parse((await tollgate('teams list --json')).stdout)).toHaveProperty('teams');
});

test('spend is an aligned table with a total, and an unknown cost is unknown', async () => {
  const { code, stdout } = await tollgate('spend --by team,model');
  expect(code).toBe(0);
  expect(stdout.split('\n')).toEqual([
    'TEAM     MODEL  CALLS  ATTEMPTS  INPUT  CACHED  OUTPUT  COST USD  UNPRICED',
    'default  fast       1         1     10       0       5       0.5         0',
    'search   fast       1         1     10       0       5      0.25         0',
    'search   new        1         1     10       0       5   unknown         1',
    '-------  -----  -----  --------  -----  ------  ------  --------  --------',
    'total               3         3     30       0      15      0.75         1',
    '',
  ]);
});

test('spend as JSON is what the admin API answers, as CSV what its export is', async () => {
  const json = await tollgate('spend --by team,model --json');
  const api = await control.ask('GET', '/admin/v1/spend?by=team,model');
  const csv = await tollgate('spend --by team --csv');

  expect(JSON.parse(json.stdout)).toEqual(api.json);
  expect(csv.stdout.split('\n').slice(0, 2)).toEqual([
    'team,calls,attempts,input_tokens,cache_read_tokens,cache_write_tokens,output_tokens,reasoning_tokens,cost_usd,unpriced_calls',
    'default,1,1,10,0,0,5,0,0.5,0',
  ]);
});

test('a wrong report is explained by its parameter and ends with 2', async () => {
  const { code, stderr } = await tollgate('spend --by tame');
  expect([code, stderr]).toEqual([2, expect.stringContaining('"by": expected names out of organization, team')]);
  expect((await tollgate('spend --json --csv')).code).toBe(2);
});

test('what callers chose cannot steer a terminal', async () => {
  const { stdout } = await tollgate('spend --by user');
  expect(stdout).toContain('\\u001b[2J\\u202eevil');
  const json = await tollgate('spend --by user --json');
  expect(json.stdout).toContain('\\u001b[2J\\u202eevil');
  expect(JSON.parse(json.stdout)).toMatchObject({
    rows: expect.arrayContaining([expect.objectContaining({ user: '\u001b[2J‮evil' })]),
  });
});

test('usage lists events and says how to go on', async () => {
  const people = await tollgate('usage --limit 2 --team search');
  const first = await tollgate('usage --limit 1');
  const cursor = /--cursor (\S+)/.exec(first.stderr)?.[1];
  const second = await tollgate(`usage --limit 1 --json --cursor ${cursor}`);

  expect(people.stdout.split('\n')[0]).toMatch(/^AT +CALL +ATTEMPT +TEAM +KEY +MODEL +TARGET +OUTCOME +STATUS/);
  expect(people.stdout.split('\n')).toHaveLength(4);
  expect(JSON.parse(second.stdout)).toMatchObject({ events: [{ model: 'new' }], next: expect.any(String) });
  expect((await tollgate('usage --cursor forged')).code).toBe(2);
});

test('status says what is in the way, and fails when calls are not taken', async () => {
  const well = await tollgate('status');
  ready = false;
  const ill = await tollgate('status');
  const json = await tollgate('status --json');
  ready = true;

  expect([well.code, well.stdout]).toEqual([0, expect.stringMatching(/^ready +yes$/m)]);
  expect([ill.code, ill.stdout]).toEqual([1, expect.stringMatching(/^problem +the disk is full$/m)]);
  expect([json.code, JSON.parse(json.stdout)]).toMatchObject([1, { ready: false }]);
});

test('the admin key is found in the data folder', async () => {
  writeFileSync(join(folder, 'admin.key'), `${adminKey}\n`, { mode: 0o600 });
  const found = await tollgate('teams list', { TOLLGATE_ADMIN_KEY: '' });
  rmSync(join(folder, 'admin.key'));
  const missing = await tollgate('teams list', { TOLLGATE_ADMIN_KEY: '' });

  expect(found.code).toBe(0);
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('TOLLGATE_ADMIN_KEY')]);
});

test('a wrong admin key is a wrong configuration, named and never shown', async () => {
  const wrong = 'not-the-admin-key-CANARY';
  const { code, stderr } = await tollgate('keys list', { TOLLGATE_ADMIN_KEY: wrong });
  expect([code, stderr]).toEqual([2, expect.stringContaining('does not accept the admin key of TOLLGATE_ADMIN_KEY')]);
  expect(stderr).not.toContain('CANARY');
});

test('without a gateway every command that needs one ends with 3 and one sentence', async () => {
  const TOLLGATE_ADMIN_PORT = String(await freePort());
  for (const line of ['keys list', 'status', 'spend --by team', 'keys create --name x']) {
    const { code, stdout, stderr } = await tollgate(line, { TOLLGATE_ADMIN_PORT });
    expect([line, code, stdout, stderr]).toEqual([
      line,
      3,
      '',
      `Tollgate is not running: nothing answers at http://127.0.0.1:${TOLLGATE_ADMIN_PORT}.\n`,
    ]);
  }
  expect((await tollgate('keys list', { TOLLGATE_ADMIN_PORT, TOLLGATE_ADMIN_KEY: '' })).code).toBe(3);
});

test('something else on the port is said to be something else', async () => {
  const server = createServer((_request, response) => response.writeHead(404).end('<html>'));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { code, stderr } = await tollgate('keys list', { TOLLGATE_ADMIN_PORT: String(port) });
  server.close();
  expect([code, stderr]).toEqual([1, expect.stringContaining('is not Tollgate')]);
});

test('no answer holds an escape sequence', async () => {
  for (const line of ['keys list', 'spend --by team', 'status', '--help', 'spned']) {
    const { stdout, stderr } = await tollgate(line, { FORCE_COLOR: '1' });
    expect(stdout + stderr).not.toContain('\u001b');
  }
});

test('version needs no gateway', async () => {
  const answers = [await tollgate('version'), await tollgate('--version')];
  expect(answers.map(({ code, stdout }) => [code, stdout])).toEqual(Array(2).fill([0, `${programVersion()}\n`]));
});
