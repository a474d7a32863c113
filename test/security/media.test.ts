import { createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { scanBody } from '../../src/gateway/body/scan-body.ts';
import type { Call } from '../../src/gateway/call.ts';
import { renderChatError } from '../../src/gateway/dialects/openai-chat/errors.ts';
import { fetchPublic, publicFetcher } from '../../src/gateway/media/fetch-public.ts';
import { inlineMedia } from '../../src/gateway/media/inline-media.ts';
import { GatewayError } from '../../src/spec/gateway-error.ts';
import type { ConfiguredProvider } from '../../src/spec/snapshot.ts';
import { lookupOf, PNG, PUBLIC, type PublicServer, publicServer, sendPng } from '../gateway/media/public-server.ts';
import { type FakeProvider, fakeProvider } from '../support/fake-provider.ts';
import { startTestTollgate, type TestTollgate } from '../support/tollgate.ts';

let trap: PublicServer;
const signal = new AbortController().signal;

beforeAll(async () => {
  trap = await publicServer();
});
afterAll(() => trap.close());

const failure = async (fetching: Promise<unknown>): Promise<GatewayError> => {
  const error = await fetching.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof GatewayError)) throw new TypeError('it was fetched, or failed in another way');
  return error;
};

/** What names lead to in the tests. */
const names: Readonly<Record<string, readonly string[]>> = {
  'loopback.example': ['127.0.0.1'],
  'any.example': ['0.0.0.0'],
  'private.example': ['10.1.2.3'],
  'metadata.example': ['169.254.169.254'],
  'mixed.example': [PUBLIC, '192.168.1.1'],
  'six.example': ['::1'],
  'mapped.example': ['::ffff:127.0.0.1'],
  'nat64.example': ['64:ff9b::7f00:1'],
  'sixtofour.example': ['2002:7f00:1::'],
  'zone.example': ['fe80::1%lo'],
  'unique.example': ['fd00::1'],
  'nothing.example': [],
};

const addresses = [
  'https://127.0.0.1/',
  'https://127.1/',
  'https://0x7f.1/',
  'https://0x7f000001/',
  'https://2130706433/',
  'https://0177.0.0.1/',
  'https://127。0。0。1/',
  'https://①②⑦.⓪.⓪.①/',
  'https://%31%32%37.0.0.1/',
  'https://0/',
  'http://0/',
  'https://0.0.0.0/',
  'https://10.0.0.1/',
  'https://100.64.0.1/',
  'https://169.254.169.254/latest/meta-data/',
  'https://2852039166/',
  'https://172.16.0.1/',
  'https://192.168.1.1/',
  'https://192.0.0.192/',
  'https://198.18.0.1/',
  'https://224.0.0.1/',
  'https://255.255.255.255/',
  'https://[::]/',
  'https://[::1]/',
  'https://[::127.0.0.1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:a9fe:a9fe]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[64:ff9b:1::1]/',
  'https://[2002:7f00:1::]/',
  'https://[2001:db8::1]/',
  'https://[2001::1]/',
  'https://[fd00:ec2::254]/',
  'https://[fe80::1]/',
  'https://[fe80::1%25eth0]/',
  'https://[ff02::1]/',
  'https://localhost/',
  'https://LOCALHOST/',
  'https://localhost./',
  'https://a.localhost/',
  'https://cdn.example./a.png',
  'https://metadata/',
  'https://metadata.google.internal/computeMetadata/v1/',
  'https://kubernetes.default.svc.cluster.local/',
  'https://redis/',
  'http://cdn.example/a.png',
  'http://cdn.example:443/a.png',
  'https://cdn.example:80/a.png',
  'https://cdn.example:8443/a.png',
  'https://user:word@cdn.example/a.png',
  'https://cdn.example@127.0.0.1/a.png',
  'https://127.0.0.1\\@cdn.example/a.png',
  'file:///etc/passwd',
  'data:image/png;base64,iVBORw0KGgo=',
  'gopher://cdn.example:443/_GET',
  'ftp://cdn.example/a.png',
  'blob:https://cdn.example/a',
  'unix:///run/postgresql/.s.PGSQL.5432',
  'javascript:alert(1)',
  '//cdn.example/a.png',
  'cdn.example/a.png',
  'https://',
  '',
  `https://cdn.example/${'a'.repeat(9_000)}`,
  ...Object.keys(names).map(name => `https://${name}/a.png`),
];

describe('where a file may be', () => {
  test('S2 the table is long enough to count', () => expect(addresses.length).toBeGreaterThanOrEqual(40));

  test.for(addresses)('S2 a file is not fetched from %s', async address => {
    const before = trap.connections();
    const error = await failure(publicFetcher(trap.way(names))(address, { signal }));

    expect(error.code).toBe('media_unreachable');
    expect(trap.connections()).toBe(before);
  });

  test('S2 a file is not fetched from an address of this machine, by the way that the gateway takes', async () => {
    for (const address of ['https://127.0.0.1/', 'https://[::1]/', 'https://0x7f.1/', 'https://localhost/']) {
      expect((await failure(fetchPublic(address, { signal }))).code).toBe('media_unreachable');
    }
  });

  test('S2 a file is not fetched from where a name leads the second time', async () => {
    let asked = 0;
    const lookup = lookupOf(() => (asked++ === 0 ? [PUBLIC] : ['127.0.0.1']));
    const fetch = publicFetcher(trap.way({}, { lookup }));
    const before = trap.connections();

    expect((await fetch('https://rebinding.example/a.png', { signal })).mediaType).toBe('image/png');
    expect(trap.connections()).toBe(before + 1);
    expect((await failure(fetch('https://rebinding.example/a.png', { signal }))).code).toBe('media_unreachable');
    expect(trap.connections()).toBe(before + 1);
  });

  test('S2 a connection leads where the name led when it was checked, however often it changes', async () => {
    const reached: string[] = [];
    let asked = 0;
    const way = trap.way(
      {},
      {
        lookup: lookupOf(() => (asked++ === 0 ? [PUBLIC] : ['127.0.0.1'])),
        reach: ({ address }) => {
          reached.push(address);
          return { address: '127.0.0.1', family: 4 };
        },
      },
    );
    await publicFetcher(way)('https://rebinding.example/a.png', { signal });

    expect({ asked, reached }).toEqual({ asked: 1, reached: [PUBLIC] });
  });

  test('S2 a redirect to a private name is not followed', async () => {
    trap.answer((_request, response) => void response.writeHead(307, { location: 'https://private.example/' }).end());
    trap.asked.length = 0;
    const error = await failure(publicFetcher(trap.way(names))('https://cdn.example/a.png', { signal }));
    trap.answer(sendPng);

    expect(error.code).toBe('media_unreachable');
    expect(trap.asked.length).toBe(1);
  });
});

describe('what a refusal tells', () => {
  test('S3 a refusal reads the same, whatever is wrong', async () => {
    const closed = await closedPort();
    trap.answer((request, response) => {
      const status = request.url === '/forbidden' ? 403 : 200;
      response.writeHead(status, { 'content-type': 'text/html' }).end('secret of 10.1.2.3');
    });
    const fetch = publicFetcher(trap.way(names));
    const errors = [
      await failure(
        publicFetcher(trap.way({}, { originOf: () => `http://cdn.example:${closed}` }))('https://cdn.example/', {
          signal,
        }),
      ),
      await failure(fetch('https://cdn.example/forbidden', { signal })),
      await failure(fetch('https://cdn.example/page', { signal })),
      await failure(fetch('https://private.example/', { signal })),
      await failure(fetch('https://nothing.example/', { signal })),
      await failure(fetch('https://10.1.2.3/', { signal })),
      await failure(fetch('nonsense', { signal })),
    ];
    trap.answer(sendPng);
    const told = errors.map(error => [error.status, error.retryAfter, renderChatError(error, 'r').toString()]);

    expect(new Set(told.map(each => JSON.stringify(each))).size).toBe(1);
    expect(JSON.stringify(told)).not.toMatch(/10\.1|403|private|ECONN/);
    expect(new Set(errors.map(({ detail }) => detail)).size).toBeGreaterThan(3);
  });
});

describe('files that callers point to', () => {
  let tollgate: TestTollgate;
  let provider: FakeProvider;
  let inside: FakeProvider;
  /** Own model servers, whatever dialect they speak. */
  const own = ['box', 'llama', 'serving'] as const;

  beforeAll(async () => {
    provider = await fakeProvider();
    inside = await fakeProvider();
    tollgate = await startTestTollgate(`
providers:
  box: { adapter: openai-compatible, base_url: "${provider.url}", keys: ["sk-provider-0000"] }
  llama: { adapter: ollama, base_url: "${provider.url}" }
  serving: { adapter: vllm, base_url: "${provider.url}" }
  relay: { adapter: openai, base_url: "${provider.url}", keys: ["sk-provider-0000"] }
  far: { adapter: gemini, base_url: "${provider.url}", keys: ["sk-provider-0000"] }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
`);
  });
  afterAll(async () => {
    await tollgate.stop();
    await Promise.all([provider.close(), inside.close()]);
  });
  beforeEach(() => {
    for (const { seen } of [provider, inside]) seen.length = 0;
  });

  const ask = (name: string, content: unknown) =>
    tollgate.chat({ model: `${name}/m`, messages: [{ role: 'user', content }] });
  const image = (url: string) => [
    { type: 'text', text: 'what is at http://127.0.0.1/?' },
    { type: 'image_url', image_url: { url } },
  ];

  test.each([
    'https://127.0.0.1/a.png',
    'https://[::ffff:7f00:1]/a.png',
    'https://0x7f.1/a.png',
    'https://169.254.169.254/latest/meta-data/',
    'https://metadata.google.internal/computeMetadata/v1/',
    'http://INSIDE/a.png',
  ])('S2 S3 a picture at %s is the same 400 at a provider that wants its bytes and at an own server', async address => {
    const url = address.replace('INSIDE', `127.0.0.1:${inside.port}`);
    const told: string[] = [];
    for (const name of ['far', ...own]) {
      const reply = await ask(name, image(url));
      expect([name, reply.status]).toEqual([name, 400]);
      told.push(await reply.text());
    }
    expect([...new Set(told)]).toEqual([renderChatError(new GatewayError('media_unreachable'), '').toString()]);
    expect([...provider.seen, ...inside.seen]).toEqual([]);
  });

  const places = () => `http://127.0.0.1:${inside.port}/secret`;
  test.each<[name: string, part: (url: string) => unknown]>([
    ['a bare address', url => ({ type: 'image_url', image_url: url })],
    ['another kind of media', url => ({ type: 'video_url', video_url: { url } })],
    ['a part without type', url => ({ image_url: url })],
    ['letters of other cases', url => ({ type: 'image_url', Image_URL: { URL: url } })],
    ['a text that is none', url => ({ type: 'text', text: 'x', image_url: { url } })],
    ['space before it', url => ({ type: 'image_url', image_url: { url: ` ${url}` } })],
    ['a file of the server', () => ({ type: 'image_url', image_url: { url: 'file:///etc/passwd' } })],
    ['another scheme', url => ({ type: 'image_url', image_url: { url: url.replace('http', 'gopher') } })],
    ['a file with an address for data', url => ({ type: 'file', file: { file_data: url } })],
    [
      'a result of a tool',
      url => ({ type: 'tool_result', content: [{ type: 'image', source: { type: 'url', url } }] }),
    ],
  ])('S2 an own server is never handed an address, as %s', async (_name, part) => {
    for (const name of own) {
      for (const content of [[part(places())], part(places())]) {
        expect([name, (await ask(name, content)).status]).toEqual([name, 400]);
      }
    }
    expect([...provider.seen, ...inside.seen]).toEqual([]);
  });

  test('S2 an own server is never handed an address that is spelt with escapes', async () => {
    const escaped = (text: string) => text.replaceAll(/[a-z/:]/g, char => `\\u00${char.charCodeAt(0).toString(16)}`);
    const spelt = `{"model":"box/m","messages":[{"role":"user","${escaped('content')}" : [{"${escaped('image_url')}":{"url":"${escaped(places())}"}}]}]}`;
    const spaced = `{"model":"box/m","messages":[{"role":"user","content"${' '.repeat(99)}:[{"image_url":{"url":"http:\\/\\/127.0.0.1:${inside.port}"}}]}]}`;
    const cased = spaced.replace('"content"', '"CONTENT"');
    for (const body of [spelt, spaced, cased]) {
      const reply = await tollgate.fetch('/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      expect([reply.status, await reply.text()]).toEqual([400, expect.stringContaining('media_unreachable')]);
    }
    expect([...provider.seen, ...inside.seen]).toEqual([]);
  });

  test('S2 S3 a name that leads nowhere is the same 400, but at a server of this machine, which knows it as little', async () => {
    const url = 'https://no-such-name.invalid/a.png';
    const refused = await ask('far', image(url));
    expect([refused.status, await refused.text()]).toEqual([
      400,
      renderChatError(new GatewayError('media_unreachable'), '').toString(),
    ]);
    expect(provider.seen).toEqual([]);
    expect((await ask('box', image(url))).status).toBe(200);
    expect((await ask('box', [...image(url), ...image(places())])).status).toBe(400);
    expect(provider.seen).toHaveLength(1);
  });

  test('S2 what is no address reaches an own server as it was sent, and a vendor reads addresses for itself', async () => {
    const data = 'data:image/png;base64,iVBORw0KGgo=';
    for (const name of own) expect((await ask(name, image(data))).status).toBe(200);
    for (const name of own) expect((await ask(name, 'see https://127.0.0.1/')).status).toBe(200);
    expect(provider.seen.map(({ body }) => body.messages)).toEqual([
      ...own.map(() => [{ role: 'user', content: image(data) }]),
      ...own.map(() => [{ role: 'user', content: 'see https://127.0.0.1/' }]),
    ]);
    provider.seen.length = 0;
    expect((await ask('relay', image('https://cdn.example/a.png'))).status).toBe(200);
    expect(provider.seen[0]!.text).toContain('https://cdn.example/a.png');
  });
});

test('S2 an own server gets the bytes of a public file in the place of its address, each file once', async () => {
  const bytes = PNG.toString('base64');
  const url = 'https://cdn.example/a.png';
  const body = {
    model: 'm',
    messages: [{ role: 'user', content: [{ image_url: { url } }, { image_url: url, text: url }] }],
  };
  const scan = scanBody(Buffer.from(JSON.stringify(body)));
  const call = { parsed: { scan }, onGone: null } as unknown as Call;
  const elsewhere = { origin: 'http://gpu-box:8000' } as ConfiguredProvider;
  trap.asked.length = 0;
  const messages = await inlineMedia(call, elsewhere, publicFetcher(trap.way(names)));

  expect(JSON.parse(messages!)).toEqual([
    {
      role: 'user',
      content: [
        { image_url: { url: `data:image/png;base64,${bytes}` } },
        { image_url: `data:image/png;base64,${bytes}`, text: url },
      ],
    },
  ]);
  expect(trap.asked.map(({ path }) => path)).toEqual(['/a.png']);
});

/** A port of this machine that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 1;
}
