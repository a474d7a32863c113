import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { providers } from '../../providers/index.ts';
import { toNeutral } from '../../src/gateway/dialects/openai-chat/neutral/index.ts';
import { requestHead } from '../../src/gateway/upstream/direct/request-head.ts';
import { requestFrame } from '../../src/gateway/upstream/request-frame.ts';
import { ownHop } from '../../src/gateway/upstream/via.ts';
import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import { GatewayError } from '../../src/spec/gateway-error.ts';
import { providerHeaders } from '../../src/spec/limits.ts';
import { isModelName } from '../../src/spec/names.ts';
import type { Codec, Provider } from '../../src/spec/provider.ts';
import { Secret } from '../../src/spec/secret.ts';
import type { Target } from '../../src/spec/snapshot.ts';
import { generatedRequests } from '../differential/generated-requests.ts';
import { type FakeProvider, fakeProvider } from '../support/fake-provider.ts';
import { bearer, callWith, firstAnswer } from '../support/first-answer.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';

/** Adapters that speak over the network. */
const adapters = [...providers.values()].filter(adapter => adapter.local === undefined);
const key = { label: 'box#0', secret: new Secret('sk-provider-0123456789') };

const targetOf = (adapter: Provider, model: string, basePath = '/v1/base'): Target => ({
  provider: {
    name: 'box',
    adapter,
    origin: 'https://provider.example',
    basePath,
    keys: [key],
    keyless: false,
    models: new Set(),
    pricesFrom: 'box',
  },
  model,
  name: `box/${model}`,
  weight: 1,
});

const codecsOf = ({ operations }: Provider): readonly Codec[] =>
  Object.values(operations).flatMap(codec => [codec, ...(codec.otherwise ?? []).map(other => other.codec)]);

/** Every frame that an adapter gives: each operation, streamed or not, with a key or without. */
const framesOf = (adapter: Provider, model: string, basePath?: string) =>
  codecsOf(adapter).flatMap(codec =>
    [true, false].flatMap(stream =>
      [key, null].map(each => requestFrame(targetOf(adapter, model, basePath), codec, each, stream)),
    ),
  );

/** What the adapter adds for one request; none for one that it refuses. */
function headersFor(adapter: Provider, request: ChatRequest): readonly (readonly string[])[] {
  try {
    return codecsOf(adapter).map(({ chat }) => chat?.toProvider(request, 'm').headers ?? []);
  } catch (error) {
    if (error instanceof GatewayError) return [];
    throw error;
  }
}

const namesOf = (headers: readonly string[]) => headers.filter((_, index) => index % 2 === 0);
const twice = (names: readonly string[]) => names.filter((name, index) => names.indexOf(name) !== index);

/** What an adapter may add: its credential, the version of its dialect, and what is asked for in a header alone. */
const ofAdapters = [
  'authorization',
  'api-key',
  'x-api-key',
  'x-goog-api-key',
  'anthropic-version',
  'anthropic-beta',
  'x-vertex-ai-llm-shared-request-type',
];
const listed = new Set([...Object.keys(providerHeaders), 'accept', 'via', ...ofAdapters]);

describe.each(adapters.map(adapter => [adapter.id, adapter] as const))('requests of %s', (_id, adapter) => {
  test('H5 no header stands twice, none says how the message is framed, and every name is lower-case and listed', () => {
    const requests = generatedRequests(40, 7).map(({ value }) => toNeutral(value).request);
    const added = requests.flatMap(request => headersFor(adapter, request));
    expect(added.length).toBeGreaterThan(0);
    for (const { headers, path } of framesOf(adapter, 'm')) {
      for (const more of added) {
        const all = [...headers, ...more];
        const names = namesOf(all);
        expect(twice(names.map(name => name.toLowerCase()))).toEqual([]);
        expect(names.filter(name => !listed.has(name))).toEqual([]);
        // Refuses what frames a message, and what is no header.
        const request = { origin: 'https://provider.example', path, method: 'POST', headers: all, body: null } as const;
        expect(requestHead(request, 'provider.example')).not.toContain('content-length');
      }
    }
  });

  test('J6 whatever name a model has, its URL stays below the base URL and is read as it is written', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9._:@+~=-]{1,12}$/);
    const model = fc.array(part, { minLength: 1, maxLength: 5 }).map(parts => parts.join('/'));
    const odd = fc.constantFrom('a/...', '.../x', '.hidden/x', 'a:b@c', '~/x', 'a=1', '@', ':', 'x.', '..a/b..', '-');
    fc.assert(
      fc.property(fc.oneof(model, odd), fc.constantFrom('/v1/base', '', '/a/b'), (name, basePath) => {
        fc.pre(isModelName(name));
        for (const { path } of framesOf(adapter, name, basePath)) {
          const url = new URL(path, 'https://provider.example');
          expect(url.origin).toBe('https://provider.example');
          expect(url.pathname + url.search).toBe(path);
          expect(path.startsWith(`${basePath}/`)).toBe(true);
          expect(path).not.toMatch(/\/\.{1,2}(\/|$)|%2e|#|[^!-~]/i);
        }
      }),
      { numRuns: 60 },
    );
  });
});

test('J6 a path that leaves the base URL is sent nowhere, whatever adapter gives it', () => {
  const codec = (path: string) => ({ native: 'openai-chat' as const, quirks: [], path: () => path });
  for (const path of [
    '/../keys',
    '/a/../../keys',
    '/./x',
    '/%2e%2e/keys',
    '/a\\..\\..\\x',
    '/a#b',
    '/a b',
    '//x/..',
    'x',
    '@evil.example/',
  ]) {
    const target = targetOf(adapters[0]!, 'm');
    expect(() => requestFrame(target, codec(path), key, false)).toThrow('model');
  }
  expect(requestFrame(targetOf(adapters[0]!, 'm'), codec('/a/b?c=d'), key, false).path).toBe('/v1/base/a/b?c=d');
});

let provider: FakeProvider;
let tollgate: TestTollgate;

/** Headers that would choose an account, change the framing, or tell who calls; and some that are only odd. */
const callers = [
  'Cookie: a=CANARY',
  'OpenAI-Organization: CANARY',
  'OpenAI-Project: CANARY',
  'X-Goog-User-Project: CANARY',
  'X-Amz-Security-Token: CANARY',
  'X-Forwarded-For: 192.0.2.1',
  'X-Forwarded-Host: CANARY',
  'Forwarded: for=CANARY',
  'Via: 1.1 CANARY',
  'Origin: https://CANARY.example',
  'Referer: https://CANARY.example/',
  'Baggage: a=CANARY',
  'Traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  'Idempotency-Key: CANARY',
  'User-Agent: CANARY',
  'Accept: text/CANARY',
  'Accept-Encoding: gzip, CANARY',
  'Accept-Language: CANARY',
  'Proxy-Authorization: Basic CANARY',
  'Connection: keep-alive',
  'Keep-Alive: CANARY',
  'If-None-Match: "CANARY"',
  'X-Any: CANARY',
  'X-Stainless-Lang: CANARY',
];

describe.each(['node', 'direct'] as const)('requests to providers (listener: %s)', listener => {
  const rows = adapters.map(
    ({ id }) => `  p-${id}: { adapter: ${id}, base_url: "BASE", keys: ["sk-provider-0123456789"] }`,
  );

  beforeAll(async () => {
    provider = await fakeProvider((_request, response) => void response.writeHead(400).end());
    tollgate = await startTestTollgate(
      `
providers:
${rows.join('\n').replaceAll('BASE', provider.url)}
models: { one: { retries: 0, targets: [{ model: p-openai/m }] } }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
`,
      {},
      { listener },
    );
  });
  afterAll(async () => {
    await tollgate.stop();
    await provider.close();
  });
  beforeEach(() => {
    provider.seen.length = 0;
  });
  const port = () => Number(new URL(tollgate.url).port);
  const send = (model: string, headers: readonly string[]) =>
    firstAnswer(port(), callWith([bearer(), ...headers], { model, messages: [{ role: 'user', content: 'hi' }] }));

  test('H4 of what a caller sends in headers nothing reaches a provider, whichever it is', async () => {
    for (const { id } of adapters) {
      await send(`p-${id}/m`, callers);
      const [request] = provider.seen.splice(0);
      const names = namesOf(request!.rawHeaders).map(name => name.toLowerCase());
      const framing = ['host', 'connection', 'content-length'];
      expect([id, names.filter(name => !listed.has(name) && !framing.includes(name))]).toEqual([id, []]);
      expect([id, twice(names)]).toEqual([id, []]);
      expect(request!.rawHeaders.join('\n')).not.toMatch(/CANARY|192\.0\.2/);
      expect(request!.rawHeaders.join('\n')).not.toContain(testKey);
      expect(request!.headers).toMatchObject({
        via: ownHop,
        'accept-encoding': 'identity',
        'user-agent': 'tollgate/0.1',
      });
    }
  });

  test('H4 of a caller of the Messages dialect two headers reach a provider that speaks it, and no other one', async () => {
    const body = { max_tokens: 1, messages: [{ role: 'user', content: 'hi' }] };
    const own = ['Anthropic-Version: 2024-01-01', 'Anthropic-Beta: a-1,accept', 'Anthropic-Beta: b-2'];
    for (const { id, operations } of adapters) {
      await firstAnswer(
        port(),
        callWith([bearer(), ...callers, ...own], { ...body, model: `p-${id}/m` }, '/v1/messages'),
      );
      const [request] = provider.seen.splice(0);
      expect(request!.rawHeaders.join('\n')).not.toMatch(/CANARY|192\.0\.2/);
      expect(request!.rawHeaders.join('\n')).not.toContain(testKey);
      expect(twice(namesOf(request!.rawHeaders).map(name => name.toLowerCase()))).toEqual([]);
      const { accept, 'anthropic-version': version, 'anthropic-beta': beta } = request!.headers;
      const speaks = operations.chat?.native === 'anthropic-messages';
      const told = speaks ? ['2024-01-01', 'a-1,accept, b-2'] : [undefined, undefined];
      expect([id, accept, version, beta]).toEqual([id, 'application/json', ...told]);
    }
  });

  test('H4 what cannot stand in one of them is refused by its name', async () => {
    const body = { model: 'p-anthropic/m', max_tokens: 1, messages: [{ role: 'user', content: 'hi' }] };
    for (const odd of ['Anthropic-Beta: \xe9', 'Anthropic-Version: \xff', `Anthropic-Beta: ${'x'.repeat(9_000)}`]) {
      const answer = await firstAnswer(port(), callWith([bearer(), odd], body, '/v1/messages'));
      expect([answer.status, answer.body]).toEqual([400, expect.stringMatching(/anthropic-(beta|version)/)]);
    }
    expect(provider.seen).toEqual([]);
  });

  test('H4 headers beyond ASCII, and line ends in them, reach no provider', async () => {
    await send('one', ['Anthropic-Beta: \xe9', 'OpenAI-Beta: \xe9\xff', 'X-Any: gr\xfc\xdfe']);
    expect(provider.seen[0]!.rawHeaders.join('\n')).not.toMatch(/[^\n -~]|beta/i);
    provider.seen.length = 0;
    for (const odd of ['X-Any: a\rX-Evil: b', 'X-Any: a\nX-Evil: b', 'X-Any: a\0b']) {
      expect((await send('one', [odd])).status).toBe(400);
    }
    expect(provider.seen).toEqual([]);
  });

  test.each(['a\r\nX-Evil: y', 'a\nb', 'a\rb', 'a\0b', 'one\r\n\r\nGET /admin HTTP/1.1', 'é', 'a b', 'one\t'])(
    'H4 the model name %j is refused',
    async model => {
      for (const name of [model, `p-gemini/${model}`, `p-openai/${model}`]) {
        expect((await send(name, [])).status).toBe(400);
      }
      expect(provider.seen).toEqual([]);
    },
  );
});
