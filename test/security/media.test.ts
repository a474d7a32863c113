import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderChatError } from '../../src/gateway/dialects/openai-chat/errors.ts';
import { fetchPublic, publicFetcher } from '../../src/gateway/media/fetch-public.ts';
import { GatewayError } from '../../src/spec/gateway-error.ts';
import { lookupOf, PUBLIC, type PublicServer, publicServer, sendPng } from '../gateway/media/public-server.ts';

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

describe('S2: where a file may be', () => {
  test('the table is long enough to count', () => expect(addresses.length).toBeGreaterThanOrEqual(40));

  test.for(addresses)('not at %s', async address => {
    const before = trap.connections();
    const error = await failure(publicFetcher(trap.way(names))(address, { signal }));

    expect(error.code).toBe('media_unreachable');
    expect(trap.connections()).toBe(before);
  });

  test('not at an address of this machine, by the way that the gateway takes', async () => {
    for (const address of ['https://127.0.0.1/', 'https://[::1]/', 'https://0x7f.1/', 'https://localhost/']) {
      expect((await failure(fetchPublic(address, { signal }))).code).toBe('media_unreachable');
    }
  });

  test('not where a name leads the second time', async () => {
    let asked = 0;
    const lookup = lookupOf(() => (asked++ === 0 ? [PUBLIC] : ['127.0.0.1']));
    const fetch = publicFetcher(trap.way({}, { lookup }));
    const before = trap.connections();

    expect((await fetch('https://rebinding.example/a.png', { signal })).mediaType).toBe('image/png');
    expect(trap.connections()).toBe(before + 1);
    expect((await failure(fetch('https://rebinding.example/a.png', { signal }))).code).toBe('media_unreachable');
    expect(trap.connections()).toBe(before + 1);
  });

  test('but where the name led when it was checked, however often it changes', async () => {
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

  test('not behind a redirect to a private name', async () => {
    trap.answer((_request, response) => void response.writeHead(307, { location: 'https://private.example/' }).end());
    trap.asked.length = 0;
    const error = await failure(publicFetcher(trap.way(names))('https://cdn.example/a.png', { signal }));
    trap.answer(sendPng);

    expect(error.code).toBe('media_unreachable');
    expect(trap.asked.length).toBe(1);
  });
});

describe('S3: what a refusal tells', () => {
  test('is the same, whatever is wrong', async () => {
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

/** A port of this machine that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 1;
}
