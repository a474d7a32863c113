import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AttemptFacts, startedEvent } from '../../src/gateway/metering/usage-record.ts';
import { processFlags } from '../../src/spec/limits.ts';
import { messagesAnswer } from '../support/fake-dialects.ts';
import { chatAnswer, type FakeProvider, fakeProvider } from '../support/fake-provider.ts';
import { rawHttp, statuses } from '../support/raw-http.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';

let provider: FakeProvider;
let tollgate: TestTollgate;

beforeAll(async () => {
  provider = await fakeProvider();
  tollgate = await startTestTollgate(`
providers:
  box: { adapter: openai-compatible, base_url: "${provider.url}", keys: ["sk-provider-0000"] }
  claude: { adapter: anthropic, base_url: "${provider.url}", keys: ["sk-provider-0000"] }
  google: { adapter: gemini, base_url: "${provider.url}", keys: ["sk-provider-0000"] }
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
  provider.answer(chatAnswer());
});

const messages = '"messages":[{"role":"user","content":"hi"}]';
async function send(body: string | Buffer, headers: Record<string, string> = {}, path = '/v1/chat/completions') {
  const reply = await tollgate.fetch(path, {
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
    ['a repeated member of embeddings', '{"model":"box/a","input":"x","model":"box/b"}', 'model'],
    ['one of another case', '{"model":"box/a","input":"x","MODEL":"box/b"}', 'MODEL'],
    ['one whose case is spelt by an escape', '{"model":"box/a","input":"x","\\u004dodel":"box/b"}', 'Model'],
    ['one whose letter folds to the right one', '{"model":"box/a","input":"x","u\u017fer":"y"}', 'u\u017fer'],
  ])('J1 %s is refused at embeddings too', async (_name, body, param) => {
    expect(await send(body, {}, '/v1/embeddings')).toMatchObject({
      status: 400,
      error: { code: 'duplicate_member', param },
    });
    expect(provider.seen).toHaveLength(0);
  });

  test('J1 the provider reads the model that was checked, and nothing else of the body is changed', async () => {
    const rest = `,${messages}, "x":  {"model": "other", "Model": 1e2, "model": 0.10}}`;
    expect((await send(`{ "mod\\u0065l" : "box/cheap"${rest}`)).status).toBe(200);
    expect(provider.seen[0]!.text).toMatch(/^\{ "[^"]+" : "cheap"/);
    expect(provider.seen[0]!.text.endsWith(rest)).toBe(true);
  });

  test.each([
    [
      'nested too deeply',
      `{"model":"box/m",${messages},"x":${'['.repeat(129)}${']'.repeat(129)}}`,
      400,
      'json_too_deep',
    ],
    ['of too many elements', `{"model":"box/m",${messages},"x":[${'0,'.repeat(600_000)}0]}`, 400, 'json_too_complex'],
    ['with a number that is too long', `{"model":"box/m",${messages},"x":${'1'.repeat(65)}}`, 400, 'invalid_json'],
    ['with a name that is too long', `{"model":"box/m",${messages},"${'n'.repeat(1_025)}":1}`, 400, 'invalid_json'],
    ['with a byte order mark', `\ufeff{"model":"box/m",${messages}}`, 400, 'invalid_json'],
    [
      'with half of a pair',
      Buffer.from(`{"model":"box/m",${messages},"x":"\xed\xa0\x80"}`, 'latin1'),
      400,
      'invalid_json',
    ],
    [
      'with an overlong letter',
      Buffer.from(`{"model":"box/m",${messages},"x":"\xc1\xa1"}`, 'latin1'),
      400,
      'invalid_json',
    ],
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
    ['max_tokens', '10000001'],
    ['max_tokens', '1e7000'],
    ['max_tokens', '[1]'],
    ['max_tokens', 'true'],
    ['n', '129'],
    ['n', '-1'],
    ['n', '1.5'],
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

  test.each(['0', '-1', '1.5', '1e999', '10000001', '"9"'])('J4 dimensions: %s is refused by its name', async value => {
    const body = `{"model":"box/m","input":"x","dimensions":${value}}`;
    expect(await send(body, {}, '/v1/embeddings')).toMatchObject({ status: 400, error: { param: 'dimensions' } });
    expect(provider.seen).toHaveLength(0);
  });

  test('J4 eight choices reserve eight times as much', () => {
    const reserved = (choices: number, maxTokens: number | null) => {
      const snapshot = { prices: { find: () => null } };
      const parsed = { inputEstimate: 100, choices, maxTokens, endUser: '' };
      const call = { parsed, snapshot, principal: {}, ingress: { operation: 'chat' }, events: [], warnings: [] };
      const facts = { id: 'i', call, target: { provider: {} }, number: 1, retryReason: '', startedMillis: 0 };
      return startedEvent(facts as unknown as AttemptFacts);
    };
    for (const bound of [null, 50, 32_000]) {
      expect(reserved(8, bound).output_tokens).toBe(8 * reserved(1, bound).output_tokens);
      expect(reserved(8, bound).input_tokens).toBe(reserved(1, bound).input_tokens);
    }
  });

  const named = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype'];
  test.each(named)('J5 %s is no model, no provider and no alias', async model => {
    for (const name of [model, `${model}/x`, `box2/${model}`]) {
      for (const path of ['/v1/chat/completions', '/v1/embeddings']) {
        const body = `{"model":"${name}",${messages},"input":"x"}`;
        expect(await send(body, {}, path)).toMatchObject({ status: 404, error: { code: 'model_not_found' } });
      }
      expect((await tollgate.fetch(`/v1/models/${name}`)).status).toBe(404);
    }
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

  test('J5 members that name the prototype are dropped from a translation, with a warning', async () => {
    provider.answer(messagesAnswer('fine'));
    const evil = '{"__proto__":{"admin":1}}';
    const body = `{"model":"claude/m","__proto__":{"stream":true},"messages":[{"role":"user","content":"hi","__proto__":{"role":"system"}}],"metadata":${evil},"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"__proto__":{"type":"string"}}}}}]}`;
    const reply = await tollgate.fetch('/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(({} as { admin?: number }).admin).toBeUndefined();
    const fields = (JSON.parse(reply.headers.get('x-tollgate-warnings')!) as { field: string }[]).map(
      ({ field }) => field,
    );
    expect(fields).toEqual(
      expect.arrayContaining([
        '__proto__',
        'messages[0].__proto__',
        'metadata.__proto__',
        'tools[0].function.parameters.properties.__proto__',
      ]),
    );
    expect(provider.seen).toHaveLength(1);
    expect(provider.seen[0]!.text).not.toMatch(/__proto__|"stream":true|admin/);
  });

  test('J5 the process that serves has no __proto__, and no debugger by signal', () => {
    const root = fileURLToPath(new URL('../../', import.meta.url));
    const script = `root=${JSON.stringify(root)}; . bin/node.sh; find_node; echo "$node_flags"; exec "$node" $node_flags -p '({}).__proto__ === undefined'`;
    const [flags, gone] = execFileSync('sh', ['-euc', script], { cwd: root, encoding: 'utf8' }).trim().split('\n');
    expect(flags!.split(' ')).toEqual(processFlags);
    expect(gone).toBe('true');
    expect(readFileSync(`${root}/bin/tollgate`, 'utf8')).toContain('exec "$node" $node_flags');
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
    'box/%252e%252e/keys',
    'box/..%252fkeys',
    'box/m%00',
    'box\\\\..\\\\keys',
    'box/m;x',
    'google/../../v1/keys',
    'google/..%2f..%2fkeys',
    'google/x/..',
    'google/m?alt=sse',
    'google/m&key=x',
    '/etc/passwd',
    'box/',
    '.',
  ])('J6 the model name %s leads nowhere', async model => {
    for (const path of ['/v1/chat/completions', '/v1/embeddings']) {
      expect([400, 404]).toContain((await send(`{"model":"${model}",${messages},"input":"x"}`, {}, path)).status);
    }
    expect(provider.seen).toHaveLength(0);
  });

  test.each(['..%2f..%2fadmin%2fv1%2fkeys', '%2e%2e/%2e%2e/healthz', 'box/%252e%252e', 'a%00b', 'x'.repeat(5_000)])(
    'J6 the model %s in a URL leads nowhere',
    async name => {
      const answer = await rawHttp(
        Number(new URL(tollgate.url).port),
        `GET /v1/models/${name} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${testKey}\r\nconnection: close\r\n\r\n`,
      );
      expect(statuses(answer)).toEqual([404]);
    },
  );

  test.each([
    ['nothing', '', 'invalid_json'],
    ['no JSON', 'hello', 'invalid_json'],
    ['cut JSON', `{"model":"box/m",${messages}`, 'invalid_json'],
    ['something after it', `{"model":"box/m",${messages}} x`, 'invalid_json'],
    ['an array', '[]', 'invalid_type'],
    ['broken UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'invalid_json'],
  ])('J2 a body that is %s is a clear 400', async (_name, body, code) => {
    const reply = await send(body);
    expect(reply).toMatchObject({ status: 400 });
    expect([code, 'invalid_type']).toContain(reply.error?.code);
  });
});
