import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  chatAnswer,
  chunk,
  errorAnswer,
  type FakeProvider,
  fakeProvider,
  type Script,
  sse,
} from '../support/fake-provider.ts';
import { startTestTollgate, type TestTollgate } from '../support/tollgate.ts';

let a: FakeProvider;
let b: FakeProvider;
let tollgate: TestTollgate;

const hang: Script = () => {};
const reset: Script = (_request, response: ServerResponse) => void response.socket?.resetAndDestroy();

const failures: readonly [string, Script, string][] = [
  ['answers 500', errorAnswer(500), 'upstream_error'],
  ['answers 503', errorAnswer(503), 'upstream_error'],
  ['answers 429 with retry-after', errorAnswer(429, 'slow down', { 'retry-after': '30' }), 'rate_limit_exceeded'],
  ['refuses our key', errorAnswer(401, 'Incorrect API key'), 'provider_auth'],
  ['resets the connection', reset, 'upstream_reset'],
  ['hangs', hang, 'upstream_timeout'],
  [
    'answers with an HTML page',
    (_r, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    'upstream_invalid',
  ],
  [
    'answers with nothing',
    (_r, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(),
    'upstream_invalid',
  ],
  [
    'redirects',
    (_r, response) => void response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
    'upstream_redirect',
  ],
];

const policies: Readonly<Record<string, string>> = {
  backed: '{ retries: 0, targets: [{ model: a-backed/m }], fallbacks: [{ model: b/m }] }',
  alone: '{ retries: 1, targets: [{ model: a-alone/m }] }',
  limited: '{ retries: 1, targets: [{ model: a-limited/m }] }',
};

/** A provider and an alias of its own for every case, so that what one case teaches does not steer the next. */
const cases = [
  ...failures.flatMap((_, index) => [`f${index}`, `s${index}`]),
  'early',
  'late',
  'backed',
  'wrong',
  'silent',
  'alone',
  'limited',
];

beforeAll(async () => {
  a = await fakeProvider();
  b = await fakeProvider(chatAnswer('from B'));
  tollgate = await startTestTollgate(`
providers:
${cases.map(name => `  a-${name}: { adapter: openai-compatible, base_url: "${a.url}", keys: ["sk-a-first-0000", "sk-a-second-000"] }`).join('\n')}
  b: { adapter: openai-compatible, base_url: "${b.url}", keys: ["sk-b-only-00000"] }
models:
${cases.map(name => `  ${name}: ${policies[name] ?? `{ targets: [{ model: a-${name}/m }, { model: b/m }], timeouts: { connect: 1s, first_token: 500ms, idle: 500ms, total: 20s } }`}`).join('\n')}
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
prices:
${cases.map(name => `  - { model: a-${name}/*, input: 100, output: 100 }`).join('\n')}
  - { model: b/*, input: 1, output: 2 }
`);
});
afterAll(async () => {
  await tollgate.stop();
  await Promise.all([a.close(), b.close()]);
});
afterEach(() => {
  a.seen.length = 0;
  b.seen.length = 0;
});

const ask = (model: string, stream = false) => ({ model, stream, messages: [{ role: 'user', content: 'hi' }] });
describe.each(failures.map((entry, index) => [...entry, index] as const))(
  'when the first target %s',
  (_name, script, code, index) => {
    test.each([false, true])(
      "the client gets the second one's answer (stream: %s), and the ledger has every attempt",
      async stream => {
        a.answer(script);
        const reply = await tollgate.chat(ask(`${stream ? 's' : 'f'}${index}`, stream));
        expect(reply.status).toBe(200);
        expect(await reply.text()).toContain('from');
        expect(reply.headers.get('x-tollgate-target')).toBe('b/m');
        const attempts = Number(reply.headers.get('x-tollgate-attempts'));
        const rows = await tollgate.ledger(reply.headers.get('x-request-id')!, attempts);
        expect(rows).toHaveLength(attempts);
        expect(rows.slice(0, -1).every(row => row.outcome === 'failed' && row.error === code)).toBe(true);
        // A provider that we gave up waiting for goes on and bills: that is booked as an estimate.
        const free = code !== 'upstream_timeout';
        expect(rows.slice(0, -1).every(row => (row.cost === '0') === free && row.estimated === !free)).toBe(true);
        expect(rows.at(-1)).toMatchObject({ outcome: 'finished', target: 'b/m', cost: '0.000022' });
        expect(rows.at(-1)?.retry_reason).not.toBe('');
      },
    );
  },
);

describe('failover', () => {
  test('replaces a stream that dies before its first content', async () => {
    a.answer((_request, response) => {
      sse(response);
      response.write(chunk({ role: 'assistant', content: '' }));
      setTimeout(() => response.destroy(), 20);
    });
    const text = await (await tollgate.chat(ask('early', true))).text();
    expect(text).toContain('from');
    expect(text.match(/"role":"assistant"/g)).toHaveLength(1);
  });

  test('does not replace a stream whose content the client has seen', async () => {
    a.answer((_request, response) => {
      sse(response);
      response.write(chunk({ role: 'assistant', content: 'from A' }));
      setTimeout(() => response.destroy(), 20);
    });
    const text = await (await tollgate.chat(ask('late', true))).text();
    expect(text).toContain('from A');
    expect(text).toContain('"error"');
    expect(text).not.toContain('[DONE]');
    expect(b.seen).toHaveLength(0);
  });

  test('takes the fallback when retries are used up', async () => {
    a.answer(errorAnswer(500));
    const reply = await tollgate.chat(ask('backed'));
    expect(reply.headers.get('x-tollgate-target')).toBe('b/m');
    expect(reply.headers.get('x-tollgate-attempts')).toBe('2');
  });

  test('asks a sole target again after a 500', async () => {
    let first = true;
    a.answer((request, response) => {
      const script = first ? errorAnswer(500) : chatAnswer('second try');
      first = false;
      return script(request, response);
    });
    const reply = await tollgate.chat(ask('alone'));
    expect(await reply.text()).toContain('second try');
    expect(reply.headers.get('x-tollgate-attempts')).toBe('2');
  });

  test('does not repeat what the caller got wrong', async () => {
    a.answer(errorAnswer(400, 'messages[0].content is bad'));
    const reply = await tollgate.chat(ask('wrong'));
    expect(reply.status).toBe(400);
    expect(await reply.text()).toContain('messages[0].content is bad');
    expect([a.seen.length, b.seen.length]).toEqual([1, 0]);
  });

  test('keeps status, message and retry-after of the last failure', async () => {
    a.answer(errorAnswer(429, 'slow down', { 'retry-after': '30' }));
    const reply = await tollgate.chat(ask('limited'));
    expect(reply.status).toBe(429);
    expect(reply.headers.get('retry-after')).toBe('30');
    expect(await reply.json()).toMatchObject({ error: { message: 'slow down' } });
  });

  test('ends a stream that falls silent with an error event', async () => {
    a.answer((_request, response) => {
      sse(response);
      response.write(chunk({ role: 'assistant', content: 'then nothing' }));
    });
    const text = await (await tollgate.chat(ask('silent', true))).text();
    expect(text).toContain('did not answer in time');
    expect(text).not.toContain('[DONE]');
  });
});
