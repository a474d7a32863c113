import { once } from 'node:events';
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { UpstreamClient } from '../../src/spec/upstream.ts';
import { freePort } from '../support/free-port.ts';
import { ask as askOnce, type HeardExchange, send } from '../support/heard-exchange.ts';
import { type ScriptedServer, scriptedServer, trickle } from '../support/scripted-server.ts';
import { selfSigned } from '../support/self-signed.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';

const answered = (text: string, status = 200) => ({ status, text, failure: null });
/** Waits until the connection may be used again: not every client offers it within the last callback. */
const ask: typeof askOnce = async (...given) => {
  const heard = await askOnce(...given);
  await new Promise(resolve => setTimeout(resolve, 2));
  return heard;
};
const turn = () => new Promise(resolve => setTimeout(resolve, 20));

/** Answers that every client reads alike, and what they are. */
export const answers: readonly [name: string, bytes: string, status: number, text: string][] = [
  ['a length', OK, 200, 'ok'],
  ['no body', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', 200, ''],
  ['no reason', 'HTTP/1.1 429 \r\ncontent-length: 2\r\n\r\nno', 429, 'no'],
  ['chunks', `${CHUNKED}5\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\n\r\n`, 200, 'hello world'],
  ['chunks of many digits', `${CHUNKED}00000A\r\n0123456789\r\n0\r\n\r\n`, 200, '0123456789'],
  ['chunk extensions', `${CHUNKED}2;a=b;c="d"\r\nok\r\n0;last\r\n\r\n`, 200, 'ok'],
  ['trailers', `${CHUNKED}2\r\nok\r\n0\r\nx-sum: 1\r\ny: \r\n\r\n`, 200, 'ok'],
  ['line ends in its body', `${CHUNKED}6\r\n\r\n0\r\n\r\r\n0\r\n\r\n`, 200, '\r\n0\r\n\r'],
  ['status 204', 'HTTP/1.1 204 No Content\r\n\r\n', 204, ''],
  ['status 304 with a length', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n', 304, ''],
  ['interim answers before it', `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 102 \r\n\r\n${OK}`, 200, 'ok'],
];

/** What leaves doubt about where an answer ends is no answer. */
const refused: readonly [name: string, bytes: string][] = [
  [
    'length and chunks at once',
    `HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
  ],
  ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok'],
  ['one length twice', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nok'],
  ['a length that is a list', 'HTTP/1.1 200 OK\r\ncontent-length: 2, 2\r\n\r\nok'],
  ['a signed length', 'HTTP/1.1 200 OK\r\ncontent-length: +2\r\n\r\nok'],
  ['a length too large', 'HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999\r\n\r\nok'],
  ['a folded header', 'HTTP/1.1 200 OK\r\na: b\r\n c\r\ncontent-length: 2\r\n\r\nok'],
  ['a space before a colon', 'HTTP/1.1 200 OK\r\ncontent-length : 2\r\n\r\nok'],
  ['a header without a name', 'HTTP/1.1 200 OK\r\n: b\r\ncontent-length: 2\r\n\r\nok'],
  ['a zero byte in a header', 'HTTP/1.1 200 OK\r\na: b\0c\r\ncontent-length: 2\r\n\r\nok'],
  ['a lone carriage return in a header', 'HTTP/1.1 200 OK\r\na: b\rc: d\r\ncontent-length: 2\r\n\r\nok'],
  ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ['a status of two digits', 'HTTP/1.1 20 OK\r\ncontent-length: 2\r\n\r\nok'],
  ['a head that never fits', `HTTP/1.1 200 OK\r\na: ${'x'.repeat(20_000)}\r\ncontent-length: 2\r\n\r\nok`],
  ['a chunk size that is not hexadecimal', `${CHUNKED}0x2\r\nok\r\n0\r\n\r\n`],
  ['a chunk without a size', `${CHUNKED}\r\nok\r\n0\r\n\r\n`],
  ['a chunk of negative size', `${CHUNKED}-2\r\nok\r\n0\r\n\r\n`],
  ['a chunk longer than its size', `${CHUNKED}2\r\nokay\r\n0\r\n\r\n`],
  ['a chunk size beyond all numbers', `${CHUNKED}fffffffffffffffff\r\nok\r\n0\r\n\r\n`],
];

/** Answers whose connection ended before they did. */
const cut: readonly [name: string, bytes: string][] = [
  ['before a byte', ''],
  ['in the status line', 'HTTP/1.1 20'],
  ['in the head', 'HTTP/1.1 200 OK\r\ncontent-le'],
  ['in a body with a length', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nok'],
  ['in a chunk', `${CHUNKED}5\r\nok`],
  ['between chunks', `${CHUNKED}2\r\nok\r\n`],
  ['before the last line', `${CHUNKED}2\r\nok\r\n0\r\n`],
  ['after an interim answer', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
];

export function upstreamClientContract(name: string, open: () => UpstreamClient): void {
  describe(name, () => {
    let server: ScriptedServer;
    let client: UpstreamClient;
    const here = () => ({ origin: server.origin });

    beforeEach(async () => {
      server = await scriptedServer();
      client = open();
      server.answer(socket => socket.write(OK));
    });
    afterEach(async () => {
      await client.close();
      await server.close();
    });

    describe('a request', () => {
      test('arrives as it was given, with its host and length', async () => {
        const headers = ['content-type', 'application/json', 'x-note', 'caf\xe9 \t!'];
        await ask(client, { ...here(), path: '/v1/a?b=c%20d', headers, body: Buffer.from('{"a":1}') });
        const [head, body] = server.requests[0]!.split('\r\n\r\n') as [string, string];
        const [line, ...fields] = head.split('\r\n');
        expect(line).toBe('POST /v1/a?b=c%20d HTTP/1.1');
        expect(fields).toEqual(
          expect.arrayContaining([
            `host: 127.0.0.1:${server.port}`,
            'content-type: application/json',
            'x-note: caf\xe9 \t!',
            'content-length: 7',
          ]),
        );
        expect(body).toBe('{"a":1}');
      });

      test('of slices arrives as one body', async () => {
        await ask(client, { ...here(), body: [Buffer.from('{"a":'), Buffer.alloc(0), Buffer.from('1}')] });
        expect(server.requests[0]).toMatch(/content-length: 7\r\n(.+\r\n)*\r\n\{"a":1\}$/);
      });

      test('of many megabytes arrives whole, in slices and in one piece', async () => {
        const slices = Array.from({ length: 40 }, (_, index) => Buffer.alloc(64 * 1024, 65 + (index % 26)));
        for (const body of [slices, Buffer.concat(slices)]) await ask(client, { ...here(), body });
        for (const request of server.requests) {
          expect(request.slice(request.indexOf('\r\n\r\n') + 4) === Buffer.concat(slices).toString('latin1')).toBe(
            true,
          );
        }
      });

      test('without a body has no length when it is a GET, and none to speak of when it is a POST', async () => {
        await ask(client, { ...here(), method: 'GET', body: null });
        await ask(client, { ...here(), method: 'POST', body: null });
        expect(server.requests[0]).toMatch(/^GET /);
        expect(server.requests[0]).not.toMatch(/content-length|transfer-encoding/);
        expect(server.requests[1]).toMatch(/content-length: 0\r\n/);
      });

      test.each([
        ['a line break in a value', ['a', 'b\r\nx: y']],
        ['a zero byte in a value', ['a', 'b\0c']],
        ['a character beyond latin1', ['a', '\u0100']],
        ['a line break in a name', ['a\r\nb', 'c']],
        ['a name that is none', ['a b', 'c']],
        ['an empty name', ['', 'c']],
        ['its own framing', ['transfer-encoding', 'chunked']],
        ['an upgrade', ['upgrade', 'h2c']],
        ['an expectation', ['expect', '100-continue']],
      ])('with %s never leaves', async (_name, headers) => {
        const heard = await ask(client, { ...here(), headers });
        expect(heard.failure?.code).toBe('invalid');
        expect(heard.order).toEqual(['error']);
        expect((await ask(client, here())).answer).toEqual(answered('ok'));
        expect(server.requests).toHaveLength(1);
      });

      test('tells its refusal only after the caller holds the exchange, and not to one who gave up', async () => {
        const heard = send(client, { ...here(), headers: ['a b', 'c'] });
        expect(heard.order).toEqual([]);
        heard.exchange!.abort();
        await turn();
        expect(heard.order).toEqual([]);
      });
    });

    describe('an answer', () => {
      test.each(answers)('with %s is read whole, in one piece and byte by byte', async (_, bytes, status, text) => {
        server.answer(socket => socket.write(bytes, 'latin1'));
        expect((await ask(client, here())).answer).toEqual(answered(text, status));
        server.answer(socket => void trickle(socket, bytes));
        expect((await ask(client, here())).answer).toEqual(answered(text, status));
        server.answer(socket => socket.write(bytes, 'latin1'));
        const last = await ask(client, here());
        expect(last.answer).toEqual(answered(text, status));
        expect(last.order.filter(name => name !== 'data')).toEqual(['sent', 'headers', 'end']);
      });

      test('without a length ends with its connection', async () => {
        server.answer(socket => socket.end('HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\nto the end'));
        expect((await ask(client, here())).answer).toEqual(answered('to the end'));
        expect((await ask(client, here())).answer).toEqual(answered('to the end'));
        expect(server.sockets).toHaveLength(2);
      });

      test('gives header names in lower case, values without the space before them, repeated ones as a list', async () => {
        server.answer(socket =>
          socket.write(
            'HTTP/1.1 200 OK\r\nX-Request-Id:  a b\r\nSET-COOKIE: c=1\r\nset-cookie: d=2\r\nempty:\r\ncontent-length: 0\r\n\r\n',
          ),
        );
        const { headers } = await ask(client, here());
        expect(headers['x-request-id']).toBe('a b');
        expect(headers['set-cookie']).toEqual(['c=1', 'd=2']);
        expect(headers.empty).toBe('');
      });

      test('of many megabytes arrives whole, and every chunk stays what it was', async () => {
        const body = Buffer.from(Array.from({ length: 300_000 }, (_, index) => `${index},`).join(''));
        server.answer(socket => {
          socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`);
          socket.write(body);
        });
        expect((await ask(client, here())).text === body.toString('latin1')).toBe(true);
      });

      test.each(refused)('with %s is refused, and its connection goes', async (_, bytes) => {
        for (const split of [false, true]) {
          server.answer(socket => (split ? void trickle(socket, bytes.slice(0, 400)) : socket.write(bytes, 'latin1')));
          if (split && bytes.length > 400) continue;
          const heard = await ask(client, here());
          expect(heard.failure).toMatchObject({ code: 'invalid' });
          expect('ok'.startsWith(heard.text)).toBe(true);
          expect(heard.order.slice(1)).not.toContain('end');
        }
        server.answer(socket => socket.write(OK));
        const before = server.sockets.length;
        expect((await ask(client, here())).answer).toEqual(answered('ok'));
        expect(server.sockets).toHaveLength(before + 1);
      });

      test.each(cut)('cut %s is told as a reset', async (_, bytes) => {
        server.answer(socket => socket.end(bytes, 'latin1'));
        const heard = await ask(client, here());
        expect(heard.failure).toMatchObject({ code: 'reset' });
        expect(heard.order.at(-1)).toBe('error');
        server.answer(socket => {
          socket.write(bytes, 'latin1');
          setTimeout(() => socket.resetAndDestroy(), 10);
        });
        expect((await ask(client, here())).failure).toMatchObject({ code: 'reset' });
      });
    });

    describe('a connection', () => {
      test('serves one exchange after the other', async () => {
        for (let count = 0; count < 5; count++) expect((await ask(client, here())).answer).toEqual(answered('ok'));
        expect(server.sockets).toHaveLength(1);
      });

      test('is there for every exchange at one time, each with its own answer', async () => {
        server.answer((socket, request) => {
          const text = `for ${/\r\n\r\n(.*)$/.exec(request)![1]}`;
          setTimeout(() => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\n\r\n${text}`), 5);
        });
        for (let round = 0; round < 2; round++) {
          const heard = await Promise.all(
            Array.from({ length: 50 }, (_, index) => ask(client, { ...here(), body: Buffer.from(`call ${index}`) })),
          );
          expect(heard.map(({ text }) => text)).toEqual(heard.map((_, index) => `for call ${index}`));
        }
      });

      test.each([
        ['asks to close', 'HTTP/1.1 200 OK\r\nConnection: Close\r\ncontent-length: 2\r\n\r\nok'],
        ['asks to close in a list', 'HTTP/1.1 200 OK\r\nconnection: x-note, close\r\ncontent-length: 2\r\n\r\nok'],
        ['is of HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok'],
      ])('is not used again after an answer that %s', async (_, bytes) => {
        server.answer(socket => socket.write(bytes));
        for (let count = 0; count < 2; count++) expect((await ask(client, here())).answer).toEqual(answered('ok'));
        expect(server.sockets).toHaveLength(2);
      });

      test('is not used again when the server closed it, and nobody hears of it', async () => {
        await ask(client, here());
        server.sockets[0]!.end();
        await turn();
        expect((await ask(client, here())).answer).toEqual(answered('ok'));
        expect(server.sockets).toHaveLength(2);
      });

      test.each([
        ['with the answer', OK + OK.replace('ok', 'no'), ''],
        ['after the answer', OK, OK.replace('ok', 'no')],
        ['as half an answer', OK, 'HTTP/1.1 200 OK\r\ncont'],
        ['after an answer that has no body', 'HTTP/1.1 204 No Content\r\n\r\n', 'no'],
      ])('never gives bytes that nobody asked for to the next caller: %s', async (_, bytes, later) => {
        server.answer(socket => {
          socket.write(bytes);
          setTimeout(() => socket.destroyed || socket.write(later), 5);
        });
        const first = await ask(client, here());
        expect(first.failure).toBeNull();
        await turn();
        server.answer(socket => socket.write(OK));
        expect((await ask(client, here())).answer).toEqual(answered('ok'));
        expect(server.sockets).toHaveLength(2);
      });

      test('that ends under a request without an answer is told as a reset', async () => {
        await ask(client, here());
        server.answer(socket => socket.destroy());
        expect((await ask(client, here())).failure).toMatchObject({ code: 'reset' });
        expect(server.sockets).toHaveLength(1);
      });

      test('that nobody accepts is told as unreachable', async () => {
        const heard = await ask(client, { origin: `http://127.0.0.1:${await freePort()}` });
        expect(heard.failure).toMatchObject({ code: 'unreachable' });
        expect(heard.order).toEqual(['error']);
      });
    });

    describe('abort', () => {
      const gone = async (index = 0) => {
        const socket = server.sockets[index]!;
        if (!socket.closed) await once(socket, 'close');
      };

      test('takes the connection along, and the handler hears nothing more', async () => {
        server.answer(() => {});
        const heard = send(client, here());
        await expect.poll(() => server.requests.length).toBe(1);
        heard.exchange!.abort();
        heard.exchange!.abort();
        await gone();
        expect(heard.order).toEqual(['sent']);
      });

      test('before there is a connection sends nothing', async () => {
        const heard = send(client, here());
        heard.exchange!.abort();
        await turn();
        expect(heard.order).toEqual([]);
        expect(server.requests).toEqual([]);
      });

      test.each(['onHeaders', 'onData'] as const)('in %s is the last that is heard', async where => {
        server.answer(socket => socket.write(`${CHUNKED}2\r\nok\r\n2\r\nok\r\n0\r\n\r\n`));
        const heard: HeardExchange = send(client, here(), { [where]: () => heard.exchange!.abort() });
        await expect.poll(() => heard.order.at(-1)).toBe(where === 'onData' ? 'data' : 'headers');
        await gone();
        expect(heard.order).toEqual(['sent', 'headers', ...(where === 'onData' ? ['data'] : [])]);
        expect((await ask(client, here())).failure).toBeNull();
        expect(server.sockets).toHaveLength(2);
      });

      test('after the end touches nobody else', async () => {
        const first = await ask(client, here());
        server.answer(() => {});
        const second = send(client, here());
        await expect.poll(() => server.requests.length).toBe(2);
        first.exchange!.abort();
        first.exchange!.pause();
        server.sockets[0]!.write(OK);
        await second.over;
        expect(second.answer).toEqual(answered('ok'));
      });
    });

    test('a paused exchange gets no data until it is resumed', async () => {
      const piece = 'x'.repeat(1_000_000);
      server.answer(socket => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${8 * piece.length}\r\n\r\n`);
        for (let count = 0; count < 8; count++) socket.write(piece);
      });
      let bytes = 0;
      const heard: HeardExchange = send(client, here(), {
        onHeaders: () => heard.exchange!.pause(),
        onData: chunk => {
          bytes += chunk.length;
        },
      });
      await expect.poll(() => heard.status).toBe(200);
      await turn();
      const before = bytes;
      expect(before).toBeLessThan(500_000);
      await turn();
      expect(bytes).toBe(before);
      heard.exchange!.resume();
      await heard.over;
      expect(bytes).toBe(8 * piece.length);
    });

    test('a connection whose exchange ended while paused serves the next', async () => {
      const heard: HeardExchange = send(client, here(), { onHeaders: () => heard.exchange!.pause() });
      await turn();
      heard.exchange!.resume();
      await heard.over;
      expect((await ask(client, here())).answer).toEqual(answered('ok'));
    });

    test.each(['onSent', 'onHeaders', 'onData'] as const)(
      'a handler that throws in %s ends its own exchange only',
      async where => {
        server.answer(() => {});
        const other = send(client, { ...here(), body: Buffer.from('other') });
        await expect.poll(() => server.requests.length).toBe(1);
        server.answer(socket => socket.write(OK));
        const heard = await ask(client, here(), {
          [where]: () => {
            throw new Error('a mistake of ours');
          },
        });
        expect(heard.failure).toMatchObject({ code: 'invalid', detail: expect.stringContaining('a mistake of ours') });
        server.sockets[0]!.write(OK);
        await other.over;
        expect(other.answer).toEqual(answered('ok'));
      },
    );

    test('close ends what runs, and nothing can be sent any more', async () => {
      server.answer(() => {});
      const heard = send(client, here());
      await expect.poll(() => server.requests.length).toBe(1);
      await client.close();
      await heard.over;
      expect(heard.failure).toMatchObject({ code: 'aborted' });
      expect((await ask(client, here())).failure).toMatchObject({ code: 'aborted' });
      expect(server.requests).toHaveLength(1);
    });

    describe('over TLS', () => {
      const certificate = selfSigned();
      let secure: ScriptedServer;
      beforeEach(async () => {
        secure = await scriptedServer({ ...certificate, ALPNProtocols: ['h2', 'http/1.1'] });
        secure.answer(socket => socket.write(OK));
      });
      afterEach(() => secure.close());

      const trusting = async (work: () => Promise<void>) => {
        const before = getCACertificates('default');
        setDefaultCACertificates([...before, certificate.cert]);
        try {
          await work();
        } finally {
          setDefaultCACertificates(before);
        }
      };

      test('a server that nobody vouches for is unreachable', async () => {
        const heard = await ask(client, { origin: secure.origin });
        expect(heard.failure).toMatchObject({ code: 'unreachable' });
        expect(heard.order).toEqual(['error']);
        expect(secure.requests).toEqual([]);
      });

      test('a server of another name is unreachable', async () =>
        trusting(async () => {
          const heard = await ask(client, { origin: secure.origin.replace('127.0.0.1', '127.0.0.2') });
          expect(heard.failure).toMatchObject({ code: 'unreachable' });
          expect(secure.requests).toEqual([]);
        }));

      test('HTTP/1.1 is agreed on, large bodies pass both ways, and connections are kept', async () =>
        trusting(async () => {
          const body = Buffer.alloc(1_000_000, 'y');
          secure.answer(socket => {
            socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`);
            socket.write(body);
          });
          const origin = secure.origin.replace('127.0.0.1', 'localhost');
          for (let count = 0; count < 2; count++) {
            const heard = await ask(client, { origin, body: [Buffer.from('['), body] });
            expect(heard.text === body.toString('latin1')).toBe(true);
          }
          expect(secure.requests.every(request => request.endsWith(`\r\n\r\n[${body.toString('latin1')}`))).toBe(true);
          expect(secure.sockets).toHaveLength(1);
          const [socket] = secure.sockets as TLSSocket[];
          expect(socket!.alpnProtocol).toBe('http/1.1');
          expect((socket as TLSSocket & { servername: unknown }).servername).toBe('localhost');
        }));

      test('a second connection resumes the session of the first', async () =>
        trusting(async () => {
          const resumed: boolean[] = [];
          secure.answer(socket => {
            resumed.push((socket as TLSSocket).isSessionReused());
            socket.write(OK.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'));
          });
          for (let count = 0; count < 2; count++)
            expect((await ask(client, { origin: secure.origin })).answer).toEqual(answered('ok'));
          expect(resumed).toEqual([false, true]);
        }));
    });
  });
}
