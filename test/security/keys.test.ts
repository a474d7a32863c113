import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FakeProvider, fakeProvider } from '../support/fake-provider.ts';
import { rawHttp, statuses } from '../support/raw-http.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';

let provider: FakeProvider;
let tollgate: TestTollgate;
let port: number;
const limited = 'tg_limited0123456789abcdefghijklmnopqrstuvw';

beforeAll(async () => {
  provider = await fakeProvider();
  tollgate = await startTestTollgate(
    `
providers: { box: { adapter: openai-compatible, base_url: "${provider.url}", keys: ["sk-provider-0000"] } }
models:
  fast: { targets: [{ model: box/m }] }
  secret-mode: { targets: [{ model: box/m }] }
teams: { search: {} }
keys:
  - { name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }
  - { name: limited, team: search, secret: "env:LIMITED_KEY", models: [fast] }
  - { name: old, team: search, secret: "env:OLD_KEY", models: ["*"], expires: 2020-01-01T00:00:00Z }
`,
    { LIMITED_KEY: limited, OLD_KEY: 'tg_expired0123456789abcdefghijklmnopqrstuvw' },
  );
  port = Number(new URL(tollgate.url).port);
});
afterAll(async () => {
  await tollgate.stop();
  await provider.close();
});
beforeEach(() => {
  provider.seen.length = 0;
});

const ask = { model: 'fast', messages: [{ role: 'user', content: 'hi' }] };
const withKey = (key: string, body: object = ask) => tollgate.chat(body, { authorization: `Bearer ${key}` });

/** Everything of an answer that could tell what exists, without what differs for every request. */
async function shape(reply: Response) {
  const headers = [...reply.headers.keys()].filter(name => name !== 'date').sort();
  return { status: reply.status, body: await reply.text(), headers };
}

describe('threats to keys', () => {
  test('K1 a key is looked up by digest only, and none is stored', async () => {
    expect((await withKey("' OR '1'='1' -- 00000000")).status).toBe(401);
    const { rows } = await tollgate.database.pool.query<{ dump: string }>(
      'select row_to_json(k)::text as dump from virtual_keys k',
    );
    const dump = rows.map(row => row.dump).join('\n');
    expect(rows.length).toBeGreaterThan(0);
    expect(dump).not.toContain(testKey);
    for (const encoding of ['hex', 'base64', 'base64url'] as const) {
      expect(dump).not.toContain(createHash('sha256').update(testKey).digest(encoding));
    }
  });

  test('K2 two credentials that differ are refused by name, the same twice is fine and travels nowhere', async () => {
    const twice = await rawHttp(
      port,
      `GET /v1/models HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${testKey}\r\nauthorization: Bearer ${limited}\r\nconnection: close\r\n\r\n`,
    );
    expect(statuses(twice)).toEqual([400]);
    const other = await tollgate.chat(ask, { 'x-api-key': limited });
    expect(other.status).toBe(400);
    const text = await other.text();
    expect(text).toContain('credential_ambiguous');
    expect(text).not.toContain(limited);
    const same = await tollgate.chat(ask, { 'x-api-key': testKey, 'api-key': testKey });
    expect(same.status).toBe(200);
    expect(JSON.stringify(provider.seen.map(request => request.rawHeaders))).not.toContain(testKey);
  });

  test('K3 a key that is not ours opens no route and reaches no provider', async () => {
    for (const [method, path] of [
      ['POST', '/v1/chat/completions'],
      ['POST', '/v1/embeddings'],
      ['POST', '/v1/responses'],
      ['GET', '/v1/models'],
      ['GET', '/v1/models/fast'],
      ['GET', '/v1/key'],
      ['GET', '/v1/calls/x'],
    ] as const) {
      const init = { method, headers: { authorization: 'Bearer sk-real-looking-0123456789' } };
      const reply = await tollgate.fetch(path, method === 'POST' ? { ...init, body: JSON.stringify(ask) } : init);
      expect([path, reply.status]).toEqual([path, 401]);
    }
    expect(provider.seen).toHaveLength(0);
  });

  test.each([
    ['a Host with a path', 'GET /v1/models HTTP/1.1\r\nhost: a/?x=\r\n', 400],
    ['two Hosts', 'GET /v1/models HTTP/1.1\r\nhost: a\r\nhost: b\r\n', 400],
    ['an absolute target', 'GET http://evil/v1/models HTTP/1.1\r\nhost: a\r\n', 400],
  ])('K4 %s is refused', async (_name, head, status) => {
    const text = await rawHttp(port, `${head}authorization: Bearer ${testKey}\r\nconnection: close\r\n\r\n`);
    expect(statuses(text)).toEqual([status]);
  });

  test.each(['/%761/models', '//v1/models', '/v1//models', '/v1/models;x', '/V1/models', '/v1/models%2F'])(
    'K4 %s without a key is no way in',
    async path => {
      const text = await rawHttp(port, `GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`);
      expect([401, 404]).toContain(statuses(text)[0]);
    },
  );

  test('K5 unknown, expired and revoked keys read the same', async () => {
    const created = await tollgate.admin('/admin/v1/keys', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'gone', team: 'search' }),
    });
    const { id, key } = (await created.json()) as { id: string; key: string };
    expect((await withKey(key)).status).toBe(200);
    expect((await tollgate.admin(`/admin/v1/keys/${id}`, { method: 'DELETE' })).status).toBeLessThan(300);
    const unknown = await shape(await withKey('tg_unknown0123456789abcdefghijklmnopqrstuvw'));
    expect(unknown.status).toBe(401);
    expect(await shape(await withKey(key))).toEqual(unknown);
    expect(await shape(await withKey('tg_expired0123456789abcdefghijklmnopqrstuvw'))).toEqual(unknown);
  });

  test('K5 a model that is not allowed reads like one that is unknown, and only allowed names are suggested', async () => {
    const hidden = await shape(await withKey(limited, { ...ask, model: 'secret-mode' }));
    const unknown = await shape(await withKey(limited, { ...ask, model: 'absent-mode' }));
    expect(hidden.status).toBe(404);
    expect({ ...hidden, body: hidden.body.replaceAll('secret-mode', '?') }).toEqual({
      ...unknown,
      body: unknown.body.replaceAll('absent-mode', '?'),
    });
    const near = await (await withKey(limited, { ...ask, model: 'fas' })).text();
    expect(near).toContain('fast');
    expect(near).not.toContain('secret-mode');
  });

  test('K6 a caller without a key is answered before its body is read, and the connection is closed', async () => {
    const text = await rawHttp(
      port,
      'POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 33000000\r\n\r\n{',
    );
    expect(statuses(text)).toEqual([401]);
    expect(text.toLowerCase()).toContain('connection: close');
  });

  test('K6 guessing is slowed down, a valid key beside it is not', async () => {
    const guesses = await Promise.all(
      Array.from({ length: 60 }, (_, n) => withKey(`tg_guess${n}0123456789abcdefghijkl`)),
    );
    expect(guesses.map(reply => reply.status)).toContain(429);
    expect((await withKey(testKey)).status).toBe(200);
  });

  test('K7 a key in the URL opens nothing and stands in no log', async () => {
    const reply = await fetch(`${tollgate.url}/v1/models?key=CANARY0123456789012345`);
    expect(reply.status).toBe(401);
    expect(tollgate.log()).not.toContain('CANARY');
  });
});
