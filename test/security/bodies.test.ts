import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FakeProvider, fakeProvider } from '../support/fake-provider.ts';
import { startTestTollgate, type TestTollgate } from '../support/tollgate.ts';

let provider: FakeProvider;
let tollgate: TestTollgate;

beforeAll(async () => {
  provider = await fakeProvider();
  tollgate = await startTestTollgate(`
providers: { box: { adapter: openai-compatible, base_url: "${provider.url}", keys: ["sk-provider-0000"] } }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
`);
});
afterAll(async () => {
  await tollgate.stop();
  await provider.close();
});
beforeEach(() => {
  provider.seen.length = 0;
});

const messages = '"messages":[{"role":"user","content":"hi"}]';
async function send(body: string | Buffer, headers: Record<string, string> = {}) {
  const reply = await tollgate.fetch('/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: new Uint8Array(Buffer.from(body)),
  });
  const text = await reply.text();
  return {
    status: reply.status,
    text,
    error: (JSON.parse(text) as { error?: { code: string; param: string | null } }).error,
  };
}

describe('threats in bodies', () => {
  test.each([
    ['a repeated member', `{"model":"box/cheap","model":"box/dear",${messages}}`, 'model'],
    ['one repeated by its escape', `{"model":"box/cheap","mod\\u0065l":"box/dear",${messages}}`, 'model'],
    ['one that differs by case', `{"model":"box/cheap","Model":"box/dear",${messages}}`, 'Model'],
    [
      'a repeated nested member',
      `{"model":"box/m","stream":true,"stream_options":{"include_usage":true,"include_usage":false},${messages}}`,
      'stream_options.include_usage',
    ],
  ])('J1 %s is refused before anything is sent', async (_name, body, param) => {
    expect(await send(body)).toMatchObject({ status: 400, error: { code: 'duplicate_member', param } });
    expect(provider.seen).toHaveLength(0);
  });

  test.each([
    [
      'nested too deeply',
      `{"model":"box/m",${messages},"x":${'['.repeat(129)}${']'.repeat(129)}}`,
      400,
      'json_too_deep',
    ],
    ['of too many elements', `{"model":"box/m",${messages},"x":[${'0,'.repeat(600_000)}0]}`, 400, 'json_too_complex'],
    ['too large', `{"model":"box/m",${messages},"x":"${'x'.repeat(33 * 1024 * 1024)}"}`, 413, 'request_too_large'],
  ])('J2 a body %s is refused', async (_name, body, status, code) => {
    expect(await send(body)).toMatchObject({ status, error: { code } });
    expect(provider.seen).toHaveLength(0);
  });

  test('J3 compressed bodies and other charsets are refused unread', async () => {
    const plain = `{"model":"box/m",${messages}}`;
    expect(await send(gzipSync(plain), { 'content-encoding': 'gzip' })).toMatchObject({ status: 415 });
    expect(await send(plain, { 'content-type': 'application/json; charset=utf-16' })).toMatchObject({ status: 415 });
    expect(await send(plain, { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
    expect(await send(plain, { 'content-type': 'application/json; charset=UTF-8' })).toMatchObject({ status: 200 });
  });

  test.each([
    ['max_tokens', '1e999'],
    ['max_tokens', '-1'],
    ['max_tokens', '1.5'],
    ['max_tokens', '"9"'],
    ['max_completion_tokens', '9007199254740993'],
    ['n', '1000000000'],
    ['n', '0'],
    ['stream', '"yes"'],
    ['messages', '"hi"'],
    ['model', '7'],
  ])('J4 %s: %s is refused by its name', async (name, value) => {
    const members = new Map([
      ['model', '"box/m"'],
      ['messages', '[{"role":"user","content":"hi"}]'],
    ]).set(name, value);
    const body = `{${[...members].map(([key, text]) => `"${key}":${text}`).join(',')}}`;
    expect(await send(body)).toMatchObject({ status: 400, error: { param: name } });
    expect(provider.seen).toHaveLength(0);
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('J5 %s is no model', async model => {
    expect(await send(`{"model":"${model}",${messages}}`)).toMatchObject({
      status: 404,
      error: { code: 'model_not_found' },
    });
  });

  test("J1 names inside metadata are the caller's own", async () => {
    const body = (metadata: string) => `{"model":"box/m",${messages},"metadata":${metadata}}`;
    expect((await send(body('{"Model":"x","USER":"y"}'))).status).toBe(200);
    expect(await send(body('{"a":"x","a":"y"}'))).toMatchObject({ status: 400, error: { code: 'duplicate_member' } });
  });

  test('J5 members that name the prototype are data', async () => {
    const body = `{"model":"box/m",${messages},"metadata":{"__proto__":{"admin":1}}}`;
    expect((await send(body)).status).toBe(200);
    expect(({} as { admin?: number }).admin).toBeUndefined();
    expect(provider.seen[0]?.text).toContain('"metadata":{"__proto__":{"admin":1}}');
  });

  test.each([
    'box/../../v1/keys',
    'box/..',
    'box/./m',
    'box//m',
    '../m',
    'box/a\\r\\nX: y',
    'box/..%2fkeys',
    'box/m?alt=1',
    'box/m#x',
  ])('J6 the model name %s leads nowhere', async model => {
    expect([400, 404]).toContain((await send(`{"model":"${model}",${messages}}`)).status);
    expect(provider.seen).toHaveLength(0);
  });

  test.each([
    ['nothing', '', 'invalid_json'],
    ['no JSON', 'hello', 'invalid_json'],
    ['cut JSON', `{"model":"box/m",${messages}`, 'invalid_json'],
    ['something after it', `{"model":"box/m",${messages}} x`, 'invalid_json'],
    ['an array', '[]', 'invalid_type'],
    ['broken UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'invalid_json'],
  ])('a body that is %s is a clear 400', async (_name, body, code) => {
    const reply = await send(body);
    expect(reply).toMatchObject({ status: 400 });
    expect([code, 'invalid_type']).toContain(reply.error?.code);
  });
});
