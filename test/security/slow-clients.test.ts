import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chatAnswer, chunk, type FakeProvider, fakeProvider, sse } from '../support/fake-provider.ts';
import { readAnswers } from '../support/raw-exchange.ts';
import { startTestTollgate, type TestTollgate } from '../support/tollgate.ts';
import { chunked, head, ordinary, streaming } from './http-corpus/requests.ts';

let provider: FakeProvider;
let tollgate: TestTollgate;
let port: number;

/** The usual ones, a hundred times shorter. */
const times = { head: 400, request: 800, keepAlive: 1_000, readerStall: 600, check: 50 };
const BOUND_MILLIS = 20_000;
const MEBIBYTE = 1024 * 1024;

interface Client {
  readonly socket: Socket;
  /** Statuses of the answers that came whole, once the connection has ended. Throws when it never ends. */
  readonly ended: Promise<number[]>;
}

function open(): Client {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const heard: Buffer[] = [];
  socket.on('data', bytes => heard.push(bytes));
  const ended = new Promise<number[]>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the connection stays')), BOUND_MILLIS);
    socket.on('error', error => {
      if (!('code' in error) || (error.code !== 'ECONNRESET' && error.code !== 'EPIPE')) reject(error);
    });
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(readAnswers(Buffer.concat(heard)).map(({ status }) => status));
    });
  });
  return { socket, ended };
}

/** Sends these bytes one by one, slowly, and whatever keeps the request open after them. */
async function trickle({ socket }: Client, bytes: string, more: string): Promise<void> {
  for (let at = 0; !socket.destroyed && socket.writable; at++) {
    socket.write(at < bytes.length ? bytes[at]! : more);
    await sleep(10);
  }
}

/** Does not read; knows that the other side has given up when writing fails. */
async function staysUnread({ socket, ended }: Client): Promise<void> {
  socket.pause();
  const probe = setInterval(() => socket.write('\r\n'), 50);
  await ended;
  clearInterval(probe);
}

const until = async (what: string, holds: () => boolean): Promise<void> => {
  const deadline = Date.now() + BOUND_MILLIS;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`never: ${what}`);
    await sleep(20);
  }
};

describe.each(['node', 'direct'] as const)('threats from slow clients (listener: %s)', listener => {
  beforeAll(async () => {
    provider = await fakeProvider();
    tollgate = await startTestTollgate(
      `
providers: { box: { adapter: openai-compatible, base_url: "${provider.url}", keys: ["sk-provider-0000"] } }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
`,
      {},
      { listener, times },
    );
    port = Number(new URL(tollgate.url).port);
  });
  afterAll(async () => {
    await tollgate.stop();
    await provider.close();
  });
  beforeEach(() => {
    provider.seen.length = 0;
    provider.answer(chatAnswer());
  });

  test.each([
    ['a head of a call', ordinary('one').slice(0, 120), 'x'],
    ['a head of another route', 'GET /healthz HTTP/1.1\r\nHost: gateway\r\nX-Any: ', 'x'],
    ['empty lines', '', '\r\n'],
    ['a request line', 'POST /', 'x'],
  ])('D1 %s that comes byte by byte is given up with a 408', async (_name, bytes, more) => {
    const client = open();
    await trickle(client, bytes, more);
    expect(await client.ended).toEqual([408]);
    expect(provider.seen).toHaveLength(0);
  });

  test.each([
    ['framed by its length', `${head().join('\r\n')}\r\nContent-Length: 100000\r\n\r\n{"model":"`],
    ['in chunks', `${chunked('one').slice(0, chunked('one').indexOf('\r\n\r\n') + 4)}fffff\r\n{"model":"`],
  ])('D1 a body %s that comes byte by byte is given up with a 408', async (_name, bytes) => {
    const client = open();
    client.socket.write(bytes);
    await trickle(client, '', 'x');
    expect(await client.ended).toEqual([408]);
    expect(provider.seen).toHaveLength(0);
  });

  test('D1 a body of which nothing comes is given up with a 408', async () => {
    const client = open();
    client.socket.write(`${head().join('\r\n')}\r\nContent-Length: 100000\r\n\r\n`);
    expect(await client.ended).toEqual([408]);
  });

  test('D1 connections that say nothing are closed, however many, and a call beside them is served', async () => {
    const clients = Array.from({ length: 300 }, open);
    expect((await tollgate.chat({ model: 'box/m', messages: [{ role: 'user', content: 'hi' }] })).status).toBe(200);
    for (const statuses of await Promise.all(clients.map(client => client.ended))) {
      expect([[], [408]]).toContainEqual(statuses);
    }
  });

  test('D1 two thousand connections in the middle of a request hold next to no memory', async () => {
    const before = process.memoryUsage().rss;
    const clients = Array.from({ length: 2_000 }, open);
    for (const { socket } of clients)
      socket.write(`${head().join('\r\n')}\r\nContent-Length: 33000000\r\n\r\n{"model":"`);
    for (const statuses of await Promise.all(clients.map(client => client.ended))) {
      expect([[], [408]]).toContainEqual(statuses);
    }
    // Both sides of each are in this process.
    expect(process.memoryUsage().rss - before).toBeLessThan(512 * MEBIBYTE);
    expect((await tollgate.fetch('/v1/models')).status).toBe(200);
  });

  test('D1 connections that say nothing after their answer are closed without a word', async () => {
    const clients = Array.from({ length: 100 }, open);
    for (const { socket } of clients) socket.write(ordinary('one'));
    for (const statuses of await Promise.all(clients.map(client => client.ended))) expect(statuses).toEqual([200]);
  });

  test('D1 a second request that comes byte by byte is given up, the first was answered', async () => {
    const client = open();
    client.socket.write(ordinary('one'));
    await once(client.socket, 'data');
    await trickle(client, ordinary('two').slice(0, 120), 'x');
    expect(await client.ended).toEqual([200, 408]);
    expect(provider.seen).toHaveLength(1);
  });

  test('D1 a client that closes its side while its call runs is let go, and so is the provider', async () => {
    provider.answer(() => new Promise(() => {}));
    const client = open();
    client.socket.write(ordinary('one'));
    await until('the call reaches the provider', () => provider.seen.length === 1);
    client.socket.end();
    expect(await client.ended).toEqual([]);
    await until('the provider is let go', () => provider.seen[0]!.aborted);
  });

  test('D1 a client that closes its side after its answer is let go', async () => {
    const client = open();
    client.socket.write(ordinary('one'));
    await once(client.socket, 'data');
    client.socket.end();
    expect(await client.ended).toEqual([200]);
  });

  test('D1 a stream that nobody reads is paused at the provider and then ended', async () => {
    let sent = 0;
    provider.answer(async (_request, response) => {
      sse(response);
      const event = chunk({ content: 'x'.repeat(64 * 1024) });
      while (!response.destroyed) {
        sent += event.length;
        if (!response.write(event)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      }
    });
    const client = open();
    client.socket.write(streaming('one'));
    await staysUnread(client);
    await until('the provider is let go', () => provider.seen[0]!.aborted);
    // What the systems between hold, and our megabyte.
    expect(sent).toBeLessThan(32 * MEBIBYTE);
  });

  test('D1 a whole answer that nobody reads is given up', async () => {
    provider.answer(chatAnswer('x'.repeat(24 * MEBIBYTE)));
    const client = open();
    client.socket.write(ordinary('one'));
    await staysUnread(client);
    expect(provider.seen).toHaveLength(1);
    expect(await client.ended).toEqual([]);
  });

  test('D1 a stream that is read slowly but steadily is left alone', async () => {
    const words = Array.from({ length: 64 }, () => 'x'.repeat(64 * 1024));
    provider.answer(chatAnswer(words.join(' ')));
    const reply = await tollgate.chat({ model: 'box/m', stream: true, messages: [{ role: 'user', content: 'hi' }] });
    let tail = '';
    for await (const bytes of reply.body!) {
      tail = (tail + Buffer.from(bytes).toString('latin1')).slice(-32);
      await sleep(5);
    }
    expect(tail).toContain('[DONE]');
  });

  test('D1 a client that sends calls and never reads is not served without end', async () => {
    provider.answer(chatAnswer('x'.repeat(256 * 1024)));
    const client = open();
    const calls = 5_000;
    client.socket.pause();
    client.socket.write(ordinary('one').repeat(calls));
    await staysUnread(client);
    // Not more than one read of the socket holds.
    expect(provider.seen.length).toBeLessThan(500);
    expect((await tollgate.fetch('/v1/models')).status).toBe(200);
  });
});
