import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { BodyMemory, Exchange } from '../../src/gateway/http/exchange.ts';
import { limits } from '../../src/spec/limits.ts';
import { type OpenListener, route, type TestListener } from '../support/listeners.ts';
import { rawHttp, statuses } from '../support/raw-http.ts';

export const post = (body: string, more = ''): string =>
  `POST ${route} HTTP/1.1\r\nHost: a.test\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${more}\r\n${body}`;

const head = 'content-type: text/plain\r\nx-own: 1\r\n';

/** What every listener owes to whoever serves its exchanges, and to the client at the other end. */
export function exchangeContract(name: string, open: OpenListener): void {
  describe(name, () => {
    let listener: TestListener;
    const sockets: Socket[] = [];
    afterEach(async () => {
      for (const socket of sockets.splice(0)) socket.destroy();
      await listener.close();
    });

    async function client(): Promise<Socket> {
      const socket = connect(listener.port, '127.0.0.1');
      sockets.push(socket);
      await once(socket, 'connect');
      return socket;
    }

    /** Answers with the body that came. */
    const echo =
      (memory: BodyMemory = { held: 0 }) =>
      (exchange: Exchange): void =>
        exchange.readBody(memory, (error, body) =>
          exchange.answer(error?.status ?? 200, head, error === null ? body : Buffer.from(error.code)),
        );

    test('a whole answer has its status, its lines, its length and its body', async () => {
      listener = await open(echo());
      const text = await rawHttp(listener.port, post('{"a":1}'), 100);
      expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      expect(text).toMatch(/\r\nx-own: 1\r\n/);
      expect(text).toMatch(/\r\ndate: \w{3}, \d\d \w{3} \d{4} /i);
      expect(text).toMatch(/\r\ncontent-length: 7\r\n/);
      expect(text).toMatch(/\r\n\r\n\{"a":1\}$/);
    });

    test('an answer too large for one buffer comes whole', async () => {
      listener = await open(echo());
      const body = JSON.stringify('ü'.repeat(200_000));
      const text = await rawHttp(listener.port, post(body), 200);
      expect(Buffer.from(text.slice(text.indexOf('\r\n\r\n') + 4), 'latin1').toString()).toBe(body);
    });

    test('only a body whose memory nobody else sees is called its own', async () => {
      const bodies: Buffer[] = [];
      listener = await open(exchange =>
        exchange.readBody({ held: 0 }, (_error, body, own) => {
          bodies.push(Buffer.from(body));
          if (own) body.fill('!');
          exchange.answer(200, head, Buffer.alloc(0));
        }),
      );
      const [first, large, last] = ['"first"', JSON.stringify('x'.repeat(300_000)), '"last"'];
      await rawHttp(listener.port, post(first) + post(large) + post(last), 400);
      expect(bodies.map(String)).toEqual([first, large, last]);
    });

    test.each([1, 7, 40, 1000])('a body that comes in pieces of %i bytes is put together', async size => {
      listener = await open(echo());
      const socket = await client();
      socket.setNoDelay(true);
      const body = JSON.stringify('x'.repeat(size * 20));
      const bytes = post(body);
      const start = bytes.length - body.length;
      socket.write(bytes.slice(0, start));
      for (let at = start; at < bytes.length; at += size) {
        socket.write(bytes.slice(at, at + size));
        await new Promise(resolve => setImmediate(resolve));
      }
      let text = '';
      socket.on('data', chunk => {
        text += chunk.toString();
      });
      await expect.poll(() => text.endsWith(body)).toBe(true);
    });

    test('requests on one connection are answered in order, also those sent ahead', async () => {
      listener = await open(exchange =>
        exchange.readBody({ held: 0 }, (_error, body) => {
          setTimeout(() => exchange.answer(200, head, body), body.includes('slow') ? 30 : 0);
        }),
      );
      const text = await rawHttp(listener.port, post('"slow"') + post('"second"') + post('"third"'), 200);
      expect(statuses(text)).toEqual([200, 200, 200]);
      expect([...text.matchAll(/"(slow|second|third)"/g)].map(match => match[1])).toEqual(['slow', 'second', 'third']);
    });

    test('a stream is chunked: each write a chunk, then the end', async () => {
      listener = await open(exchange =>
        exchange.readBody({ held: 0 }, () => {
          exchange.open(200, head);
          exchange.write(Buffer.from('first'));
          exchange.write(Buffer.from('x'.repeat(20_000)));
          setTimeout(() => exchange.end(Buffer.from('last')), 10);
        }),
      );
      const text = await rawHttp(listener.port, post('{}') + post('{}'), 200);
      expect(statuses(text)).toEqual([200, 200]);
      expect(text).toMatch(/\r\ntransfer-encoding: chunked\r\n/i);
      const one = `\r\n\r\n5\r\nfirst\r\n4e20\r\n${'x'.repeat(20_000)}\r\n4\r\nlast\r\n0\r\n\r\n`;
      expect(text.split(one)).toHaveLength(3);
    });

    test('a stream may end without a last piece', async () => {
      listener = await open(exchange =>
        exchange.readBody({ held: 0 }, () => {
          exchange.open(200, head);
          exchange.end(Buffer.alloc(0));
        }),
      );
      expect(await rawHttp(listener.port, post('{}'), 100)).toMatch(/\r\n\r\n0\r\n\r\n$/);
    });

    test('headers are found by lower-case name; several of one name are joined', async () => {
      let seen: unknown;
      listener = await open(exchange => {
        seen = ['x-one', 'x-two', 'x-none', 'content-type'].map(name => exchange.header(name));
        expect(exchange.rawHeaders.length % 2).toBe(0);
        expect(exchange.socket.remoteAddress).toMatch(/127\.0\.0\.1/);
        exchange.readBody({ held: 0 }, () => exchange.answer(200, head, Buffer.alloc(0)));
      });
      await rawHttp(listener.port, post('{}', 'X-One:  padded \t\r\nX-Two: a\r\nx-two: b\r\n'), 100);
      expect(seen).toEqual(['padded', 'a, b', undefined, 'application/json']);
    });

    test('an answer before the body was read closes the connection: the rest is no request', async () => {
      let served = 0;
      listener = await open(exchange => {
        served += 1;
        exchange.answer(401, head, Buffer.from('no'));
      });
      const text = await rawHttp(listener.port, post(post('{}')), 200);
      expect(statuses(text)).toEqual([401]);
      expect(text).toMatch(/\r\nconnection: close\r\n/i);
      expect(served).toBe(1);
    });

    test('a body beyond what the process may hold is refused, and what it held is given back', async () => {
      const memory = { held: limits.bodiesInFlightBytes - 10 };
      listener = await open(echo(memory));
      const text = await rawHttp(listener.port, post('"more than ten bytes"'), 100);
      expect(statuses(text)).toEqual([503]);
      expect(memory.held).toBe(limits.bodiesInFlightBytes - 10);
    });

    test('a client that leaves while its call runs is reported once', async () => {
      const heard: string[] = [];
      listener = await open(exchange => {
        exchange.owner = { clientGone: () => heard.push('gone'), clientReady: () => heard.push('ready') };
        exchange.readBody({ held: 0 }, () => heard.push('body'));
      });
      const socket = await client();
      socket.write(post('{}'));
      await expect.poll(() => heard).toEqual(['body']);
      socket.destroy();
      await expect.poll(() => heard).toEqual(['body', 'gone']);
    });

    test('a client that leaves in the middle of its body ends the reading of it', async () => {
      const codes: unknown[] = [];
      const memory = { held: 0 };
      listener = await open(exchange => exchange.readBody(memory, error => codes.push(error?.code ?? null)));
      const socket = await client();
      socket.write(post('{"a":1}').slice(0, -3));
      await expect.poll(() => memory.held).toBe(4);
      socket.resetAndDestroy();
      await expect.poll(() => codes).toEqual(['client_gone']);
      expect(memory.held).toBe(0);
    });

    test('a reader that stops is told of, and heard of when it goes on', async () => {
      const heard: string[] = [];
      let exchange: Exchange | undefined;
      listener = await open(opened => {
        exchange = opened;
        opened.owner = { clientGone: () => heard.push('gone'), clientReady: () => heard.push('ready') };
        opened.readBody({ held: 0 }, () => opened.open(200, head));
      });
      const socket = await client();
      socket.write(post('{}'));
      await expect.poll(() => exchange).toBeDefined();
      socket.pause();
      const piece = Buffer.alloc(64 * 1024, 'x');
      // What the system takes at once is no backlog.
      for (let written = 0; exchange!.waiting === 0 && written < 2000; written++) {
        exchange!.write(piece);
        await new Promise(resolve => setImmediate(resolve));
      }
      expect(exchange!.backedUp).toBe(true);
      expect(exchange!.waiting).toBeGreaterThan(0);
      heard.length = 0;
      socket.resume();
      await expect.poll(() => heard).toEqual(['ready']);
      exchange!.end(Buffer.alloc(0));
      await expect.poll(() => exchange!.delivered).toBe(true);
      expect(exchange!.ended).toBe(true);
    });

    test('an answer is delivered when nothing of it waits here', async () => {
      let exchange: Exchange | undefined;
      listener = await open(opened => {
        exchange = opened;
        echo()(opened);
      });
      const socket = await client();
      socket.write(post('{}'));
      await expect.poll(() => exchange?.delivered).toBe(true);
      expect(exchange!.status).toBe(200);
      expect(socket.destroyed).toBe(false);
    });

    test('an exchange that is destroyed takes its connection with it', async () => {
      listener = await open(exchange => exchange.readBody({ held: 0 }, () => exchange.destroy()));
      expect(await rawHttp(listener.port, post('{}') + post('{}'), 300)).toBe('');
    });
  });
}
