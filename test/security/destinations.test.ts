import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { providers } from '../../providers/index.ts';
import { parseBaseUrl } from '../../src/control/configuration/base-url.ts';
import { ownHop, readHops } from '../../src/gateway/upstream/via.ts';
import { type FakeProvider, fakeProvider, json } from '../support/fake-provider.ts';
import { freePort } from '../support/free-port.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';

const adapters = [...providers.values()].filter(adapter => adapter.local === undefined);
const CANARY = 'sk-CANARY0123456789abcdef';

let provider: FakeProvider;
let trap: FakeProvider;
let tollgate: TestTollgate;

beforeAll(async () => {
  provider = await fakeProvider();
  trap = await fakeProvider();
  const rows = adapters.map(
    ({ id }) => `  p-${id}: { adapter: ${id}, base_url: "${provider.url}", keys: ["${CANARY}"] }`,
  );
  tollgate = await startTestTollgate(`
providers:
${rows.join('\n')}
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
`);
});
afterAll(async () => {
  await tollgate.stop();
  await Promise.all([provider.close(), trap.close()]);
});
beforeEach(() => {
  for (const { seen } of [provider, trap]) seen.length = 0;
});

const messages = [{ role: 'user', content: 'hi' }];

describe('threats from where calls go', () => {
  test('S1 no member of a body and no header chooses where a call goes', async () => {
    provider.answer(json(400, { error: { message: 'seen' } }));
    const members =
      'api_base base_url baseURL base_path endpoint host url api_key proxy custom_host deployment azure_endpoint target'.split(
        ' ',
      );
    const headers =
      'x-portkey-custom-host x-base-url x-target-url x-forwarded-host x-upstream helicone-target-url x-llm-provider openai-base-url x-original-url x-rewrite-url x-api-base'.split(
        ' ',
      );
    const body = Object.fromEntries(members.map(name => [name, trap.url]));
    const nested = {
      litellm_params: body,
      extra_body: body,
      metadata: body,
      provider: { url: trap.url, order: [trap.url] },
    };
    for (const { id } of adapters) {
      await tollgate.chat(
        { model: `p-${id}/m`, messages, ...body, ...nested },
        Object.fromEntries(headers.map(name => [name, trap.url])),
      );
    }
    const query = `?api_base=${encodeURIComponent(trap.url)}&base_url=${encodeURIComponent(trap.url)}`;
    await tollgate.fetch(`/v1/chat/completions${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'p-openai/m', messages }),
    });
    expect(provider.seen).toHaveLength(adapters.length + 1);
    expect(trap.seen).toHaveLength(0);
  });

  test.each([300, 301, 302, 303, 307, 308, 399])('S4 a redirect with %i is followed for no adapter', async status => {
    provider.answer(
      (_request, response) => void response.writeHead(status, { location: `${trap.url}/secret-path` }).end(),
    );
    const log = tollgate.log().length;
    for (const { id } of adapters) {
      for (const stream of [false, true]) {
        const reply = await tollgate.chat({ model: `p-${id}/m`, messages, stream });
        expect([id, reply.status]).toEqual([id, 502]);
        const text = await reply.text();
        expect(text).toContain('upstream_redirect');
        expect(text).not.toContain(String(trap.port));
      }
    }
    expect(trap.seen).toHaveLength(0);
    const lines = tollgate.log().slice(log);
    expect(lines).toContain(`to 127.0.0.1:${trap.port}`);
    expect(lines).not.toContain('secret-path');
  });

  test('S5 http is only for addresses and names within a network, unless the file allows it', () => {
    for (const host of [
      'api.example.com',
      '93.184.216.34',
      '[2606:2800::1]',
      '172.32.0.1',
      '100.128.0.1',
      'a.b.',
      '11.0.0.1',
    ]) {
      expect(() => parseBaseUrl(`http://${host}/v1`, false)).toThrow('https');
      expect(parseBaseUrl(`http://${host}/v1`, true).origin).toBe(`http://${host}`);
      expect(parseBaseUrl(`https://${host}/v1`, false).origin).toBe(`https://${host}`);
    }
    for (const host of ['127.0.0.1', 'localhost', '10.0.0.7', '192.168.1.1', '[::1]', 'gpu-box', 'gpu.internal']) {
      expect(parseBaseUrl(`http://${host}:8000/v1`, false).origin).toBe(`http://${host}:8000`);
    }
    for (const odd of [
      'ftp://a/v1',
      'https://user:word@api.example.com/v1',
      'https://a/v1?x=1',
      'https://a/v1#x',
      'a/v1',
    ]) {
      expect(() => parseBaseUrl(odd, true)).toThrow(RangeError);
    }
  });

  test('S5 a base URL that was changed in the database gets neither key nor call, whatever the adapter', async () => {
    const own = await startTestTollgate(`
providers:
  open: { adapter: openai-compatible, base_url: "${provider.url}", keys: ["${CANARY}"] }
  closed: { adapter: openai, base_url: "${provider.url}", keys: ["${CANARY}"] }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
`);
    provider.answer(json(400, { error: { message: 'seen' } }));
    const call = (name: string) => own.chat({ model: `${name}/m`, messages });
    try {
      for (const name of ['open', 'closed']) expect((await call(name)).status).toBe(400);
      await own.database.pool.query('update providers set base_url = $1', [trap.url]);
      await own.database.pool.query('update configuration_version set version = version + 1');
      await expect.poll(() => own.log().match(/key_unsealed/g)?.length, { timeout: 10_000 }).toBe(2);
      for (const name of ['open', 'closed']) {
        const reply = await call(name);
        expect([name, reply.status]).toEqual([name, 502]);
        expect(await reply.text()).toContain('provider_key_missing');
      }
      expect(trap.seen).toHaveLength(0);
      expect(own.log()).not.toContain('CANARY');
    } finally {
      await own.stop();
    }
  });
});

describe.each(['node', 'direct'] as const)('calls in a circle (listener: %s)', listener => {
  test('S6 a provider whose base URL leads back here is 508, after a few attempts and no more', async () => {
    const port = String(await freePort());
    const own = await startTestTollgate(
      `
providers:
  loop: { adapter: openai-compatible, base_url: "http://127.0.0.1:${port}/v1", keys: ["${testKey}"] }
models: { round: { retries: 5, targets: [{ model: loop/round }] } }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
`,
      { TOLLGATE_PORT: port },
      { listener },
    );
    try {
      for (const stream of [false, true]) {
        await own.database.pool.query('delete from ledger.usage_events');
        const reply = await own.chat({ model: 'round', stream, messages });
        expect(reply.status).toBe(508);
        expect(await reply.text()).toContain('loop_detected');
        await own.ledger(reply.headers.get('x-request-id')!);
        const { rows } = await own.database.pool.query<{ attempts: number }>(
          'select count(*)::int as attempts from ledger.usage_events',
        );
        expect(rows[0]!.attempts).toBeLessThanOrEqual(3);
      }
    } finally {
      await own.stop();
    }
  });
});

test('S6 hops of ours are counted, others and what only looks like one are not', () => {
  const other = (n: number) => `1.1 tollgate-${String(n).padStart(16, '0')}`;
  expect(readHops(undefined)).toEqual([]);
  expect(readHops('1.1 varnish, 1.0 fred, 1.1 tollgate-x, HTTP/1.1 GWA')).toEqual([]);
  expect(readHops(`1.1 varnish, ${other(1)},${ownHop}`)).toEqual([other(1), ownHop]);
  expect(() => readHops(`${ownHop}, ${ownHop}`)).toThrow('came back');
  expect(() => readHops([1, 2, 3].map(other).join(', '))).toThrow('came back');
  expect(readHops(`${ownHop}\r\n`.repeat(5_000).slice(0, 16_000))).toEqual([]);
});
