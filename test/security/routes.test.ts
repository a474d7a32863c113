import { METHODS } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildGateway, type GatewayDependencies } from '../../src/gateway/app.ts';
import { RecentCalls } from '../../src/gateway/metering/recent-calls.ts';
import { openStages } from '../../src/gateway/open-stages.ts';
import { type FakeProvider, fakeProvider } from '../support/fake-provider.ts';
import { bearer, firstAnswer } from '../support/first-answer.ts';
import { quietLogger } from '../support/quiet-logger.ts';
import { type RawAnswer, rawExchange } from '../support/raw-exchange.ts';
import { routesOf } from '../support/routes-of.ts';
import { startTestTollgate, type TestTollgate } from '../support/tollgate.ts';
import { crlf, farewell, ordinary } from './http-corpus/requests.ts';

let provider: FakeProvider;
let tollgate: TestTollgate;
let port: number;

/** What answers without a key. A route that joins them is a decision. */
const open = ['/healthz', '/readyz'];
const routes = routesOf(buildGateway(unused())).map(({ url, methods }) => ({
  url,
  target: url.replace('/*', '/fast').replace(':id', 'x'),
  methods: methods.filter(method => method !== 'HEAD'),
}));
const inventedKey = bearer('sk-real-looking-0123456789');
const call = JSON.stringify({ model: 'box/m', messages: [{ role: 'user', content: 'hi' }] });

/** For an application that is only asked for its routes. */
function unused(): GatewayDependencies {
  const never = () => {
    throw new Error('nothing is served here');
  };
  const upstream = { send: never, close: never };
  const spool = { started: never, finished: never, ready: true, problem: null, close: never };
  const observer = { open: never, call: never, attempt: never, refused: never };
  return {
    identify: never,
    snapshot: () => null,
    stages: openStages({ network: upstream, spool, recent: new RecentCalls(), observer, logger: quietLogger }),
    problems: () => [],
    leaving: () => false,
    stopping: () => false,
    spendOfKey: never,
    callOfKey: never,
  };
}

const send = (method: string, target: string, ...headers: readonly string[]): Promise<RawAnswer> => {
  const body = method === 'POST' ? call : '';
  const framing = body === '' ? [] : ['Content-Type: application/json', `Content-Length: ${body.length}`];
  return firstAnswer(port, crlf(`${method} ${target} HTTP/1.1`, 'Host: gateway', ...headers, ...framing, '') + body);
};

describe.each(['node', 'direct'] as const)('threats at routes (listener: %s)', listener => {
  beforeAll(async () => {
    provider = await fakeProvider();
    tollgate = await startTestTollgate(
      `
providers: { box: { adapter: openai-compatible, base_url: "${provider.url}", keys: ["sk-provider-0000"] } }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
`,
      {},
      { listener },
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

  test('K4 every route wants a key but those that are meant to be open', async () => {
    expect(routes.length).toBeGreaterThan(15);
    const without: string[] = [];
    for (const { url, target, methods } of routes) {
      for (const method of methods) if ((await send(method, target)).status !== 401) without.push(url);
    }
    expect(without.sort()).toEqual(open);
    expect(provider.seen).toHaveLength(0);
  });

  test('K3 a key that is not ours opens no route and reaches no provider', async () => {
    for (const { target, methods } of routes.filter(route => !open.includes(route.url))) {
      for (const method of methods) {
        // Guessing is slowed down after a while, which is no way in either.
        expect([401, 429]).toContain((await send(method, target, inventedKey)).status);
      }
    }
    expect(provider.seen).toHaveLength(0);
  });

  const odd: readonly [name: string, lines: readonly string[]][] = [
    ['a Host with a path and a query', ['Host: a/?x=']],
    ['a Host that is a user and a host', ['Host: gateway@other']],
    ['two Hosts', ['Host: a', 'Host: b']],
    ['two Hosts that are the same', ['Host: a', 'Host: a']],
    ['no Host', []],
    ['an empty Host', ['Host: ']],
    ['a list of Hosts', ['Host: a, b']],
  ];
  test.each(odd)('K4 %s is refused, key or no key', async (_name, lines) => {
    for (const key of [[], [bearer()]]) {
      for (const line of ['GET /v1/models HTTP/1.1', 'POST /v1/chat/completions HTTP/1.1', 'GET /% HTTP/1.1']) {
        const answers = await rawExchange(port, [crlf(line, ...lines, ...key, '')], { answers: 2, last: farewell });
        expect(answers.map(({ status }) => status)).toEqual([400]);
      }
    }
    expect(provider.seen).toHaveLength(0);
  });

  test.each([
    'http://evil/v1/models',
    'https://gateway/v1/models',
    'http://gateway/healthz',
    'HTTP://gateway/v1/models',
    'gateway:443',
    '*',
    '?/v1/models',
  ])('K4 the target %s is refused, key or no key', async target => {
    for (const key of [[], [bearer()]]) {
      const bytes = crlf(`GET ${target} HTTP/1.1`, 'Host: gateway', ...key, '');
      const answers = await rawExchange(port, [bytes], { answers: 2, last: farewell });
      expect(answers.map(({ status }) => status)).toEqual([400]);
    }
  });

  test.each([
    '/%761/models',
    '/v1/%6dodels',
    '//v1/models',
    '/v1//models',
    '/v1/models/',
    '/v1/models;x',
    '/v1/models;/healthz',
    '/V1/models',
    '/v1/models%2F',
    '/v1%2Fmodels',
    '/healthz/../v1/models',
    '/healthz%2f..%2fv1%2fmodels',
    '/healthz/..;/v1/models',
    '/readyz%00/v1/models',
    '/v1/models?x=/healthz',
    '/./v1/models',
    '/%',
  ])('K4 %s without a key is no way in', async target => {
    expect([401, 404]).toContain((await send('GET', target)).status);
  });

  test('K4 what stands behind the path of an open route is not read as another', async () => {
    for (const target of ['/healthz?/v1/models', '/healthz?url=/v1/models', '/healthz?/../v1/models']) {
      expect((await send('GET', target)).body).toBe('{"status":"ok"}');
    }
  });

  test.each(['PATCH', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'QUERY', 'PROPFIND', 'PURGE', 'M-SEARCH', 'SOURCE'])(
    'H8 %s is answered on no route, and with few words',
    async method => {
      expect(METHODS).toContain(method);
      for (const target of [...routes.map(route => route.target), '/', '/nowhere', '/%']) {
        const { status, headers, body } = await send(method, target, bearer());
        expect([404, 405]).toContain(status);
        expect(body.length).toBeLessThan(400);
        // Clients of one dialect look for the request id under another name.
        const names = Object.keys(headers).filter(name => name !== 'request-id');
        expect(names.sort()).toEqual([
          'cache-control',
          'connection',
          'content-length',
          'content-security-policy',
          'content-type',
          'date',
          'keep-alive',
          'x-content-type-options',
          'x-request-id',
        ]);
      }
    },
  );

  test('H8 CONNECT gets no tunnel, and an unknown method no answer but a refusal', async () => {
    const connected = await rawExchange(port, [`CONNECT gateway:443 HTTP/1.1\r\nHost: gateway:443\r\n\r\n`]);
    expect(connected.map(({ status }) => status).filter(status => status < 400)).toEqual([]);
    const unknown = await rawExchange(port, ['DEBUG / HTTP/1.1\r\nHost: gateway\r\n\r\n']);
    expect(unknown.map(({ status }) => status)).toEqual([400]);
  });

  test('H8 an upgrade is not taken: h2c, websocket and their prefaces', async () => {
    for (const headers of [
      ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'],
      [
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      ],
    ]) {
      const answer = await send('POST', '/v1/chat/completions', bearer(), ...headers);
      expect(answer.status).toBe(200);
      expect(answer.headers).not.toHaveProperty('upgrade');
    }
    const preface = await rawExchange(port, ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n']);
    expect(preface.map(({ status }) => status)).toEqual([400]);
  });

  test('H8 only 100-continue is expected of us', async () => {
    const [first, second] = await rawExchange(port, [ordinary('one', undefined, 'Expect: 100-continue')], {
      answers: 2,
      last: farewell,
    });
    expect([first?.status, second?.status]).toEqual([100, 200]);
    const refused = await firstAnswer(port, ordinary('one', undefined, 'Expect: 200-ok'));
    expect([refused.status, refused.body.length < 200]).toEqual([417, true]);
  });
});
