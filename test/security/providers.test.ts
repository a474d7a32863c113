import { readdir, readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  chatAnswer,
  chunk,
  errorAnswer,
  type FakeProvider,
  fakeProvider,
  json,
  sse,
} from '../support/fake-provider.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';

let provider: FakeProvider;
let trap: FakeProvider;
let tollgate: TestTollgate;
const CANARY = 'sk-CANARY0123456789abcdef';

beforeAll(async () => {
  provider = await fakeProvider();
  trap = await fakeProvider();
  tollgate = await startTestTollgate(`
providers: { box: { adapter: openai-compatible, base_url: "${provider.url}", keys: ["${CANARY}"] } }
models: { one: { retries: 0, targets: [{ model: box/m }], timeouts: { total: 2s, idle: 1s } } }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
prices: [{ model: "box/*", input: 1, output: 2 }]
`);
});
afterAll(async () => {
  await tollgate.stop();
  await Promise.all([provider.close(), trap.close()]);
});
beforeEach(() => {
  provider.seen.length = 0;
  provider.answer(chatAnswer());
});

const ask = (stream = false) => ({ model: 'one', stream, messages: [{ role: 'user', content: 'hi' }] });
const whole = (content: string) =>
  json(200, {
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  });

describe('threats from providers', () => {
  test('P1 a refused provider key is our 502, and its text stays in the log', async () => {
    const refusal = Buffer.from(JSON.stringify({ error: { message: `Incorrect API key provided: ${CANARY}.` } }));
    const middle = refusal.indexOf('CANARY') + 3;
    provider.answer((_request, response) => {
      response.writeHead(401, { 'content-type': 'application/json', 'www-authenticate': `Bearer realm="${CANARY}"` });
      response.write(refusal.subarray(0, middle));
      setTimeout(() => response.end(refusal.subarray(middle)), 20);
    });
    for (const stream of [false, true]) {
      const reply = await tollgate.chat(ask(stream));
      expect(reply.status).toBe(502);
      const text = (await reply.text()) + JSON.stringify([...reply.headers]);
      expect(text).toContain('provider_auth');
      expect(text).not.toContain('CANARY');
    }
    const told = tollgate
      .log()
      .split('\n')
      .filter(line => line.includes('the provider refused our key'));
    expect(told.join()).toContain('Incorrect API key provided');
    expect(told.join()).not.toContain('CANARY');
  });

  test('P1 secrets, accounts and private hosts are taken out of messages, whole and in streams', async () => {
    const message = `bad ${CANARY} sk-…cdef org-abcdefgh12345 someone@example.com at 10.1.2.3`;
    provider.answer(errorAnswer(400, message));
    const text = await (await tollgate.chat(ask())).text();
    for (const secret of ['CANARY', 'abcdefgh12345', 'someone@', '10.1.2.3']) expect(text).not.toContain(secret);
    provider.answer((_request, response) => {
      sse(response);
      response.write(chunk({ role: 'assistant', content: 'x' }));
      const event = Buffer.from(`data: ${JSON.stringify({ error: { message, type: 'server_error' } })}\n\n`);
      const middle = event.indexOf('CANARY') + 3;
      response.write(event.subarray(0, middle));
      setTimeout(() => response.end(event.subarray(middle)), 20);
    });
    const streamed = await (await tollgate.chat(ask(true))).text();
    expect(streamed).toContain('"error"');
    expect(streamed).not.toContain('CANARY');
    expect(streamed).not.toContain('[DONE]');
  });

  test('P2 only listed headers of a provider reach the client', async () => {
    const own = ['cache-control', 'connection', 'content-length', 'content-type', 'content-security-policy', 'date'];
    const listed = [...own, 'keep-alive', 'transfer-encoding', 'x-accel-buffering', 'x-content-type-options'];
    const more = { 'set-cookie': 'a=b', location: 'http://x', server: 'x', 'access-control-allow-origin': '*' };
    const account = { 'x-ratelimit-remaining': '1', 'openai-organization': 'org', 'x-request-id': 'up-1' };
    provider.answer((request, response) => {
      for (const [name, value] of Object.entries({ ...request.headers, ...more, ...account })) {
        if (!/^(host|connection|content-length|content-type)$/.test(name)) response.setHeader(`${name}`, String(value));
      }
      return chatAnswer()(request, response);
    });
    for (const stream of [false, true]) {
      const reply = await tollgate.chat(ask(stream));
      const text = await reply.text();
      const names = [...reply.headers.keys()].filter(
        name => !name.startsWith('x-tollgate-') && name !== 'x-request-id',
      );
      expect(names.filter(name => !listed.includes(name))).toEqual([]);
      expect(text + JSON.stringify([...reply.headers])).not.toContain('CANARY');
      expect(reply.headers.get('x-request-id')).not.toBe('up-1');
      expect(reply.headers.get('x-tollgate-upstream-request-id')).toBe('up-1');
      expect(reply.headers.get('cache-control')).toContain('no-store');
    }
  });

  test.each([
    ['an HTML page', 'text/html', '<html><script>alert(1)</script></html>'],
    ['script', 'text/javascript', 'alert(1)'],
    ['cut JSON', 'application/json', '{"id":"c","choices":[{'],
    ['nothing', 'application/json', ''],
  ])('P3 a provider that answers 200 with %s gives a 502', async (_name, type, body) => {
    provider.answer((_request, response) => void response.writeHead(200, { 'content-type': type }).end(body));
    const reply = await tollgate.chat(ask());
    expect(reply.status).toBe(502);
    expect(reply.headers.get('content-type')).toBe('application/json');
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
    expect(reply.headers.get('content-security-policy')).toBe("default-src 'none'");
    expect(await reply.text()).not.toContain('alert');
    const [row] = await tollgate.ledger(reply.headers.get('x-request-id')!);
    expect(row).toMatchObject({ outcome: 'failed', error: 'upstream_invalid' });
  });

  test('P3 script inside an answer leaves as JSON or as an event that no browser runs', async () => {
    provider.answer(chatAnswer('<script>alert(1)</script>'));
    for (const [stream, type] of [
      [false, 'application/json'],
      [true, 'text/event-stream; charset=utf-8'],
    ] as const) {
      const reply = await tollgate.chat(ask(stream));
      expect(await reply.text()).toContain('<script>');
      expect(reply.headers.get('content-type')).toBe(type);
      expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
      expect(reply.headers.get('content-security-policy')).toBe("default-src 'none'");
    }
  });

  test.each(['\n', '\r\n', '\r'])(
    'P5 a stream with %j line ends, cut anywhere, is metered as its client reads it',
    async end => {
      const events = [
        chunk({ role: 'assistant', content: 'größe 🌍' }),
        chunk({}, 'stop'),
        `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 } })}\n\n`,
        'data: [DONE]\n\n',
      ];
      const bytes = Buffer.from(`\ufeff${events.join('')}`.replaceAll('\n', end));
      provider.answer(async (_request, response) => {
        sse(response);
        for (let at = 0; at < bytes.length; at += 17) {
          response.write(bytes.subarray(at, at + 17));
          await new Promise(resolve => setImmediate(resolve));
        }
        response.end();
      });
      const reply = await tollgate.chat(ask(true));
      const text = await reply.text();
      expect(text).toContain('größe 🌍');
      const [row] = await tollgate.ledger(reply.headers.get('x-request-id')!);
      expect(row).toMatchObject({ outcome: 'finished', input_tokens: 9, output_tokens: 4, cost: '0.000017' });
    },
  );

  test('P6 a provider that drips for ever is ended by the total limit', async () => {
    provider.answer((_request, response) => {
      sse(response);
      const timer = setInterval(() => response.write(chunk({ content: 'x' })), 100);
      response.on('close', () => clearInterval(timer));
    });
    const text = await (await tollgate.chat(ask(true))).text();
    expect(text).toContain('did not answer in time');
    expect(text).not.toContain('[DONE]');
  });

  test('P7 identity is asked for, and a reply that is compressed all the same is read and metered', async () => {
    const body = gzipSync(
      JSON.stringify({
        id: 'c',
        object: 'chat.completion',
        choices: [{ index: 0, message: { content: 'zipped' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
      }),
    );
    provider.answer(
      (_request, response) =>
        void response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(body),
    );
    const reply = await tollgate.chat(ask(), { 'accept-encoding': 'gzip' });
    expect(provider.seen[0]?.headers['accept-encoding']).toBe('identity');
    expect(reply.headers.get('content-encoding')).toBeNull();
    expect(await reply.text()).toContain('zipped');
    const [row] = await tollgate.ledger(reply.headers.get('x-request-id')!);
    expect(row).toMatchObject({ input_tokens: 3, output_tokens: 2 });
  });

  test('P7 a bomb is a bad answer', async () => {
    const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024));
    provider.answer(
      (_request, response) =>
        void response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb),
    );
    const reply = await tollgate.chat(ask());
    expect(reply.status).toBe(502);
    expect(await reply.text()).toContain('upstream_invalid');
  });

  test.each(['gzip, gzip', 'zstd', 'compress'])('P7 the coding "%s" is a bad answer', async coding => {
    const twice = gzipSync(gzipSync('{}'));
    provider.answer(
      (_request, response) =>
        void response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': coding }).end(twice),
    );
    const reply = await tollgate.chat(ask());
    expect(reply.status).toBe(502);
    expect(await reply.text()).toContain('upstream_invalid');
  });

  test.each([
    [{ prompt_tokens: -5, completion_tokens: 1, total_tokens: -4 }],
    [{ prompt_tokens: 1e15, completion_tokens: 1, total_tokens: 1e15 }],
    [{ prompt_tokens: '9', completion_tokens: null, total_tokens: 1 }],
    [{ prompt_tokens: 10, completion_tokens: 1, total_tokens: 11, prompt_tokens_details: { cached_tokens: 99 } }],
  ])('P8 usage that cannot be true (%j) is replaced by our own estimate and flagged', async usage => {
    provider.answer(chatAnswer('word', usage));
    const reply = await tollgate.chat(ask());
    expect(reply.status).toBe(200);
    const [row] = await tollgate.ledger(reply.headers.get('x-request-id')!);
    expect(row).toMatchObject({ estimated: true, flags: 'usage_implausible' });
    expect(Number(row?.cost)).toBeGreaterThan(0);
    expect(Number(row?.cost)).toBeLessThan(0.001);
  });

  test('S1 S4 neither a member of the body nor a redirect chooses where a call goes', async () => {
    await tollgate.chat({ ...ask(), api_base: trap.url, base_url: trap.url }, { 'x-portkey-custom-host': trap.url });
    provider.answer(
      (_request, response) => void response.writeHead(307, { location: `${trap.url}/chat/completions` }).end(),
    );
    expect((await tollgate.chat(ask())).status).toBe(502);
    expect(trap.seen).toHaveLength(0);
  });

  test('H4 headers of the caller do not reach the provider', async () => {
    await tollgate.chat(ask(), {
      cookie: 'a=b',
      'openai-organization': 'org-x',
      'x-forwarded-for': '1.2.3.4',
      'idempotency-key': 'k',
      'x-amz-test': '1',
    });
    const names = Object.keys(provider.seen[0]?.headers ?? {});
    for (const name of ['cookie', 'openai-organization', 'x-forwarded-for', 'idempotency-key', 'x-amz-test'])
      expect(names).not.toContain(name);
  });

  test('L1 no secret and no prompt stands in the log, the spool or the metrics', async () => {
    const prompt = 'PROMPTCANARY';
    const headers = { 'user-agent': prompt, 'x-any': prompt, cookie: prompt, traceparent: prompt };
    await tollgate.chat({ model: 'one', messages: [{ role: 'user', content: prompt }] }, headers);
    await tollgate.chat({ model: prompt.repeat(3), tools: prompt, messages: [] }, headers);
    await tollgate.fetch(`/v1/${prompt}?${prompt}`, { headers });
    await tollgate.fetch('/v1/embeddings', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'one', input: prompt }),
    });
    provider.answer(errorAnswer(500, `${CANARY} ${prompt}`));
    await tollgate.chat(ask());
    provider.answer(whole(prompt));
    await tollgate.chat(ask());
    provider.answer((_request, response) => {
      sse(response);
      response.write(chunk({ content: prompt }));
      response.end(`data: ${prompt}\n\n`);
    });
    await (await tollgate.chat(ask(true))).text();
    const metrics = await (await tollgate.admin('/metrics')).text();
    expect(metrics).toContain('tollgate_');
    const spool = await spoolText(tollgate.folder);
    for (const text of [tollgate.log(), metrics, spool]) {
      expect(text).not.toContain('sk-CANARY');
      expect(text).not.toContain(testKey);
      expect(text).not.toContain('admin-key-of');
    }
    for (const text of [tollgate.log(), metrics, spool]) expect(text).not.toContain(prompt);
  });
});

async function spoolText(folder: string): Promise<string> {
  const names = await readdir(`${folder}/data/spool`);
  return (await Promise.all(names.map(name => readFile(`${folder}/data/spool/${name}`, 'utf8')))).join('\n');
}
