import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../../src/store/open-store.ts';
import { freePort } from '../../support/free-port.ts';
import { quietLogger } from '../../support/quiet-logger.ts';
import { rawHttp, statuses } from '../../support/raw-http.ts';
import { adminKey, type OpenControl, openControl } from './open-control.ts';

let control: OpenControl;
const lines: string[] = [];

beforeAll(async () => {
  control = await openControl({ logger: pino({ level: 'trace' }, { write: line => void lines.push(line) }) });
});
afterAll(() => control.close());

const key = `authorization: Bearer ${adminKey}\r\n`;

test('every answer carries its request id and is not to be cached, guessed at or framed', async () => {
  const { headers, json } = await control.ask('GET', '/admin/v1/nowhere');
  expect(json).toMatchObject({ error: { request_id: headers.get('x-request-id'), param: null } });
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
});

test('what does not exist is one short 404, with and without a key', async () => {
  for (const path of [
    '/',
    '/admin',
    '/admin/v1/keys/',
    '/admin/v1/KEYS',
    '//admin/v1/keys',
    '/admin/v1/keys;x',
    '/v1/models',
  ]) {
    const answer = await control.ask('GET', path, undefined, { authorization: '' });
    expect([path, answer.status, answer.json]).toMatchObject([path, 404, { error: { code: 'unknown_url' } }]);
    expect(answer.text.length).toBeLessThan(200);
  }
});

test('H8: a method that a route does not have is 405 with a fixed body, whatever the method', async () => {
  for (const path of ['/healthz', '/readyz', '/metrics', '/admin/v1/keys', '/admin/v1/keys/x', '/admin/v1/spend']) {
    for (const method of ['PATCH', 'OPTIONS', 'PUT', 'TRACE', 'PROPFIND']) {
      const answer = await rawHttp(
        control.port,
        `${method} ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
      );
      const body = answer.split('\r\n\r\n')[1] ?? '';
      expect([path, method, statuses(answer)]).toEqual([path, method, [405]]);
      expect(body.length).toBeLessThan(200);
    }
  }
});

test('a body sent to nowhere is not read', async () => {
  const answer = await rawHttp(
    control.port,
    'POST /nowhere HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/plain\r\ncontent-length: 900\r\n\r\n{',
  );
  expect(statuses(answer)).toEqual([404]);
  expect(answer.toLowerCase()).toContain('connection: close');
});

test('an encoded path is the same route and wants the same key', async () => {
  expect((await control.ask('GET', '/%61dmin/v1/keys', undefined, { authorization: '' })).status).toBe(401);
});

test.each([
  ['not json', { 'content-type': 'application/json' }, 400, 'invalid_json'],
  [new Uint8Array([0x22, 0xff, 0x22]), { 'content-type': 'application/json' }, 400, 'invalid_json'],
  ['', { 'content-type': 'application/json' }, 400, 'invalid_type'],
  ['null', { 'content-type': 'application/json' }, 400, 'invalid_type'],
  ['name=x', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_media_type'],
  ['{"name":"x"}', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
  ['{"name":"x"}', { 'content-type': 'application/json; charset=utf-16' }, 415, 'unsupported_media_type'],
  ['{"name":"x"}', { 'content-type': 'application/json', 'content-encoding': 'gzip' }, 415, 'unsupported_media_type'],
  [`{"name":"${'x'.repeat(1024 * 1024)}"}`, { 'content-type': 'application/json' }, 413, 'request_too_large'],
  ['['.repeat(500_000), { 'content-type': 'application/json' }, 400, 'invalid_json'],
])('a body that is wrong is refused in the API’s own shape (%#)', async (body, headers, status, code) => {
  const answer = await control.ask('POST', '/admin/v1/teams', body, headers);
  expect([answer.status, answer.json]).toMatchObject([status, { error: { code } }]);
});

test('two admin keys that differ are refused by name, the same twice is fine', async () => {
  const ask = (...keys: string[]) =>
    rawHttp(
      control.port,
      `GET /admin/v1/teams HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${keys.map(one => `authorization: Bearer ${one}\r\n`).join('')}\r\n`,
    );
  expect(await ask(adminKey, 'another-key-entirely')).toContain('credential_ambiguous');
  expect(await ask('another-key-entirely', adminKey)).toContain('credential_ambiguous');
  expect(statuses(await ask(adminKey, adminKey))).toEqual([200]);
});

test('a refusal whose body is not read closes the connection', async () => {
  const answer = await rawHttp(
    control.port,
    'POST /admin/v1/keys HTTP/1.1\r\nhost: localhost\r\ncontent-length: 900\r\n\r\n{',
  );
  expect(statuses(answer)).toEqual([401]);
  expect(answer.toLowerCase()).toContain('connection: close');
});

test('what is no HTTP, or HTTP in two readings, is refused', async () => {
  const framings = [
    `GET http://evil/admin/v1/teams HTTP/1.1\r\nhost: localhost\r\n${key}\r\n`,
    `GET /admin/v1/teams HTTP/1.1\r\nhost: localhost\r\nhost: localhost\r\n${key}\r\n`,
    `POST /admin/v1/teams HTTP/1.1\r\nhost: localhost\r\n${key}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    `POST /admin/v1/teams HTTP/1.1\r\nhost: localhost\r\n${key}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    'nonsense\r\n\r\n',
  ];
  for (const framing of framings)
    expect([framing, statuses(await rawHttp(control.port, framing))[0]]).toEqual([framing, 400]);
});

test('a failure inside is a 500 that tells its cause to the log only', async () => {
  const broken = await openControl({
    logger: pino({ level: 'trace' }, { write: line => void lines.push(line) }),
    status: () => {
      throw new Error('select secret_column from somewhere');
    },
  });
  const answer = await broken.ask('GET', '/admin/v1/status');
  await broken.close();

  expect([answer.status, answer.json]).toMatchObject([500, { error: { code: 'internal_error', param: null } }]);
  expect(answer.text).not.toContain('secret_column');
  expect(lines.join('')).toContain('secret_column');
});

test('a database that is away is 503 and is not described', async () => {
  const url = `postgresql://somebody:CANARY@127.0.0.1:${await freePort()}/nowhere`;
  const store = openStore({ connection: url, logger: quietLogger });
  const away = await openControl({ store });
  for (const path of ['/admin/v1/teams', '/admin/v1/keys', '/admin/v1/spend', '/admin/v1/usage']) {
    const { status, json, text } = await away.ask('GET', path);
    expect([path, status, json]).toMatchObject([path, 503, { error: { code: 'database_unavailable' } }]);
    expect(text).not.toMatch(/CANARY|somebody|nowhere|127\.0/);
  }
  await away.close();
  await store.close();
});

test('a report that takes the database too long is 503 and says what helps', async () => {
  const spend = () => Promise.reject(Object.assign(new Error('canceling statement'), { code: '57014' }));
  const slow = await openControl({ store: { ...control.store, spend } });
  const { status, text } = await slow.ask('GET', '/admin/v1/spend');
  await slow.close();
  expect(status).toBe(503);
  expect(text).toContain('shorter time');
});

test('requests leave one line of named fields and no secret in the log', async () => {
  lines.length = 0;
  await control.ask('GET', '/admin/v1/teams?surprise=CANARY', undefined, {
    'user-agent': 'CANARY',
    'x-forwarded-for': 'CANARY',
  });
  const { text } = await control.ask('POST', '/admin/v1/keys', { name: 'logged' });

  expect(lines.map(line => JSON.parse(line))).toMatchObject([
    { msg: 'admin', method: 'GET', route: '/admin/v1/teams', status: 400 },
    { msg: 'admin', method: 'POST', route: '/admin/v1/keys', status: 201 },
  ]);
  expect(lines.join('')).not.toMatch(/CANARY|tg_/);
  expect(text).toContain('tg_');
});

test('describes itself as OpenAPI, with every route of the admin API', async () => {
  const { status, json } = await control.ask('GET', '/admin/v1/openapi.json');
  expect(status).toBe(200);
  expect(json).toMatchObject({ openapi: '3.1.0', info: { title: 'Tollgate admin API' } });
  expect(Object.keys((json as { paths: object }).paths).sort()).toEqual([
    '/admin/v1/backup',
    '/admin/v1/keys',
    '/admin/v1/keys/{id}',
    '/admin/v1/spend',
    '/admin/v1/status',
    '/admin/v1/teams',
    '/admin/v1/usage',
  ]);
});
