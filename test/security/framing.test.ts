import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { rawExchange } from '../support/raw-exchange.ts';
import { type ScriptedServer, scriptedServer } from '../support/scripted-server.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';
import { body, chunk, crlf, farewell, head, ordinary, otherKey } from './http-corpus/requests.ts';

let provider: ScriptedServer;
let tollgate: TestTollgate;
let port: number;

const answer = JSON.stringify({
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'yes' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
});
const json = body('one');
const chunkedHead = crlf(...head(), 'Transfer-Encoding: chunked', '');
const [, ...headers] = head();

describe.each(['node', 'direct'] as const)('threats in what framing allows (listener: %s)', listener => {
  beforeAll(async () => {
    provider = await scriptedServer();
    provider.answer(socket =>
      socket.write(
        `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`,
      ),
    );
    tollgate = await startTestTollgate(
      `
providers: { box: { adapter: openai-compatible, base_url: "${provider.origin}/v1", keys: ["sk-provider-0000"] } }
teams: { search: {}, other: {} }
keys:
  - { name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }
  - { name: other, team: other, secret: "env:OTHER_KEY", models: ["*"] }
`,
      { OTHER_KEY: otherKey },
      { listener },
    );
    port = Number(new URL(tollgate.url).port);
  });
  afterAll(async () => {
    await tollgate.stop();
    await provider.close();
  });
  let before = 0;
  beforeEach(() => {
    before = provider.requests.length;
  });

  const arrived = () => provider.requests.slice(before);
  const ask = (bytes: string) => rawExchange(port, [bytes], { answers: 1, last: farewell });

  const lines = [
    'POST /v1/chat/completions',
    'POST /v1/embeddings',
    'GET /v1/models',
    'GET /healthz',
    'POST /nowhere',
    'POST /%',
  ];
  const forms: readonly [name: string, version: string, framing: readonly string[]][] = [
    ['a coding before chunked', 'HTTP/1.1', ['Transfer-Encoding: gzip, chunked']],
    ['two codings in two lines', 'HTTP/1.1', ['Transfer-Encoding: gzip', 'Transfer-Encoding: chunked']],
    ['an identity before chunked', 'HTTP/1.1', ['Transfer-Encoding: identity, chunked']],
    ['chunks in HTTP/1.0', 'HTTP/1.0', ['Transfer-Encoding: chunked']],
    ['two Hosts', 'HTTP/1.1', ['Host: other', 'Transfer-Encoding: chunked']],
  ];
  test.each(forms)(
    'H2 %s, which Node accepts, is refused on every route and ends the connection',
    async (_, version, framing) => {
      for (const line of lines) {
        const bytes = `${crlf(`${line} ${version}`, ...headers, ...framing, '')}${chunk(json)}0\r\n\r\n`;
        const answers = await rawExchange(port, [bytes + ordinary('smuggled')], { answers: 2, last: farewell });
        expect([line, answers.map(({ status }) => status)]).toEqual([line, [400]]);
      }
      expect(arrived()).toEqual([]);
    },
  );

  test('H2 HTTP/1.0 without chunks is served, and its connection ends with the answer', async () => {
    const bytes = ordinary('one').replace('HTTP/1.1', 'HTTP/1.0');
    const answers = await rawExchange(port, [bytes + ordinary('smuggled')]);
    expect(answers.map(({ status }) => status)).toEqual([200]);
    expect(arrived()).toHaveLength(1);
  });

  test('H3 chunk extensions are read over, and neither they nor the chunks go on to the provider', async () => {
    const extended = chunk(json).replace('\r\n', ';a=b;c="CANARY"\r\n');
    const [first] = await ask(`${chunkedHead}${extended}0;CANARY=1\r\n\r\n`);
    expect(first?.status).toBe(200);
    const [request = ''] = arrived();
    expect(request).not.toMatch(/CANARY|transfer-encoding|a=b/i);
    expect(request).toMatch(new RegExp(`\\r\\ncontent-length: ${request.split('\r\n\r\n')[1]!.length}\\r\\n`));
  });

  test.each([
    ['of 20 KB', `2;${'a'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`],
    ['ended by a bare LF', '2;a\n{}\r\n0\r\n\r\n'],
    ['with a bare CR', '2;a\rb\r\n{}\r\n0\r\n\r\n'],
    ['that begins with a control character', '2;\x01\r\n{}\r\n0\r\n\r\n'],
  ])('H3 an extension %s is refused and ends the connection', async (_name, chunks) => {
    const answers = await rawExchange(port, [chunkedHead + chunks + ordinary('smuggled')], {
      answers: 2,
      last: farewell,
    });
    expect(answers.map(({ status }) => status)).toEqual([400]);
    expect(arrived()).toEqual([]);
  });

  test.each([
    ['0x2', `0x2\r\n{}\r\n0\r\n\r\n`],
    ['-2', `-2\r\n{}\r\n0\r\n\r\n`],
    ['2_0', `2_0\r\n{}\r\n0\r\n\r\n`],
  ])('H3 a chunk size of %s is refused', async (_name, chunks) => {
    const answers = await rawExchange(port, [chunkedHead + chunks + ordinary('smuggled')], {
      answers: 2,
      last: farewell,
    });
    expect(answers.map(({ status }) => status)).toEqual([400]);
  });

  test('H3 a key in a trailer opens nothing and books on nobody', async () => {
    const withTrailer = (first: readonly string[]) =>
      `${crlf(...first, 'Transfer-Encoding: chunked', '')}${chunk(json)}0\r\nAuthorization: Bearer ${otherKey}\r\nX-Trailer: CANARY\r\n\r\n`;
    const [without] = await ask(withTrailer(head().filter(line => !line.startsWith('Authorization'))));
    expect(without?.status).toBe(401);
    expect(arrived()).toEqual([]);
    const [answered] = await ask(withTrailer(head(testKey)));
    expect(answered?.status).toBe(200);
    const [row] = await tollgate.ledger(answered!.headers['x-request-id']!);
    expect(row).toMatchObject({ team: 'search', key: 'web' });
    expect(arrived().join()).not.toMatch(/CANARY|x-trailer/i);
  });
});
