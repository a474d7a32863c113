import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ScriptedServer, scriptedServer } from '../support/scripted-server.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';

let provider: ScriptedServer;
let tollgate: TestTollgate;

const completion = (content: string) =>
  JSON.stringify({
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  });
const answerOf = (content: string, status = '200 OK', more = '') => {
  const body = completion(content);
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\n${more}content-length: ${body.length}\r\n\r\n${body}`;
};
const poison = answerOf('poison');
const streamHead = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n';
const delta = (content: string) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;
const chunkOf = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

beforeAll(async () => {
  provider = await scriptedServer();
  tollgate = await startTestTollgate(`
providers: { box: { adapter: openai-compatible, base_url: "${provider.origin}/v1", keys: ["sk-provider-0000"] } }
models: { one: { retries: 0, targets: [{ model: box/m }], timeouts: { first_token: 2s, idle: 2s, total: 4s } } }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
`);
});
afterAll(async () => {
  await tollgate.stop();
  await provider.close();
});
beforeEach(() => {
  provider.answer(socket => socket.write(answerOf('clean')));
});

const ask = (stream = false) => tollgate.chat({ model: 'one', stream, messages: [{ role: 'user', content: 'hi' }] });
/** What the next call hears, and the connections it took to get there. */
async function afterwards() {
  // Whatever is still on its way belongs to the call before.
  await sleep(50);
  provider.answer(socket => socket.write(answerOf('clean')));
  const before = provider.sockets.length;
  const text = await (await ask()).text();
  return { text, opened: provider.sockets.length - before };
}

describe('threats from connections to providers', () => {
  test('H6 a connection that behaves is used again, which the other rows would otherwise not prove', async () => {
    await (await ask()).text();
    expect((await afterwards()).opened).toBe(0);
  });

  test.each([
    ['a second answer behind the first', answerOf('first') + poison],
    ['half an answer behind the first', answerOf('first') + poison.slice(0, 40)],
    ['one byte behind the first', `${answerOf('first')}x`],
    ['an answer behind one without a body', `HTTP/1.1 204 No Content\r\n\r\n${poison}`],
    ['an answer behind chunks', `${streamHead}transfer-encoding: chunked\r\n\r\n0\r\n\r\n${poison}`],
  ])('H6 %s is heard by nobody, and the next call has a connection of its own', async (_name, bytes) => {
    provider.answer(socket => socket.write(bytes));
    expect(await (await ask()).text()).not.toContain('poison');
    const { text, opened } = await afterwards();
    expect(text).toContain('clean');
    expect(opened).toBe(1);
  });

  test('H6 an answer that comes when nobody has asked is heard by nobody', async () => {
    let late = (): void => undefined;
    provider.answer(socket => {
      socket.write(answerOf('first'));
      late = () => socket.write(poison);
    });
    await (await ask()).text();
    late();
    const { text, opened } = await afterwards();
    expect(text).toContain('clean');
    expect(opened).toBe(1);
  });

  test('H6 a connection whose request was answered before it was read is not used again', async () => {
    const early = await earlyServer();
    const own = await startTestTollgate(`
providers: { box: { adapter: openai-compatible, base_url: "${early.origin}/v1", keys: ["sk-provider-0000"] } }
models: { one: { retries: 0, targets: [{ model: box/m }] } }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
`);
    try {
      const large = { model: 'one', messages: [{ role: 'user', content: 'x'.repeat(8 * 1024 * 1024) }] };
      expect((await own.chat(large)).status).toBe(400);
      const next = await own.chat({ model: 'one', messages: [{ role: 'user', content: 'hi' }] });
      expect(await next.text()).not.toContain('poison');
      expect(early.connections()).toBe(2);
    } finally {
      await own.stop();
      await early.close();
    }
  });

  test('H6 a client that leaves in the middle takes the connection along', async () => {
    provider.answer(socket =>
      socket.write(`${streamHead}transfer-encoding: chunked\r\n\r\n${chunkOf(delta('begun'))}`),
    );
    const leaving = new AbortController();
    const reply = await fetch(`${tollgate.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'one', stream: true, messages: [{ role: 'user', content: 'hi' }] }),
      signal: leaving.signal,
    });
    await reply.body!.getReader().read();
    leaving.abort();
    await expect.poll(() => provider.sockets.at(-1)!.destroyed).toBe(true);
    const { text, opened } = await afterwards();
    expect(text).toContain('clean');
    expect(opened).toBe(1);
  });

  const tricks: readonly [name: string, bytes: string][] = [
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    ],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nokk'],
    ['a folded header', 'HTTP/1.1 200 OK\r\nx: a\r\n b\r\ncontent-length: 2\r\n\r\nok'],
    ['20 KB of headers', `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(20_000)}\r\ncontent-length: 2\r\n\r\nok`],
    ['a thousand headers', `HTTP/1.1 200 OK\r\n${'x: a\r\n'.repeat(1_000)}content-length: 2\r\n\r\nok`],
    ['101', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n'],
    ['status 099', 'HTTP/1.1 099 Odd\r\ncontent-length: 2\r\n\r\nok'],
    ['status 999', 'HTTP/1.1 999 Odd\r\ncontent-length: 2\r\n\r\nok'],
    ['status 600', 'HTTP/1.1 600 Odd\r\ncontent-length: 2\r\n\r\nok'],
    ['status 304', 'HTTP/1.1 304 Not Modified\r\n\r\n'],
    ['no status', 'HTTP/1.1 OK\r\ncontent-length: 2\r\n\r\nok'],
    ['interim answers without end', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'.repeat(5_000)],
    ['a chunk size that is none', `${streamHead}transfer-encoding: chunked\r\n\r\nzz\r\n`],
    ['a coding that nobody knows', `${streamHead}transfer-encoding: gzip\r\n\r\nxx`],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ];
  test.each(tricks)('H7 %s is a 502, and the attempt is in the ledger', async (_name, bytes) => {
    for (const stream of [false, true]) {
      provider.answer(socket => socket.write(bytes));
      const reply = await ask(stream);
      expect(reply.status).toBe(502);
      const { error } = (await reply.json()) as { error: { code: string } };
      expect(['upstream_invalid', 'upstream_redirect']).toContain(error.code);
      const [row] = await tollgate.ledger(reply.headers.get('x-request-id')!);
      expect(row).toMatchObject({ outcome: 'failed', error: error.code });
    }
    expect((await afterwards()).text).toContain('clean');
  });

  test('H7 what goes wrong in the middle of a stream is an error event, and the attempt is in the ledger', async () => {
    provider.answer(socket =>
      socket.write(`${streamHead}transfer-encoding: chunked\r\n\r\n${chunkOf(delta('begun'))}-1\r\n`),
    );
    const reply = await ask(true);
    const text = await reply.text();
    expect(text).toContain('begun');
    expect(text).toMatch(/data: \{"error":\{.*upstream/);
    expect(text).not.toContain('[DONE]');
    const [row] = await tollgate.ledger(reply.headers.get('x-request-id')!);
    expect(row).toMatchObject({ outcome: 'failed' });
    expect((await afterwards()).text).toContain('clean');
  });
});

/** Answers 400 at the first byte of a first request and has another answer in store; then it behaves. */
async function earlyServer() {
  let connections = 0;
  const server = createServer(socket => {
    connections += 1;
    const first = connections === 1;
    socket.on('error', () => socket.destroy());
    socket.once('data', () => {
      socket.write(answerOf('no', first ? '400 Bad Request' : '200 OK'));
      if (first) setTimeout(() => socket.write(poison), 20);
    });
    socket.on('data', () => undefined);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    connections: () => connections,
    close: () => new Promise(resolve => server.close(resolve)),
  };
}
