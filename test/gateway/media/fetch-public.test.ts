import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FetchOptions, publicFetcher, type Way } from '../../../src/gateway/media/fetch-public.ts';
import { limits } from '../../../src/spec/limits.ts';
import { lookupOf, PNG, PUBLIC, type PublicServer, publicServer, sendPng } from './public-server.ts';

let server: PublicServer;
const MIB = 1024 * 1024;

beforeAll(async () => {
  server = await publicServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.answer(sendPng);
  server.asked.length = 0;
});

const signal = new AbortController().signal;
const get = (url: string, way: Partial<Way> = {}, options: Partial<FetchOptions> = {}) =>
  publicFetcher(server.way({}, way))(url, { signal, ...options });
const refusal = expect.objectContaining({ code: 'media_unreachable', status: 400 });

describe('a public file', () => {
  test('is fetched with its type', async () => {
    server.answer((_request, response) => {
      response.writeHead(200, { 'content-type': 'image/PNG; a=b', 'set-cookie': 'a=b' });
      response.end(PNG);
    });

    expect(await get('https://cdn.example/a%20b.png?x=1#y')).toEqual({ mediaType: 'image/png', bytes: PNG });
    expect(server.asked.map(({ path }) => path)).toEqual(['/a%20b.png?x=1']);
  });

  test('is asked for with nothing of ours', async () => {
    await get('https://cdn.example:443/a.png');

    expect(Object.keys(server.asked[0]!.headers).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
    expect(server.asked[0]!.headers['accept-encoding']).toBe('identity');
  });

  test('is not asked of a proxy of the environment', async () => {
    const before = process.env.HTTP_PROXY;
    process.env.HTTP_PROXY = 'http://127.0.0.1:1';
    try {
      expect((await get('https://cdn.example/a.png')).mediaType).toBe('image/png');
    } finally {
      if (before === undefined) delete process.env.HTTP_PROXY;
      else process.env.HTTP_PROXY = before;
    }
  });

  test('is found through three redirects, not four, without cookies', async () => {
    server.answer((request, response) => {
      const left = Number(request.url!.slice(1));
      if (left === 0) return sendPng(request, response);
      response.writeHead(302, {
        location: left === 2 ? `https://other.example/${left - 1}` : `/${left - 1}`,
        'set-cookie': 'a=b',
      });
      response.end('moved');
    });

    expect((await get('https://cdn.example/3')).bytes).toEqual(PNG);
    expect(server.asked.every(({ headers }) => headers.cookie === undefined)).toBe(true);
    await expect(get('https://cdn.example/4')).rejects.toEqual(refusal);
  });

  test.for([
    ['http', 'http://cdn.example/a.png'],
    ['another port', 'https://cdn.example:8443/a.png'],
    ['user information', 'https://user@cdn.example/a.png'],
    ['a private address', 'https://192.168.0.1/a.png'],
    ['a file', 'file:///etc/passwd'],
  ])('is not looked for behind a redirect to %s', async ([, location]) => {
    server.answer((_request, response) => void response.writeHead(302, { location }).end());

    await expect(get('https://cdn.example/a.png')).rejects.toEqual(refusal);
    expect(server.asked.length).toBe(1);
  });

  test.for<[string, (response: ServerResponse) => void]>([
    ['status 204', response => response.writeHead(204).end()],
    ['status 500 with an image', response => response.writeHead(500, { 'content-type': 'image/png' }).end(PNG)],
    ['a redirect without a place', response => response.writeHead(302).end()],
    ['a page', response => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
    ['no type', response => response.writeHead(200).end(PNG)],
    ['any type', response => response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(PNG)],
    ['other bytes than it says', response => response.writeHead(200, { 'content-type': 'image/jpeg' }).end(PNG)],
    ['no bytes', response => response.writeHead(200, { 'content-type': 'image/png' }).end()],
    [
      'a coded body',
      response => response.writeHead(200, { 'content-type': 'image/png', 'content-encoding': 'gzip' }).end(PNG),
    ],
    [
      'fewer bytes than it says',
      response => {
        response.writeHead(200, { 'content-type': 'image/png', 'content-length': '100' });
        response.write(PNG);
        setTimeout(() => response.destroy(), 20);
      },
    ],
  ])('is not what comes with %s', async ([, send]) => {
    server.answer((_request, response) => send(response));

    await expect(get('https://cdn.example/a.png')).rejects.toEqual(refusal);
  });

  test('that says it is too large is not read', async () => {
    server.answer((_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png', 'content-length': String(limits.mediaFileBytes + 1) });
      response.write(PNG);
    });

    await expect(get('https://cdn.example/a.png')).rejects.toEqual(refusal);
  });

  test('that does not end is read up to its limit', async () => {
    let sent = 0;
    server.answer((_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png' });
      const more = () => {
        while (!response.destroyed) {
          sent += MIB;
          if (!response.write(Buffer.alloc(MIB))) return;
        }
      };
      response.on('drain', more);
      more();
    });

    await expect(get('https://cdn.example/a.png', {}, { maxBytes: 2 * MIB })).rejects.toEqual(refusal);
    expect(sent).toBeLessThan(20 * MIB);
  });

  test.for<[string, (response: ServerResponse) => void]>([
    ['says nothing', () => undefined],
    [
      'drips',
      response => {
        response.writeHead(200, { 'content-type': 'image/png' });
        const drip = setInterval(() => response.write(PNG.subarray(0, 1)), 20);
        response.on('close', () => clearInterval(drip));
      },
    ],
  ])('is given up when its server %s', async ([, send]) => {
    server.answer((_request, response) => send(response));
    const before = performance.now();

    await expect(get('https://cdn.example/a.png', { millis: 200 })).rejects.toEqual(refusal);
    expect(performance.now() - before).toBeLessThan(2_000);
  });

  test('is given up when its name is not answered', async () => {
    await expect(get('https://cdn.example/a.png', { millis: 200, lookup: () => undefined })).rejects.toEqual(refusal);
  });

  test('is given up when nobody waits for it', async () => {
    const gone = new AbortController();
    server.answer(() => gone.abort());

    await expect(get('https://cdn.example/a.png', {}, { signal: gone.signal })).rejects.toEqual(refusal);
  });

  test('costs what its reader is told of', async () => {
    const spent: number[] = [];
    await get('https://cdn.example/a.png', {}, { spend: bytes => spent.push(bytes) });

    expect(spent).toEqual([PNG.length]);
  });

  test('is fetched where one name has several public addresses', async () => {
    const lookup = lookupOf(() => ['2606:4700:4700::1111', PUBLIC]);

    expect((await get('https://cdn.example/a.png', { lookup })).bytes).toEqual(PNG);
  });

  test('is not fetched over TLS that nobody vouches for', async () => {
    const originOf: Way['originOf'] = url => server.way().originOf(url).replace('http:', 'https:');

    await expect(get('https://cdn.example/a.png', { originOf })).rejects.toEqual(refusal);
    expect(server.asked).toEqual([]);
  });
});
