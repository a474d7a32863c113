import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { printable, printableJson } from '../../src/cli/printable.ts';
import { chatAnswer, type FakeProvider, fakeProvider, json } from '../support/fake-provider.ts';
import { rawHttp } from '../support/raw-http.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';

let provider: FakeProvider;
let tollgate: TestTollgate;

beforeAll(async () => {
  provider = await fakeProvider();
  tollgate = await startTestTollgate(`
providers:
  box: { adapter: openai-compatible, base_url: "${provider.url}", keys: ["sk-provider-0000"] }
  claude: { adapter: anthropic, base_url: "${provider.url}", keys: ["sk-provider-0000"] }
models: { one: { retries: 0, targets: [{ model: box/m }] } }
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

/** A second line, a screen that is wiped, C1, a line separator, text that runs backwards, and what nobody sees. */
const FORGED = '\n{"level":60,"msg":"forged"}\u001b[2J\u009b2J\u0085\u2028\u202eevil\u200b\ufeff';
const STEERS = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;
const LONGEST = 10 * 1024;

const ask = (more: object = {}) => ({ model: 'one', messages: [{ role: 'user', content: 'hi' }], ...more });

test('L3 whatever callers and providers send, a log line is one object without signs that steer', async () => {
  const before = tollgate.log().length;
  const body = JSON.stringify(ask());
  const raw = (head: string) =>
    rawHttp(
      Number(new URL(tollgate.url).port),
      `${head}\r\nauthorization: Bearer ${testKey}\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
  await raw(`POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nuser-agent: \u009b2J\t"}{"level":60`);
  await raw(`POST /v1/${encodeURIComponent(FORGED)} HTTP/1.1\r\nhost: a`);
  await raw(`GET /v1/models/${encodeURIComponent(FORGED)} HTTP/1.1\r\nhost: a`);
  await raw(`POST /v1/chat/completions HTTP/1.1\r\nhost: ${'a'.repeat(300)}"`);
  await tollgate.chat(ask({ model: FORGED }));
  await tollgate.chat(ask({ model: 'x'.repeat(10_000) }));
  await tollgate.chat(ask({ user: FORGED }));
  await tollgate.chat(ask({ metadata: { user_id: '\u202euser' } }));
  const twice = JSON.stringify(FORGED);
  const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
  await tollgate.fetch('/v1/chat/completions', { ...init, body: `{${twice}:1,${twice}:2,"model":"one"}` });
  await tollgate.fetch('/v1/chat/completions', { ...init, body: `{"model":"one","${'n'.repeat(1000)}":1,"x"` });
  for (const status of [400, 401, 500]) {
    provider.answer(json(status, { error: { message: FORGED, type: FORGED, code: FORGED.repeat(40), param: FORGED } }));
    await tollgate.chat(ask());
  }
  provider.answer((_request, response) => void response.writeHead(200, { 'content-type': '\u009b2J' }).end());
  await tollgate.chat(ask());

  const unknown = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`${index}${'n'.repeat(1000)}`, 1]));
  const translated = await tollgate.chat({ ...ask({ [FORGED]: 1, ...unknown }), model: 'claude/m' });
  const told = translated.headers.get('x-tollgate-warnings')!;
  expect(told.length).toBeLessThan(8 * 1024);
  expect(JSON.parse(told).at(-1).why).toMatch(/^\d{3} more members/);

  const lines = tollgate.log().slice(before).trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(12);
  for (const line of lines) {
    expect(STEERS.test(line), JSON.stringify(line)).toBe(false);
    expect(line.length).toBeLessThan(LONGEST);
    const { level, msg } = JSON.parse(line) as { level: number; msg: string };
    expect(level).toBeLessThan(60);
    expect(msg).not.toBe('forged');
  }
});

test('L3 what the command line prints shows such signs and keeps its JSON', () => {
  expect(STEERS.test(printable(FORGED))).toBe(false);
  const shown = printableJson({ [FORGED]: FORGED });
  expect(STEERS.test(shown.replaceAll('\n', ''))).toBe(false);
  expect(JSON.parse(shown)).toEqual({ [FORGED]: FORGED });
});

test('L5 trace headers of a client change nothing here and reach no provider', async () => {
  const headers = {
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    tracestate: 'vendor=CANARY',
    baggage: 'user=CANARY',
    b3: '1',
  };
  const replies = await Promise.all(Array.from({ length: 20 }, () => tollgate.chat(ask(), headers)));
  expect(replies.map(reply => reply.status)).toEqual(replies.map(() => 200));
  for (const { headers: sent } of provider.seen) {
    for (const name of Object.keys(headers)) expect(Object.keys(sent)).not.toContain(name);
    expect(JSON.stringify(sent)).not.toContain('CANARY');
  }
  expect(tollgate.log()).not.toContain('CANARY');
  expect(tollgate.log()).not.toContain('0af7651916cd43dd');
});
