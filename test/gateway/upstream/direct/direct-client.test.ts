import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type DirectClientTimes, directClient } from '../../../../src/gateway/upstream/direct/direct-client.ts';
import type { UpstreamClient } from '../../../../src/spec/upstream.ts';
import { answers, upstreamClientContract } from '../../../contracts/upstream-client.ts';
import { ask, type HeardExchange, send } from '../../../support/heard-exchange.ts';
import { type ScriptedServer, scriptedServer } from '../../../support/scripted-server.ts';

upstreamClientContract('the direct client', directClient);

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
const answered = (text: string) => ({ status: 200, text, failure: null });
const long: DirectClientTimes = { connectMillis: 30_000, keepAliveMillis: 30_000, sweepMillis: 5 };

describe('the direct client, where it promises more than undici', () => {
  let server: ScriptedServer;
  let client: UpstreamClient;
  const here = () => ({ origin: server.origin });
  const opened = (times: Partial<DirectClientTimes>) => {
    client = directClient({ ...long, ...times });
    return client;
  };

  beforeEach(async () => {
    server = await scriptedServer();
    server.answer(socket => socket.write(OK));
    opened({});
  });
  afterEach(async () => {
    await client.close();
    await server.close();
  });

  test.each([
    ['a version that is not 1.x', 'HTTP/2.0 200 OK\r\ncontent-length: 2\r\n\r\nok'],
    ['a version of two digits', 'HTTP/1.10 200 OK\r\ncontent-length: 2\r\n\r\nok'],
    ['a status below 100', 'HTTP/1.1 099 OK\r\ncontent-length: 2\r\n\r\nok'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\ncontent-length: 2\r\n\r\nok'],
    ['an empty line before it', `\r\n${OK}`],
    ['line feeds alone', 'HTTP/1.1 200 OK\ncontent-length: 2\n\nok'],
    ['line feeds alone that never become a head', 'HTTP/1.1 200 OK\ncontent-length: 2\n\n'],
    ['one line feed alone', 'HTTP/1.1 200 OK\r\na: b\ncontent-length: 2\r\n\r\nok'],
    ['a control character in a header', 'HTTP/1.1 200 OK\r\na: b\x01\r\ncontent-length: 2\r\n\r\nok'],
    ['a lone carriage return for a line', 'HTTP/1.1 200 OK\r\n\rcontent-length: 2\r\n\r\nok'],
    ['a change of protocol', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
    ['more interim answers than one waits for', `${'HTTP/1.1 103 \r\n\r\n'.repeat(17)}${OK}`],
    ['an interim answer that has a length', `HTTP/1.1 103 \r\ncontent-length: 5\r\n\r\n${OK}`],
    ['interim heads that are too long together', `HTTP/1.1 103 \r\na: ${'x'.repeat(9_000)}\r\n\r\n`.repeat(2) + OK],
    ['129 headers', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(128)}content-length: 2\r\n\r\nok`],
    ['a coding that is not chunked', 'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\nok'],
    ['two codings', 'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'],
    ['chunked twice', `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n${CHUNKED.slice(17)}2\r\nok\r\n0\r\n\r\n`],
    ['chunked with a tail', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked;q=1\r\n\r\n2\r\nok\r\n0\r\n\r\n'],
    ['chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'],
    ['an empty length', 'HTTP/1.1 200 OK\r\ncontent-length:\r\n\r\nok'],
    ['a length beyond exact numbers', 'HTTP/1.1 200 OK\r\ncontent-length: 9007199254740992\r\n\r\nok'],
    ['a chunk size with a space behind', `${CHUNKED}2 \r\nok\r\n0\r\n\r\n`],
    ['a chunk size that ends in a line feed', `${CHUNKED}2\nok\r\n0\r\n\r\n`],
    ['a chunk that ends in a line feed', `${CHUNKED}2\r\nok\n0\r\n\r\n`],
    ['a chunk extension that hides a line', `${CHUNKED}2;a\nb\r\nok\r\n0\r\n\r\n`],
    ['a chunk extension that never ends', `${CHUNKED}2;${'a'.repeat(1100)}\r\nok\r\n0\r\n\r\n`],
    ['a trailer that is none', `${CHUNKED}2\r\nok\r\n0\r\nx y: z\r\n\r\n`],
    ['trailers that are too long', `${CHUNKED}2\r\nok\r\n0\r\na: ${'x'.repeat(17_000)}\r\n\r\n`],
  ])('refuses an answer with %s', async (_, bytes) => {
    server.answer(socket => socket.write(bytes, 'latin1'));
    const heard = await ask(client, here());
    expect(heard.failure).toMatchObject({ code: 'invalid', detail: expect.stringMatching(/\w/) });
    expect('ok'.startsWith(heard.text)).toBe(true);
  });

  test.each([
    ['a line break in its path', { path: '/a\r\nx: y' }],
    ['a space in its path', { path: '/a b' }],
    ['letters in its path that are not ASCII', { path: '/caf\xe9' }],
    ['a path that does not begin with a slash', { path: 'a' }],
    ['a path without end', { path: `/${'a'.repeat(9_000)}` }],
    ['a host of its own', { headers: ['Host', 'elsewhere'] }],
    ['a length of its own', { headers: ['content-length', '2'] }],
    ['a word on the connection', { headers: ['connection', 'close'] }],
    ['a name without a value', { headers: ['a'] }],
    ['an origin with a path', { origin: 'http://127.0.0.1:1/a' }],
    ['an origin with a user', { origin: 'http://a@127.0.0.1:1' }],
    ['an origin that is none', { origin: 'elsewhere' }],
    ['another scheme', { origin: 'ftp://127.0.0.1' }],
  ])('refuses a request with %s', async (_, request) => {
    const heard = await ask(client, { ...here(), ...request });
    expect(heard.failure).toMatchObject({ code: 'invalid' });
    expect(server.sockets).toHaveLength(0);
  });

  test('checks a frozen list of headers once for each place it goes to', async () => {
    const headers = Object.freeze(['a', 'b']);
    for (const path of ['/one', '/one', '/two', '/one']) await ask(client, { ...here(), path, headers });
    expect(server.requests.map(request => request.split(' ')[1])).toEqual(['/one', '/one', '/two', '/one']);
    expect(server.requests.every(request => request.includes('\r\na: b\r\n'))).toBe(true);
  });

  test('sees what was changed in a list of headers that is not frozen', async () => {
    const headers = ['a', 'b'];
    await ask(client, { ...here(), headers });
    headers[1] = 'c';
    await ask(client, { ...here(), headers });
    expect(server.requests[1]).toContain('\r\na: c\r\n');
  });

  test('takes the space off both ends of a header value', async () => {
    server.answer(socket => socket.write('HTTP/1.1 200 OK\r\na: \t b c \t\r\ncontent-length: 0\r\n\r\n'));
    expect((await ask(client, here())).headers.a).toBe('b c');
  });

  test('takes names for names, whatever they mean to JavaScript', async () => {
    server.answer(socket =>
      socket.write('HTTP/1.1 200 OK\r\n__proto__: a\r\n__proto__: b\r\nconstructor: c\r\ncontent-length: 0\r\n\r\n'),
    );
    const { headers } = await ask(client, here());
    expect(Object.keys(headers)).toEqual(['__proto__', 'constructor', 'content-length']);
    expect(Object.getOwnPropertyDescriptor(headers, '__proto__')!.value).toEqual(['a', 'b']);
    expect(headers.toString).toBeUndefined();
  });

  test('keeps the connection after every answer that says where it ends, ready within the last callback', async () => {
    for (const [, bytes] of answers) {
      server.answer(socket => socket.write(bytes, 'latin1'));
      const next = await new Promise<HeardExchange>(resolve => {
        send(client, here(), { onEnd: () => resolve(send(client, here())) });
      });
      await next.over;
      expect(next.failure).toBeNull();
    }
    expect(server.sockets).toHaveLength(1);
  });

  test.each([
    ['204 with a body', 'HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\n'],
    ['204 with chunks', 'HTTP/1.1 204 No Content\r\ntransfer-encoding: chunked\r\n\r\n'],
    ['304 with chunks', 'HTTP/1.1 304 Not Modified\r\ntransfer-encoding: chunked\r\n\r\n'],
  ])('does not keep the connection after %s', async (_, bytes) => {
    server.answer(socket => socket.write(bytes));
    for (let count = 0; count < 2; count++) expect((await ask(client, here())).answer).toMatchObject({ text: '' });
    expect(server.sockets).toHaveLength(2);
  });

  test('tells an answer without a length whose connection breaks as a reset', async () => {
    server.answer(socket => {
      socket.write('HTTP/1.1 200 OK\r\n\r\nnot all');
      setTimeout(() => socket.resetAndDestroy(), 10);
    });
    const heard = await ask(client, here());
    expect(heard.failure).toMatchObject({ code: 'reset' });
  });

  test('gives the payloads of one read as one chunk, and the end after it', async () => {
    server.answer(socket => socket.write(`${CHUNKED}${'5\r\ndata \r\n'.repeat(100)}0\r\n\r\n`));
    const heard = await ask(client, here());
    expect(heard.chunks.map(String)).toEqual(['data '.repeat(100)]);
    expect(heard.order).toEqual(['sent', 'headers', 'data', 'end']);
  });

  test('uses the connection that was used last', async () => {
    server.answer(() => {});
    const heard = [send(client, here()), send(client, here()), send(client, here())];
    await expect.poll(() => server.requests.length).toBe(3);
    for (const index of [2, 0, 1]) {
      server.sockets[index]!.write(OK);
      await expect
        .poll(() => heard.filter(each => each.order.includes('end')).length)
        .toBeGreaterThan([1, 2, 0][index]!);
    }
    server.answer(socket => {
      const index = server.sockets.indexOf(socket);
      socket.write(OK.replace('ok', `#${index}`));
    });
    expect((await ask(client, here())).text).toBe('#1');
    expect((await ask(client, here())).text).toBe('#1');
  });

  test('does not reuse a connection whose request was answered before it was read', async () => {
    const sockets: Socket[] = [];
    const early = createServer(socket => {
      sockets.push(socket);
      socket.on('error', () => socket.destroy());
      socket.once('data', () => {
        socket.pause();
        socket.write(OK);
      });
    });
    await once(early.listen(0, '127.0.0.1'), 'listening');
    const { port } = early.address() as AddressInfo;
    const request = { origin: `http://127.0.0.1:${port}`, body: Buffer.alloc(32_000_000) };
    for (let count = 0; count < 2; count++) expect((await ask(client, request)).answer).toEqual(answered('ok'));
    expect(sockets).toHaveLength(2);
    for (const socket of sockets) socket.destroy();
    await new Promise(resolve => early.close(resolve));
  });

  test('says that it was a kept connection that ended under a request', async () => {
    await ask(client, here());
    server.answer(socket => socket.end());
    expect((await ask(client, here())).failure).toMatchObject({
      code: 'reset',
      detail: expect.stringContaining('kept connection'),
    });
  });

  test('drops an idle connection when its time is over', async () => {
    opened({ keepAliveMillis: 20 });
    await ask(client, here());
    if (!server.sockets[0]!.closed) await once(server.sockets[0]!, 'close');
    expect((await ask(client, here())).answer).toEqual(answered('ok'));
    expect(server.sockets).toHaveLength(2);
  });

  test('does not use an idle connection whose time is over, though no timer has seen it', async () => {
    opened({ keepAliveMillis: 5, sweepMillis: 60_000 });
    await ask(client, here());
    await new Promise(resolve => setTimeout(resolve, 15));
    await ask(client, here());
    expect(server.sockets).toHaveLength(2);
  });

  test.each([
    ['timeout=1', 2],
    ['timeout=0, max=5', 2],
    ['max=5, Timeout = 60', 1],
    ['none', 1],
  ])('keeps a connection less long than the server says: %s', async (keepAlive, sockets) => {
    server.answer(socket => socket.write(OK.replace('\r\n\r\n', `\r\nKeep-Alive: ${keepAlive}\r\n\r\n`)));
    for (let count = 0; count < 2; count++) expect((await ask(client, here())).answer).toEqual(answered('ok'));
    expect(server.sockets).toHaveLength(sockets);
  });

  test('gives up a connection attempt that takes too long', async () => {
    opened({ connectMillis: 20 });
    // It accepts and says nothing, so that the handshake never ends.
    const heard = await ask(client, { origin: server.origin.replace('http:', 'https:') });
    expect(heard.failure).toMatchObject({ code: 'timeout' });
    expect(heard.order).toEqual(['error']);
  });

  test('resolves close only when every socket is closed', async () => {
    await ask(client, here());
    server.answer(() => {});
    const heard = send(client, here());
    await client.close();
    expect(heard.failure).toMatchObject({ code: 'aborted' });
    await Promise.all(server.sockets.map(socket => socket.closed || once(socket, 'close')));
  });
});
