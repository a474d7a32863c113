import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readServiceSettings } from '../../bin/service-settings.ts';
import { findGateway } from '../../src/store/find-gateway.ts';
import { startTimeOf } from '../../src/store/process-identity.ts';
import { root } from '../house/sources.ts';
import { freePort } from '../support/free-port.ts';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'tollgate-service-'));
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function install(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync('sh', [path.join(root, 'install.sh'), ...args], {
    cwd: tmpdir(),
    env: { PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`, TOLLGATE_DATA_DIR: dataDir, ...environment },
  });
  return { status, stdout: stdout.toString(), stderr: stderr.toString() };
}

const service = (action: string, environment: Readonly<Record<string, string>>) =>
  spawnSync(process.execPath, [path.join(root, 'bin/service.ts'), action], {
    env: { PATH: process.env.PATH, TOLLGATE_DATA_DIR: dataDir, ...environment },
  });

describe('install.sh', () => {
  test('explains itself', () => {
    expect(install(['--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('--no-start') });
  });

  test.each([['--unknown'], ['--stop', '--status'], ['start']])('refuses wrong use: %s %s', (...args) => {
    expect(install(args)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('Usage:') });
  });

  test('says with 3 that nothing runs, and stopping nothing is no failure', () => {
    expect(install(['--status'])).toMatchObject({ status: 3, stdout: 'Tollgate is not running.\n' });
    expect(install(['--stop'])).toMatchObject({ status: 0, stdout: 'Tollgate was not running.\n' });
  });

  test('refuses a wrong setting by name, with 2', () => {
    const { status, stderr } = install(['--status'], { TOLLGATE_PORT: 'high' });

    expect(status).toBe(2);
    expect(stderr).toContain('TOLLGATE_PORT');
  });
});

async function listening() {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

describe('starting', () => {
  test.each([
    ['TOLLGATE_PORT', 'TOLLGATE_ADMIN_PORT'],
    ['TOLLGATE_ADMIN_PORT', 'TOLLGATE_PORT'],
  ])('names a taken port and %s before anything is made', async (taken, other) => {
    const [server, spare] = [await listening(), await listening()];
    rmSync(dataDir, { recursive: true });
    spare.server.close();
    const { status, stderr } = service('start', {
      TOLLGATE_HOST: '127.0.0.1',
      [taken]: String(server.port),
      [other]: String(spare.port),
    });
    server.server.close();

    expect(status).toBe(1);
    expect(stderr.toString()).toMatch(new RegExp(`Port ${server.port} .*taken.* Set ${taken} `));
    expect(findGateway(dataDir)).toBeNull();
  });
});

describe('finding the gateway of a data folder', () => {
  const lock = (content: string) => writeFileSync(path.join(dataDir, 'gateway.pid'), content);

  test('finds a process that lives and started when its lock says', () => {
    lock(`${process.pid}\n${startTimeOf(process.pid)}\nx\n`);
    expect(findGateway(dataDir)).toBe(process.pid);
  });

  test('finds none without a lock, with a broken one, or when the number went to another process', () => {
    expect(findGateway(dataDir)).toBeNull();
    lock('');
    expect(findGateway(dataDir)).toBeNull();
    lock(`${process.pid}\n1\nx\n`);
    expect(findGateway(dataDir)).toBe(startTimeOf(process.pid) === '' ? process.pid : null);
  });
});

test('an address that stands for every interface is shown as one that can be called', () => {
  const settings = readServiceSettings({ TOLLGATE_HOST: '::', TOLLGATE_ADMIN_HOST: '0.0.0.0' }, '/srv/tollgate');

  expect(settings).toMatchObject({
    url: 'http://[::1]:4000',
    adminUrl: 'http://127.0.0.1:4001',
    dataDir: '/srv/tollgate/data',
  });
});

test('a first start prints a key that works, also where all keys come from a file, and a second run the same one', async () => {
  const config = path.join(dataDir, 'tollgate.yaml');
  writeFileSync(
    config,
    'teams: { search: {} }\nkeys: [{ name: web, team: search, secret: "tg_service-test-0123456789", models: ["*"] }]\n',
  );
  const environment = {
    TOLLGATE_CONFIG: config,
    TOLLGATE_HOST: '127.0.0.1',
    TOLLGATE_PORT: String(await freePort()),
    TOLLGATE_ADMIN_PORT: String(await freePort()),
    TOLLGATE_DATA_DIR: path.join(dataDir, 'data'),
  };
  try {
    const first = install([], environment);
    expect(first.status).toBe(0);
    const curl = first.stdout.split('\n').find(line => line.startsWith('curl '))!;
    const answer = spawnSync('sh', ['-c', curl], { encoding: 'utf8' });
    expect(JSON.parse(answer.stdout)).toMatchObject({ choices: [{ message: { content: 'Hello, Tollgate!' } }] });
    expect(install([], environment).stdout).toContain(curl);
    expect(install(['--status'], environment).status).toBe(0);
  } finally {
    install(['--stop'], environment);
  }
  expect(install(['--status'], environment).status).toBe(3);
}, 120_000);
