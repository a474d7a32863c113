import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Exchange } from '../../../../src/gateway/http/exchange.ts';
import { post } from '../../../contracts/exchange.ts';
import { directListener, route, type TestListener } from '../../../support/listeners.ts';
import { rawHttp, statuses } from '../../../support/raw-http.ts';

let listener: TestListener;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await listener.close();
});

const echo = (exchange: Exchange): void =>
  exchange.readBody({ held: 0 }, (error, body) =>
    exchange.answer(error?.status ?? 200, 'content-type: text/plain\r\n', error === null ? body : Buffer.alloc(0)),
  );

async function client(): Promise<Socket> {
  const socket = connect(listener.port, '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

describe('a request that is not perfectly ordinary', () => {
  const body = '{"a":1}';
  const chunked = `POST ${route} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n${body}\r\n0\r\n\r\n`;
  const odd: readonly [string, string][] = [
    ['has a chunked body', chunked],
    ['goes elsewhere', post(body).replace(route, '/elsewhere')],
    ['has a query', post(body).replace(route, `${route}?a=1`)],
    ['has another method', post(body).replace('POST', 'PUT')],
    ['is of HTTP/1.0', post(body).replace('HTTP/1.1', 'HTTP/1.0')],
    ['wants its connection closed', post(body, 'Connection: close\r\n')],
    ['carries a header twice that is read by its meaning', post(body, 'Content-Type: application/json\r\n')],
    ['has bytes beyond ASCII in a header', post(body, 'X-Name: \xe9\r\n')],
    ['begins with an empty line', `\r\n${post(body)}`],
    ['names trailers', post(body, 'TE: trailers\r\n')],
  ];

  test.each(odd)('and %s is served by Node', async (_name, bytes) => {
    listener = await directListener(echo);
    const text = await rawHttp(listener.port, Buffer.from(bytes, 'latin1'), 200);
    expect(statuses(text)).toEqual([200]);
    expect(text).toContain(body);
    expect(listener.taken).toEqual({ direct: 0, node: 1 });
  });

  test.each(odd)('and %s is served by Node behind an ordinary one, with all that follows', async (_name, bytes) => {
    listener = await directListener(echo);
    const last = /connection: close|HTTP\/1\.0/i.test(bytes) ? '' : post('"last"');
    const all = Buffer.from(post('"first"') + bytes + last, 'latin1');
    const text = await rawHttp(listener.port, all, 200);
    const followers = last === '' ? 1 : 2;
    expect(statuses(text)).toEqual(Array.from({ length: 1 + followers }, () => 200));
    expect(listener.taken).toEqual({ direct: 1, node: followers });
  });

  test('because its head came in pieces is served by Node', async () => {
    listener = await directListener(echo);
    const socket = await client();
    socket.setNoDelay(true);
    let text = '';
    socket.on('data', chunk => {
      text += chunk.toString();
    });
    for (const byte of post(body)) {
      socket.write(byte);
      await new Promise(resolve => setImmediate(resolve));
    }
    await expect.poll(() => text.endsWith(body)).toBe(true);
    expect(listener.taken).toEqual({ direct: 0, node: 1 });
  });

  test.each([
    ['two lengths', post(body, 'Content-Length: 3\r\n')],
    ['a length and chunks', post(body, 'Transfer-Encoding: chunked\r\n')],
    ['a signed length', post(body).replace('Content-Length: ', 'Content-Length: +')],
    ['a bare line feed', post(body).replace('Host: a.test\r\n', 'Host: a.test\n')],
    ['a space before the colon', post(body).replace('Host:', 'Host :')],
    ['a folded line', post(body, 'X-A: b\r\n c: d\r\n')],
    ['no host', post(body).replace('Host: a.test\r\n', '')],
  ])('and has %s is never served directly', async (_name, bytes) => {
    listener = await directListener(echo);
    await rawHttp(listener.port, bytes + post('"next"'), 200);
    expect(listener.taken.direct).toBe(0);
  });
});

describe('a connection', () => {
  test('that says nothing is answered with 408 and closed', async () => {
    listener = await directListener(echo, { head: 60, check: 20 });
    const text = await rawHttp(listener.port, '', 2_000);
    expect(statuses(text)).toEqual([408]);
  });

  test('that idles after its answer is closed without a word', async () => {
    listener = await directListener(echo, { keepAlive: 60, check: 20 });
    const socket = await client();
    let text = '';
    socket.on('data', chunk => {
      text += chunk.toString();
    });
    socket.write(post('{}'));
    await once(socket, 'close');
    expect(statuses(text)).toEqual([200]);
  });

  test('whose body does not come is answered with 408 and closed', async () => {
    listener = await directListener(echo, { request: 60, check: 20 });
    const text = await rawHttp(listener.port, post('{"a":1}').slice(0, -3), 2_000);
    expect(statuses(text)).toEqual([408]);
  });

  test('whose call runs for long is left alone', async () => {
    listener = await directListener(
      exchange =>
        exchange.readBody({ held: 0 }, (_error, body) => setTimeout(() => exchange.answer(200, '', body), 250)),
      { head: 30, request: 30, keepAlive: 30, check: 10 },
    );
    expect(statuses(await rawHttp(listener.port, post('{}'), 600))).toEqual([200]);
  });

  test('that is idle ends when no more are kept; one in use ends with its answer', async () => {
    let finish = (): void => {};
    listener = await directListener(exchange =>
      exchange.readBody({ held: 0 }, (_error, body) => {
        if (!body.includes('slow')) return exchange.answer(200, '', body);
        finish = () => exchange.answer(200, '', body);
      }),
    );
    const idle = await client();
    idle.write(post('{}'));
    await once(idle, 'data');
    const busy = await client();
    busy.write(post('"slow"'));
    await expect.poll(() => listener.taken.direct).toBe(2);
    listener.direct!.retire();
    listener.direct!.closeIdle(60_000);
    await new Promise(resolve => setTimeout(resolve, 50));
    expect([idle.closed, listener.direct!.open]).toEqual([false, 2]);
    listener.direct!.closeIdle(0);
    await once(idle, 'close');
    let text = '';
    busy.on('data', chunk => {
      text += chunk.toString();
    });
    finish();
    await once(busy, 'close');
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*connection: close\r\n[\s\S]*"slow"$/);
  });

  test('that ends in the middle of a body is told of before the body fails', async () => {
    const heard: unknown[] = [];
    listener = await directListener(exchange => {
      exchange.owner = { clientGone: () => heard.push('gone'), clientReady: () => undefined };
      exchange.readBody({ held: 0 }, error => heard.push(error?.code));
    });
    const socket = await client();
    socket.write(post('{"a":1}').slice(0, -3));
    await expect.poll(() => listener.taken.direct).toBe(1);
    socket.resetAndDestroy();
    await expect.poll(() => heard).toEqual(['gone', 'client_gone']);
  });

  test('whose body is not wanted lets its client see the answer before it ends', async () => {
    listener = await directListener(exchange => exchange.answer(401, '', Buffer.from('no')));
    const socket = await client();
    let text = '';
    socket.on('data', chunk => {
      text += chunk.toString();
    });
    const body = 'x'.repeat(4 * 1024 * 1024);
    socket.write(post(body));
    await once(socket, 'end');
    expect(statuses(text)).toEqual([401]);
    expect(text).toMatch(/no$/);
  });

  test('whose client sends far ahead without reading is not read for ever', async () => {
    let served = 0;
    const answer = Buffer.alloc(256 * 1024, 'x');
    listener = await directListener(exchange =>
      exchange.readBody({ held: 0 }, () => {
        served += 1;
        exchange.answer(200, '', answer);
      }),
    );
    const socket = await client();
    socket.pause();
    const many = Buffer.from(post('{}').repeat(500));
    for (let index = 0; index < 40; index++) socket.write(many);
    let before = -1;
    await expect
      .poll(
        () => {
          const still = served === before;
          before = served;
          return still;
        },
        { interval: 150 },
      )
      .toBe(true);
    expect(served).toBeLessThan(200);
  });
});
