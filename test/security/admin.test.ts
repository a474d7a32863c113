import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createMetrics } from '../../src/control/metrics/create-metrics.ts';
import { sealCursor } from '../../src/control/usage/cursor.ts';
import { uuidv7 } from '../../src/spec/ids.ts';
import { keyDigester } from '../../src/spec/key-digest.ts';
import { reading } from '../../src/store/ledger/reading.ts';
import { adminKey, type OpenControl, openControl } from '../control/app/open-control.ts';
import { read, sourceFiles } from '../house/sources.ts';
import { texts, usageEvent } from '../store/ledger/usage-event.ts';
import { rawHttp, statuses } from '../support/raw-http.ts';
import { adminKey as gatewayAdminKey, startTestTollgate, testKey } from '../support/tollgate.ts';

let control: OpenControl;

beforeAll(async () => {
  control = await openControl();
});
afterAll(() => control.close());

const get = (path: string, headers: string) =>
  rawHttp(control.port, `GET ${path} HTTP/1.1\r\n${headers}connection: close\r\n\r\n`);
const withKey = `authorization: Bearer ${adminKey}\r\n`;

const reaches = (host: string, port: number) =>
  new Promise<boolean>(resolve => {
    const socket = connect({ host, port, timeout: 2000 }, () => resolve(socket.destroy() !== undefined));
    socket.on('timeout', () => socket.destroy(new Error('no answer')));
    socket.on('error', () => resolve(false));
  });

test('A1 the admin port is reached over the loopback only', async () => {
  const others = Object.values(networkInterfaces()).flatMap(list => (list ?? []).filter(one => !one.internal));
  expect(await reaches('127.0.0.1', control.port)).toBe(true);
  for (const { address, scopeid } of others) {
    expect(await reaches(scopeid ? `${address}%${scopeid}` : address, control.port)).toBe(false);
  }
});

test('A1 containers publish nothing but calls beyond the loopback', () => {
  const file = parse(read('docker-compose.yml')) as { services: Record<string, { ports?: readonly string[] }> };
  const published = Object.values(file.services).flatMap(({ ports = [] }) => ports.map(String));
  expect(published.length).toBeGreaterThan(0);
  expect(published.filter(port => !port.startsWith('127.0.0.1:') && !/(^|:)4000$/.test(port))).toEqual([]);
});

test('A1 no header makes a caller somebody else, and readiness says yes or no only', async () => {
  const forwarded = 'x-forwarded-for: 127.0.0.1\r\nx-real-ip: 127.0.0.1\r\nforwarded: for=127.0.0.1\r\n';
  expect(statuses(await get('/admin/v1/status', `host: localhost\r\n${forwarded}`))).toEqual([401]);
  expect(await get('/readyz', 'host: localhost\r\n')).toMatch(/\r\n\r\n\{"ready":true\}$/);
});

test('A1 the data port has no admin route', async () => {
  const tollgate = await startTestTollgate('keys:\n  - { name: web, secret: "env:TEST_KEY" }\n');
  try {
    const described = (await (await tollgate.admin('/admin/v1/openapi.json')).json()) as { paths: object };
    const paths = Object.keys(described.paths).map(path => path.replace(/\{\w+\}/g, 'x'));
    expect(paths.length).toBeGreaterThan(5);
    for (const path of [...paths, '/admin', '/admin/', '/admin/v1/openapi.json', '/metrics']) {
      for (const authorization of [`Bearer ${testKey}`, `Bearer ${gatewayAdminKey}`]) {
        for (const method of ['GET', 'POST', 'DELETE']) {
          const { status } = await tollgate.fetch(path, { method, headers: { authorization } });
          expect([method, path, status]).toEqual([method, path, 404]);
        }
      }
    }
    expect((await tollgate.admin('/admin/v1/keys')).status).toBe(200);
  } finally {
    await tollgate.stop();
  }
});

test('A2 a name that is rebound to this address is 421, key or no key', async () => {
  for (const host of [
    'evil.com',
    'localhost.evil.com',
    '127.0.0.1.evil.com',
    'admin.example.com.',
    '10.0.0.1',
    '[::2]',
  ]) {
    for (const path of ['/admin/v1/keys', '/healthz', '/readyz', '/metrics', '/nowhere']) {
      const answer = await get(path, `host: ${host}\r\n${withKey}`);
      expect([host, path, statuses(answer)]).toEqual([host, path, [421]]);
    }
  }
  expect(statuses(await rawHttp(control.port, `GET /admin/v1/keys HTTP/1.0\r\n${withKey}\r\n`))).toEqual([421]);
});

test('A2 the names and addresses that are ours are answered on any port', async () => {
  for (const host of ['localhost', 'LOCALHOST:9', '127.0.0.1:4001', '[::1]:80', 'admin.example.com:443']) {
    expect([host, statuses(await get('/admin/v1/keys', `host: ${host}\r\n${withKey}`))]).toEqual([host, [200]]);
  }
});

test('A2 a page of another origin is 403 with whatever method and cookie', async () => {
  const host = `localhost:${control.port}`;
  for (const origin of [
    'https://evil.com',
    'null',
    'http://localhost:3000',
    `http://evil.com@${host}.evil.com`,
    'file://',
  ]) {
    for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS']) {
      const head = `${method} /admin/v1/keys HTTP/1.1\r\nhost: ${host}\r\norigin: ${origin}\r\ncookie: session=1\r\n`;
      const answer = await rawHttp(control.port, `${head}${withKey}content-length: 0\r\nconnection: close\r\n\r\n`);
      expect([origin, method, statuses(answer)]).toEqual([origin, method, [403]]);
    }
  }
  expect(statuses(await get('/admin/v1/keys', `host: ${host}\r\norigin: http://${host}\r\n${withKey}`))).toEqual([200]);
});

test('A2 a preflight is answered without a word of CORS', async () => {
  for (const origin of ['https://evil.com', `http://localhost:${control.port}`]) {
    const answer = await rawHttp(
      control.port,
      `OPTIONS /admin/v1/keys HTTP/1.1\r\nhost: localhost:${control.port}\r\norigin: ${origin}\r\n` +
        'access-control-request-method: POST\r\naccess-control-request-headers: authorization\r\nconnection: close\r\n\r\n',
    );
    expect([403, 405]).toContain(statuses(answer)[0]);
    expect(answer.toLowerCase()).not.toContain('access-control');
  }
});

test('A3 processes that start at once make one admin key, for its owner only', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-admin-'));
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const program = `
    import { readConfig } from './src/config.ts';
    import { loadAdminKey } from './src/control/secrets/admin-key.ts';
    process.stdout.write(loadAdminKey(readConfig({ TOLLGATE_DATA_DIR: process.argv[1] })).secret.reveal());`;
  const start = () =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, join(folder, 'data')], { cwd: root });
  try {
    const keys = (await Promise.all(Array.from({ length: 4 }, start))).map(({ stdout }) => stdout);
    const file = join(folder, 'data', 'admin.key');
    expect(new Set(keys).size).toBe(1);
    expect(readFileSync(file, 'utf8').trim()).toBe(keys[0]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('A5 SQL in any parameter of a report is refused or is only a name', async () => {
  const attack = encodeURIComponent("x'; drop schema ledger cascade; --");
  for (const name of ['by', 'bucket', 'timezone', 'from', 'to', 'format', 'order', attack]) {
    expect([name, (await control.ask('GET', `/admin/v1/spend?${name}=${attack}`)).status]).toEqual([name, 400]);
  }
  for (const name of ['limit', 'cursor', 'from', 'to', 'timezone', 'outcome', 'call_id', 'sort', attack]) {
    expect([name, (await control.ask('GET', `/admin/v1/usage?${name}=${attack}`)).status]).toEqual([name, 400]);
  }
  for (const name of ['team', 'key', 'model', 'provider', 'target']) {
    const { status, json } = await control.ask('GET', `/admin/v1/usage?${name}=${attack}`);
    expect([name, status, json]).toEqual([name, 200, { events: [], next: null }]);
  }
  expect((await control.ask('GET', '/admin/v1/spend?by=team;drop')).status).toBe(400);
  expect((await control.ask('GET', '/admin/v1/spend?from=2020-01-01&to=2026-01-01')).status).toBe(400);
  expect((await control.ask('GET', '/admin/v1/spend')).status).toBe(200);
});

test('A5 a cursor that is made up, changed or of another instance is refused', async () => {
  await control.store.append(texts([usageEvent(), usageEvent(), usageEvent()]));
  const first = await control.ask('GET', '/admin/v1/usage?limit=1');
  const { next } = first.json as { next: string };
  expect((await control.ask('GET', `/admin/v1/usage?limit=1&cursor=${next}`)).status).toBe(200);
  const id = Buffer.from(uuidv7().replaceAll('-', ''), 'hex');
  const foreign = sealCursor(uuidv7(), keyDigester(Buffer.alloc(32, 9)));
  const bare = Buffer.concat([id, Buffer.alloc(16)]).toString('base64url');
  const changed = (next.startsWith('A') ? 'B' : 'A') + next.slice(1);
  for (const cursor of [uuidv7(), bare, foreign, changed, next.slice(0, -1), `${next}=`, `${next}A`]) {
    const { status } = await control.ask('GET', `/admin/v1/usage?limit=1&cursor=${encodeURIComponent(cursor)}`);
    expect([cursor, status]).toEqual([cursor, 400]);
  }
});

test('A5 a report ends at its time limit', async () => {
  const limit = await reading(control.database.pool, 'UTC', async client => {
    const { rows } = await client.query<{ statement_timeout: string }>('show statement_timeout');
    return rows[0]?.statement_timeout;
  });
  expect(limit).toBe('15s');
});

test('A5 no query is put together from text', () => {
  const files = sourceFiles('src').filter(file => /\$(query|execute)RawUnsafe|\bPrisma\.raw\b/.test(read(file)));
  expect(files).toEqual([]);
});

test('L4 50,000 models, users and teams that callers make up leave the number of series as it is', async () => {
  const { observer, registry } = createMetrics({ known: () => null });
  const series = async () => (await registry.metrics()).split('\n').filter(line => line.startsWith('tollgate_')).length;
  const call = (index: number) => {
    const name = `${uuidv7()}"}\n${index}`;
    observer.attempt(
      usageEvent({ model: name, target: `simulator/${name}`, end_user: name, key: name, consumer: name }),
    );
    observer.call('chat', 200, 5, 1);
    observer.refused('model_not_found');
  };
  call(0);
  const before = await series();
  for (let index = 0; index < 50_000; index++) call(index);
  expect(await series()).toBe(before);
});

test('L4 not even names of the configuration, or nonsense in their place, make more than 20,000 series', async () => {
  const { observer, registry } = createMetrics({ known: () => null });
  for (let index = 0; index < 5_000; index++) {
    const name = `name-${index}`;
    for (const outcome of ['finished', 'failed', 'aborted', 'unknown'] as const) {
      observer.attempt(usageEvent({ team: name, provider: name, target: `${name}/x`, outcome }));
    }
    observer.call(name, 200 + (index % 400), 5, 1);
  }
  const lines = (await registry.metrics()).split('\n').filter(line => line !== '' && !line.startsWith('#'));
  expect(lines.length).toBeLessThan(20_000);
});
