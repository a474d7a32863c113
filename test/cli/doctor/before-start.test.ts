import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../../support/free-port.ts';
import { runCommand } from '../run-command.ts';
import { emptyFolder, runDoctor } from './run-doctor.ts';

let place: ReturnType<typeof emptyFolder>;
beforeEach(() => {
  place = emptyFolder();
  writeFileSync(place.settings.TOLLGATE_CONFIG, '{}');
});
afterEach(() => place.remove());

const doctor = (more: Readonly<Record<string, string>> = {}) => runDoctor({ ...place.settings, ...more });

test('a folder in which nothing was started yet has no problem, and notes say what the first start makes', async () => {
  const { code, of } = await doctor();
  expect(code).toBe(0);
  expect(of('configuration')).toEqual([`ok ${place.settings.TOLLGATE_CONFIG} is valid`]);
  expect(of('gateway')).toEqual([expect.stringMatching(/^note not running: nothing answers at http:/)]);
  expect(of('database')).toEqual(['note there is no embedded database yet']);
  expect(of('master key')).toEqual([`note ${place.settings.TOLLGATE_DATA_DIR}.key is not there yet`]);
  expect(of('packages')).toEqual(['ok are those of the lockfile']);
});

test('people read a line a check, with an indented advice below what is not well', async () => {
  const { code, stdout, stderr } = await runCommand(['doctor'], {
    ...place.settings,
    TOLLGATE_PORT: String(await freePort()),
    TOLLGATE_ADMIN_PORT: String(await freePort()),
  });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ok {7}configuration {2}\S+ is valid$/m);
  expect(stdout).toMatch(/^note {5}database {7}there is no embedded database yet\n {24}The first start makes it\.$/m);
  expect(stderr).toMatch(/^0 problems, \d warnings?\.\n$/);
});

test('wrong settings are all named, never with a value, and end with 2', async () => {
  const { code, of, text } = await doctor({ TOLLGATE_GRACE: 'CANARY', TOLLGATE_ADMIN_KEY: 'short-CANARY' });
  expect(code).toBe(2);
  expect(of('configuration')).toEqual([
    expect.stringMatching(/^problem TOLLGATE_ADMIN_KEY: expected/),
    expect.stringMatching(/^problem TOLLGATE_GRACE: expected/),
  ]);
  expect(text).not.toContain('CANARY');
});

test('a wrong file ends with 2, and everything else is checked all the same', async () => {
  writeFileSync(place.settings.TOLLGATE_CONFIG, 'providers:\n  openai: { keys: ["env:MISSING_KEY"] }\n');
  const { code, of, adviceOf } = await doctor();
  expect(code).toBe(2);
  expect(of('configuration')).toEqual([expect.stringMatching(/^problem .*:2:\d+: .*env:MISSING_KEY is not set$/)]);
  expect(adviceOf('configuration')).toEqual([expect.stringContaining('run the doctor with the same')]);
  expect(of('provider keys')).toEqual(['note not checked']);
  expect(of('versions')).toEqual([expect.stringMatching(/^ok /)]);
});

test('a proxy that is not used and a literal secret that others can read are told', async () => {
  writeFileSync(
    place.settings.TOLLGATE_CONFIG,
    'keys:\n  - { name: web, secret: "a-literal-key-CANARY-0123456789" }\n',
  );
  chmodSync(place.settings.TOLLGATE_CONFIG, 0o644);
  const { code, of, text } = await doctor({ HTTPS_PROXY: 'http://user:CANARY@127.0.0.1:3128' });
  expect(code).toBe(1);
  expect(of('configuration')).toContainEqual(expect.stringMatching(/^warning HTTPS_PROXY is not built yet/));
  expect(of('files')).toContainEqual(expect.stringMatching(/^problem .*holds literal secrets .*0644/));
  expect(text).not.toContain('CANARY');
});

test('a master key that others can read is a problem with the command to run, and is not shown', async () => {
  const path = `${place.settings.TOLLGATE_DATA_DIR}.key`;
  writeFileSync(path, `${'ab'.repeat(32)}\n`);
  chmodSync(path, 0o644);
  const { code, of, adviceOf, text } = await doctor();
  expect(code).toBe(1);
  expect(of('master key')).toEqual([`problem ${path} can be read by others (mode 0644)`]);
  expect(adviceOf('master key')).toEqual([`Run: chmod 600 '${path}'`]);
  expect(text).not.toContain('abab');
});

test('a master key of the wrong length and an admin key that is none are problems', async () => {
  mkdirSync(place.settings.TOLLGATE_DATA_DIR, { mode: 0o700 });
  writeFileSync(`${place.settings.TOLLGATE_DATA_DIR}.key`, 'dG9vIHNob3J0\n', { mode: 0o600 });
  writeFileSync(join(place.settings.TOLLGATE_DATA_DIR, 'admin.key'), 'short\n', { mode: 0o600 });
  const { code, of } = await doctor();
  expect(code).toBe(1);
  expect(of('master key')).toEqual([expect.stringContaining('expected a master key of 32 bytes')]);
  expect(of('admin key')).toEqual([expect.stringContaining('expected 20 to 512 visible ASCII characters')]);
});

test('a data folder and a key in it that are open to others are told with the command to run', async () => {
  const folder = place.settings.TOLLGATE_DATA_DIR;
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'quickstart.key'), 'tg_0123456789\n');
  chmodSync(join(folder, 'quickstart.key'), 0o640);
  const { of, adviceOf } = await doctor();
  expect(of('files')).toEqual([
    `problem ${join(folder, 'quickstart.key')} can be read by others (mode 0640)`,
    `warning others have access to ${folder} (mode 0755)`,
  ]);
  expect(adviceOf('files')).toEqual([
    `Run: chmod 600 '${join(folder, 'quickstart.key')}'`,
    `Run: chmod 700 '${folder}'`,
  ]);
});

test('a port that another process holds is a problem that names the process', async () => {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const { code, of, adviceOf } = await doctor({ TOLLGATE_PORT: String(port) });
  await new Promise(resolve => server.close(resolve));
  expect(code).toBe(1);
  expect(of(`port ${port}`)).toEqual([
    expect.stringMatching(new RegExp(`^problem taken by process ${process.pid} \\(.+\\)$`)),
  ]);
  expect(adviceOf(`port ${port}`)).toEqual([expect.stringContaining('set TOLLGATE_PORT to another port')]);
});

test('an address of another machine is told by its setting', async () => {
  const port = String(await freePort());
  const { of, adviceOf } = await doctor({ TOLLGATE_HOST: '192.0.2.1', TOLLGATE_PORT: port });
  expect(of(`port ${port}`)).toEqual(['problem 192.0.2.1 is not an address of this machine']);
  expect(adviceOf(`port ${port}`)).toEqual(['Correct TOLLGATE_HOST.']);
});

test('a full spool is a problem, what waits in it a note, what was set aside a warning', async () => {
  const spool = join(place.settings.TOLLGATE_DATA_DIR, 'spool');
  mkdirSync(spool, { recursive: true, mode: 0o700 });
  const segment = join(spool, '019a0000-0000-7000-8000-000000000000-00000000.log');
  writeFileSync(segment, Buffer.alloc(900 * 1024), { mode: 0o600 });
  writeFileSync(join(spool, 'set-aside.log'), 'one\ntwo\n', { mode: 0o600 });
  const nearly = await doctor({ TOLLGATE_SPOOL_LIMIT: '1MiB' });
  writeFileSync(segment, Buffer.alloc(1024 * 1024), { mode: 0o600 });
  const full = await doctor({ TOLLGATE_SPOOL_LIMIT: '1MiB' });

  expect([nearly.code, nearly.of('ledger')]).toEqual([0, ['note 900 KiB of usage wait in the spool']]);
  expect(nearly.of('spool')).toEqual([
    expect.stringMatching(/^warning 900 KiB of 1\.0 MiB/),
    'warning 2 events set aside: not in the ledger, and in no total',
  ]);
  expect([full.code, full.of('spool')[0]]).toEqual([1, expect.stringMatching(/^problem 1\.0 MiB of 1\.0 MiB/)]);
});

test('a file of authorities that is missing or holds none is told, which Node itself hardly does', async () => {
  const missing = await doctor({ NODE_EXTRA_CA_CERTS: join(place.folder, 'missing.pem') });
  const other = await doctor({ NODE_EXTRA_CA_CERTS: place.settings.TOLLGATE_CONFIG });
  expect([missing.code, other.code]).toEqual([1, 1]);
  expect(missing.of('configuration')).toContainEqual(expect.stringMatching(/missing\.pem cannot be read .*ENOENT/));
  expect(other.of('configuration')).toContainEqual(
    expect.stringMatching(/tollgate\.yaml cannot be read as certificates/),
  );
});

test('it makes nothing', async () => {
  await doctor();
  const { code, of } = await doctor();
  expect([code, of('files'), of('admin key')[0]]).toEqual([
    0,
    ['note there is no data folder yet'],
    expect.stringMatching(/^note .*admin\.key is not there$/),
  ]);
});
