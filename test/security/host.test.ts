import { execFile } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connection } from '../../src/store/connection.ts';
import { endServer } from '../../src/store/embedded/end-server.ts';
import { findRunning } from '../../src/store/embedded/find-running.ts';
import { type Places, preparePlaces } from '../../src/store/embedded/places.ts';
import { type EmbeddedPostgres, startEmbedded } from '../../src/store/embedded/start-embedded.ts';
import { systemUser } from '../../src/store/embedded/system-user.ts';
import { quietLogger } from '../support/quiet-logger.ts';

const asRoot = process.getuid?.() === 0;
const NOBODY = 65_534;
const CANARY = 'CANARY0123456789';
let dataDir: string;
let places: Places;
let embedded: EmbeddedPostgres;

beforeAll(async () => {
  process.env.HOST_TEST_KEY = CANARY;
  dataDir = path.join(mkdtempSync(path.join(tmpdir(), 'tollgate-host-')), 'data');
  places = preparePlaces(dataDir, await systemUser());
  embedded = await startEmbedded({ dataDir, logger: quietLogger });
});
afterAll(async () => {
  delete process.env.HOST_TEST_KEY;
  await embedded.stop();
  const left = findRunning(places.cluster);
  if (left) await endServer(left.pid, places.cluster);
  if (asRoot) rmSync(places.makeSocketFolder(), { recursive: true, force: true });
  rmSync(places.root, { recursive: true, force: true });
  rmSync(path.dirname(dataDir), { recursive: true, force: true });
});

async function query(connection: Connection, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ ...connection });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const modeOf = (file: string) => statSync(file).mode & 0o777;
const socketOf = ({ host }: Connection) => path.join(host, '.s.PGSQL.5432');

test('C1 the embedded database listens on no port, only in a folder of its own', async () => {
  expect(await query(embedded.connection, 'show listen_addresses')).toEqual([{ listen_addresses: '' }]);
  expect([modeOf(embedded.connection.host), modeOf(places.cluster), modeOf(places.passwordFile)]).toEqual([
    0o700, 0o700, 0o600,
  ]);
  expect(tcpListeners(findRunning(places.cluster)!.pid)).toEqual([]);
});

/** Ports that a process listens on, where the system tells; elsewhere only its settings say so. */
function tcpListeners(pid: number): readonly string[] {
  if (!existsSync('/proc/net/tcp')) return [];
  const links = readdirSync(`/proc/${pid}/fd`).map(name => readlinkSync(`/proc/${pid}/fd/${name}`));
  const sockets = new Set(links.map(link => /^socket:\[(\d+)\]$/.exec(link)?.[1]));
  return ['tcp', 'tcp6']
    .filter(name => existsSync(`/proc/${pid}/net/${name}`))
    .flatMap(name => readFileSync(`/proc/${pid}/net/${name}`, 'utf8').trim().split('\n').slice(1))
    .map(line => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === '0A' && sockets.has(inode))
    .map(([, local = '']) => local);
}

test('C1 it wants a long random password by SCRAM, whoever asks', async () => {
  const { connection } = embedded;
  expect(connection.password.length).toBeGreaterThanOrEqual(24);
  for (const password of ['', 'tollgate', 'postgres', connection.password.slice(1)]) {
    await expect(query({ ...connection, password }, 'select 1')).rejects.toThrow();
  }
  const rules = await query(connection, 'select distinct auth_method from pg_hba_file_rules');
  expect(rules).toEqual([{ auth_method: 'scram-sha-256' }]);
});

test('C1 another user of the machine does not reach its socket, and root runs it as a user of its own', async () => {
  const { uid } = statSync(socketOf(embedded.connection));
  if (!asRoot) {
    // An ordinary user cannot become another one to try; the folder says who may enter.
    const folder = statSync(embedded.connection.host);
    expect([folder.uid, folder.mode & 0o777, uid]).toEqual([process.getuid?.(), 0o700, process.getuid?.()]);
    return;
  }
  expect(uid).toBe((await systemUser())!.uid);
  expect([0, NOBODY]).not.toContain(uid);
  const script = `require('node:net').connect(process.argv[1]).on('error', e => { console.log(e.code); })`;
  // Node itself may lie in a folder that only its owner may enter.
  const open = mkdtempSync(path.join(tmpdir(), 'tollgate-open-'));
  try {
    chmodSync(open, 0o755);
    copyFileSync(process.execPath, path.join(open, 'node'));
    const other = await promisify(execFile)(path.join(open, 'node'), ['-e', script, socketOf(embedded.connection)], {
      uid: NOBODY,
      gid: NOBODY,
      cwd: '/',
    });
    expect(other.stdout.trim()).toBe('EACCES');
  } finally {
    rmSync(open, { recursive: true });
  }
});

test('L2 the database process gets nothing of the environment of the gateway', async () => {
  const { pid } = findRunning(places.cluster)!;
  const environment = existsSync('/proc')
    ? readFileSync(`/proc/${pid}/environ`, 'utf8')
    : (await promisify(execFile)('ps', ['eww', '-p', String(pid)])).stdout;
  expect(environment).toContain('PATH=');
  expect(environment).not.toContain(CANARY);
  const reached = await new Promise<boolean>(resolve => {
    const socket = connect(socketOf(embedded.connection), () => resolve(socket.destroy() !== undefined));
    socket.on('error', () => resolve(false));
  });
  expect(reached).toBe(true);
});
