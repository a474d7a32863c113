import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chatAnswer, chunk, type FakeProvider, fakeProvider, sse } from '../support/fake-provider.ts';
import { rawHttp, statuses } from '../support/raw-http.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';

let provider: FakeProvider;
let tollgate: TestTollgate;
const configuration = (url: string) => `
providers:
  box: { adapter: openai-compatible, base_url: "${url}", keys: ["sk-provider-0000"] }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
prices: [{ model: "box/*", input: 1, output: 2 }]
`;

beforeAll(async () => {
  provider = await fakeProvider();
  tollgate = await startTestTollgate(configuration(provider.url));
});
afterAll(async () => {
  await tollgate.stop();
  await provider.close();
});
beforeEach(() => {
  provider.seen.length = 0;
  provider.answer(chatAnswer());
});

const ask = (more: object = {}) => ({ model: 'box/m', messages: [{ role: 'user', content: 'hi' }], ...more });
const errorOf = async (reply: Response) => ({
  status: reply.status,
  ...((await reply.json()) as { error: { code: string; message: string } }).error,
});

describe('the data plane', () => {
  test('passes unknown members and their order on, byte for byte', async () => {
    const body =
      '{ "vendor_member": [1.50, 1e3, "\\u00e9"],  "model" : "box/m", "messages":[{"role":"user","content":"é 🌍"}], "z":null }';
    await tollgate.fetch('/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(provider.seen[0]?.text).toBe(body.replace('"box/m"', '"m"'));
  });

  test('passes an answer on, byte for byte', async () => {
    const body =
      '{"id":"c", "vendor":{"x":1.0},"choices":[{"index":0,"message":{"role":"assistant","content":"ü"},"finish_reason":"stop"}] }\n';
    provider.answer(
      (_request, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(body),
    );
    expect(await (await tollgate.chat(ask())).text()).toBe(body);
  });

  test('keeps the stream options that a client sends', async () => {
    await (await tollgate.chat(ask({ stream: true, stream_options: { vendor: 1 } }))).text();
    expect(provider.seen[0]?.body.stream_options).toEqual({ vendor: 1, include_usage: true });
  });

  test('answers under /openai as well', async () => {
    const reply = await tollgate.fetch('/openai/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(ask()),
    });
    expect(reply.status).toBe(200);
  });

  test('says what is not built, not there, or asked in another way', async () => {
    expect(await errorOf(await tollgate.fetch('/v1/moderations', { method: 'POST' }))).toMatchObject({
      status: 501,
      code: 'not_built',
    });
    expect(await errorOf(await tollgate.fetch('/v1/nothing'))).toMatchObject({ status: 404, code: 'unknown_url' });
    expect(await errorOf(await tollgate.fetch('/v1/chat/completions'))).toMatchObject({
      status: 405,
      code: 'method_not_allowed',
    });
    expect(await errorOf(await tollgate.fetch('/v1/models', { method: 'DELETE' }))).toMatchObject({ status: 405 });
  });

  test('has no admin route', async () => {
    for (const path of ['/admin/v1/keys', '/admin/v1/spend', '/metrics']) {
      expect((await tollgate.fetch(path)).status).toBe(404);
    }
  });

  test('tells a key about itself', async () => {
    await tollgate.ledger((await tollgate.chat(ask())).headers.get('x-request-id')!);
    expect(await (await tollgate.fetch('/v1/key')).json()).toMatchObject({
      name: 'web',
      team: 'search',
      models: ['*'],
      expires_at: null,
      spend: { today: { calls: expect.any(Number) }, month: { cost_usd: expect.anything() } },
    });
  });

  test('tells the key that made a call about it, and no other', async () => {
    const id = (await tollgate.chat(ask())).headers.get('x-request-id')!;
    const call = (await (await tollgate.fetch(`/v1/calls/${id}`)).json()) as { attempts: object[] };
    expect(call).toMatchObject({ id, attempts: [{ target: 'box/m', outcome: 'finished', cost_usd: '0.000022' }] });
    const made = await tollgate.admin('/admin/v1/keys', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'other', team: 'search' }),
    });
    const { key } = (await made.json()) as { key: string };
    const foreign = await tollgate.fetch(`/v1/calls/${id}`, { headers: { authorization: `Bearer ${key}` } });
    expect(foreign.status).toBe(404);
    expect((await tollgate.fetch('/v1/calls/nothing')).status).toBe(404);
  });

  test('refuses what it would have to change when it is asked to be strict', async () => {
    const reply = await tollgate.chat(ask(), { 'x-tollgate-strict': 'true' });
    expect(reply.status).toBe(200);
  });

  test('keeps a connection for the next request, also after an error', async () => {
    const port = Number(new URL(tollgate.url).port);
    const one = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${testKey}\r\n\r\n`;
    expect(statuses(await rawHttp(port, one('/v1/nothing') + one('/healthz')))).toEqual([404, 200]);
  });

  test('is live and ready without a key', async () => {
    expect((await fetch(`${tollgate.url}/healthz`)).status).toBe(200);
    expect(await (await fetch(`${tollgate.url}/readyz`)).json()).toEqual({ ready: true });
  });

  test('serves the simulator, which says that it is none', async () => {
    const reply = await tollgate.chat({ model: 'simulator/echo', messages: [{ role: 'user', content: 'say this' }] });
    expect(await reply.json()).toMatchObject({
      model: 'simulator/echo',
      choices: [{ message: { content: 'say this' } }],
    });
    const story = await tollgate.chat({
      model: 'simulator/story-7',
      stream: true,
      messages: [{ role: 'user', content: 'go' }],
    });
    expect(await story.text()).toContain('[DONE]');
    const [row] = await tollgate.ledger(story.headers.get('x-request-id')!);
    expect(row).toMatchObject({ output_tokens: 7, outcome: 'finished', estimated: false });
    expect(Number(row?.cost)).toBeGreaterThan(0);
  });

  test('shows a provider without a known price as unknown, never as free', async () => {
    const free = await fakeProvider();
    const other = await startTestTollgate(configuration(free.url).replace(/prices:.*\n/, ''));
    try {
      const reply = await other.chat(ask());
      expect(reply.headers.get('x-tollgate-cost-usd')).toBe('unknown');
      const [row] = await other.ledger(reply.headers.get('x-request-id')!);
      expect(row?.cost).toBeNull();
      const spend = await (await other.admin('/admin/v1/spend?by=model')).json();
      expect(spend).toMatchObject({ rows: [{ model: 'box/m', cost_usd: null, unpriced_calls: 1 }] });
    } finally {
      await other.stop();
      await free.close();
    }
  });
});

describe('stopping', () => {
  test('lets an open stream finish and takes no new call', async () => {
    const slow = await fakeProvider(async (_request, response) => {
      sse(response);
      response.write(chunk({ role: 'assistant', content: 'begin ' }));
      await sleep(600);
      response.write(chunk({ content: 'end' }));
      response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
    });
    const other = await startTestTollgate(configuration(slow.url));
    const reply = await other.chat(ask({ stream: true }));
    const stopped = other.stop();
    await sleep(50);
    await expect(other.chat(ask())).rejects.toThrow();
    expect(await reply.text()).toContain('[DONE]');
    await stopped;
    await slow.close();
  });

  test('ends a stream that outlives the grace period with an error event', async () => {
    const endless = await fakeProvider((_request, response) => {
      sse(response);
      response.write(chunk({ role: 'assistant', content: 'begin ' }));
      const timer = setInterval(() => response.write(chunk({ content: 'more ' })), 50);
      response.on('close', () => clearInterval(timer));
    });
    const other = await startTestTollgate(configuration(endless.url), { TOLLGATE_GRACE: '300ms' });
    const reply = await other.chat(ask({ stream: true }));
    const text = reply.text();
    await other.stop();
    expect(await text).toContain('shutting down');
    await endless.close();
  });

  test('waits for a slow reader to get the whole of an answer, and not for a connection that says nothing', async () => {
    const content = 'x'.repeat(8 * 1024 * 1024);
    const large = await fakeProvider(chatAnswer(content));
    const other = await startTestTollgate(configuration(large.url), { TOLLGATE_GRACE: '10s' });
    const silent = connect(Number(new URL(other.adminUrl).port), '127.0.0.1');
    const reply = await other.chat(ask());
    const reader = reply.body!.getReader();
    let read = (await reader.read()).value?.length ?? 0;
    await sleep(200);
    const stopped = other.stop();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      read += part.value.length;
      if (read % 7 === 0) await sleep(1);
    }
    expect(read).toBe(Number(reply.headers.get('content-length')));
    await stopped;
    silent.destroy();
    await large.close();
  });
});
