import { execFile } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/store/connection.ts';
import { endServer } from '../../../src/store/embedded/end-server.ts';
import { findRunning } from '../../../src/store/embedded/find-running.ts';
import { type Places, preparePlaces } from '../../../src/store/embedded/places.ts';
import { platformPackage } from '../../../src/store/embedded/platform-package.ts';
import { startEmbedded } from '../../../src/store/embedded/start-embedded.ts';
import { systemUser } from '../../../src/store/embedded/system-user.ts';
import { runCommand } from '../../cli/run-command.ts';
import { quietLogger } from '../../support/quiet-logger.ts';
import { spawnGateway } from './spawn-gateway.ts';

const asRoot = process.getuid?.() === 0;
let dataDir: string;
let places: Places;

beforeEach(async () => {
  dataDir = path.join(mkdtempSync(path.join(tmpdir(), 'tollgate-data-')), 'data');
  places = preparePlaces(dataDir, await systemUser());
});

afterEach(async () => {
  const left = findRunning(places.cluster);
  if (left) await endServer(left.pid, places.cluster);
  if (asRoot) rmSync(places.makeSocketFolder(), { recursive: true, force: true });
  rmSync(places.root, { recursive: true, force: true });
  rmSync(path.dirname(dataDir), { recursive: true, force: true });
});

const start = () => startEmbedded({ dataDir, logger: quietLogger });
const modeOf = (file: string) => statSync(file).mode & 0o777;

async function query(connection: Connection, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ ...connection });
  await client.connect();
  try {
    const { rows } = await client.query(sql);
    return rows;
  } finally {
    await client.end();
  }
}

function connectionOf(hello: object): Connection {
  if ('connection' in hello && hello.connection) return hello.connection as Connection;
  throw new Error(`the gateway did not start: ${JSON.stringify(hello)}`);
}

describe('a start in an empty folder', () => {
  test('makes a database that only its socket reaches, closed to others, and the stop leaves no process', async () => {
    const embedded = await start();
    expect(modeOf(embedded.connection.host)).toBe(0o700);
    expect(modeOf(places.cluster)).toBe(0o700);
    expect(modeOf(places.passwordFile)).toBe(0o600);
    expect(await query(embedded.connection, 'show listen_addresses')).toEqual([{ listen_addresses: '' }]);
    expect(await query(embedded.connection, 'select current_database() as name')).toEqual([{ name: 'tollgate' }]);

    await embedded.stop();
    expect(findRunning(places.cluster)).toBeNull();
  });

  test('takes a wrong password from nobody', async () => {
    const embedded = await start();
    const wrong = query({ ...embedded.connection, password: 'guess' }, 'select 1');
    await expect(wrong).rejects.toMatchObject({ code: '28P01' });
    await embedded.stop();
  });

  test.runIf(asRoot)('keeps other users of the machine away from the socket', async () => {
    const embedded = await start();
    const script = `require('node:net').connect(process.argv[1]).on('error', e => { console.log(e.code); })`;
    const socket = path.join(embedded.connection.host, '.s.PGSQL.5432');
    // Node itself may lie in a folder that only its owner may enter.
    const open = mkdtempSync(path.join(tmpdir(), 'tollgate-open-'));
    chmodSync(open, 0o755);
    copyFileSync(process.execPath, path.join(open, 'node'));
    const other = await promisify(execFile)(path.join(open, 'node'), ['-e', script, socket], {
      uid: 65_534,
      gid: 65_534,
      cwd: '/',
    });
    rmSync(open, { recursive: true });
    expect(other.stdout.trim()).toBe('EACCES');
    await embedded.stop();
  });

  test('begins anew after one that was interrupted', async () => {
    mkdirSync(path.join(`${places.cluster}.new`, 'base'), { recursive: true });
    writeFileSync(places.passwordFile, 'of no cluster\n');
    const embedded = await start();
    expect(await query(embedded.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
    await embedded.stop();
  });
});

describe('a later start', () => {
  test('finds what was written', async () => {
    const first = await start();
    await query(first.connection, 'create table kept as select 42 as value');
    await first.stop();
    const second = await start();
    expect(await query(second.connection, 'select value from kept')).toEqual([{ value: 42 }]);
    await second.stop();
  });

  test('passes over the note of a server whose number is another process by now', async () => {
    await (await start()).stop();
    writeFileSync(
      path.join(places.cluster, 'postmaster.pid'),
      `${process.pid}\n${places.cluster}\n1\n5432\n/nowhere\n\n`,
    );
    const embedded = await start();
    expect(findRunning(places.cluster)?.pid).not.toBe(process.pid);
    await embedded.stop();
  });

  test('refuses a cluster of another PostgreSQL and says what to do', async () => {
    await (await start()).stop();
    writeFileSync(path.join(places.cluster, 'PG_VERSION'), '17\n');
    await expect(start()).rejects.toThrow(/made by PostgreSQL 17, and this Tollgate brings 18.*DATABASE_URL/s);
  });

  test('refuses a cluster whose password is missing and leaves it as it is', async () => {
    await (await start()).stop();
    rmSync(places.passwordFile);
    await expect(start()).rejects.toThrow(places.passwordFile);
    expect(readFileSync(path.join(places.cluster, 'PG_VERSION'), 'utf8')).toBe('18\n');
  });
});

describe('a gateway that ends', () => {
  test('by kill -9 leaves a server that the next one adopts', async () => {
    const gateway = await spawnGateway(dataDir, 'embedded');
    const connection = connectionOf(gateway.hello);
    await query(connection, 'create table kept as select 42 as value');
    await gateway.kill();
    const left = findRunning(places.cluster);
    expect(left).not.toBeNull();

    const embedded = await start();
    expect(findRunning(places.cluster)).toEqual(left);
    expect(embedded.connection).toEqual(connection);
    expect(await query(embedded.connection, 'select value from kept')).toEqual([{ value: 42 }]);
    await embedded.stop();
    expect(findRunning(places.cluster)).toBeNull();
  });

  test('by kill -9 leaves one that a command adopts and stops, although nothing else keeps the command alive', async () => {
    await (await spawnGateway(dataDir, 'embedded')).kill();
    const { code, stderr } = await runCommand(['migrate'], { TOLLGATE_DATA_DIR: dataDir });
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^Applied: \d+\.\n$/)]);
    expect(findRunning(places.cluster)).toBeNull();
  });

  test('by process.exit takes its server down', async () => {
    const gateway = await spawnGateway(dataDir, 'embedded');
    const { pid } = findRunning(places.cluster)!;
    await gateway.exit();
    await expect.poll(() => findRunning(places.cluster)?.pid, { timeout: 20_000 }).not.toBe(pid);
  });
});

describe('a server that ends by itself', () => {
  test('is started again at the same place, and it is told', async () => {
    const embedded = await start();
    const told = Promise.withResolvers<string>();
    embedded.onExit(told.resolve);
    process.kill(findRunning(places.cluster)!.pid, 'SIGKILL');

    expect(await told.promise).toContain('SIGKILL');
    const answer = () => query(embedded.connection, 'select 1 as one').catch(() => null);
    await expect.poll(answer, { timeout: 20_000 }).toEqual([{ one: 1 }]);
    await embedded.stop();
    expect(findRunning(places.cluster)).toBeNull();
  });

  test('after it was adopted is started again too', async () => {
    await (await spawnGateway(dataDir, 'embedded')).kill();
    const embedded = await start();
    process.kill(findRunning(places.cluster)!.pid, 'SIGKILL');
    const answer = () => query(embedded.connection, 'select 1 as one').catch(() => null);
    await expect.poll(answer, { timeout: 20_000 }).toEqual([{ one: 1 }]);
    await embedded.stop();
  });

  test('does not come back when the stop comes first', async () => {
    const embedded = await start();
    process.kill(findRunning(places.cluster)!.pid, 'SIGKILL');
    await embedded.stop();
    expect(findRunning(places.cluster)).toBeNull();
  });
});

describe('a platform without binaries', () => {
  test.each([
    ['win32-x64', false],
    ['freebsd-x64', false],
    ['linux-x64', true],
  ])('%s (musl: %s) is told to bring its own', (name, musl) => {
    expect(() => platformPackage(name, musl)).toThrow(/DATABASE_URL/);
  });
});
