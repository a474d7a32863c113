import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chunked, farewell, head, ordinary, streaming } from '../security/http-corpus/requests.ts';
import { chatStream, type FakeProvider, fakeProvider, json, type Script } from '../support/fake-provider.ts';
import { rawExchange } from '../support/raw-exchange.ts';
import { Seeded } from '../support/seeded.ts';
import { startTestTollgate, type TestTollgate } from '../support/tollgate.ts';

const rounds = Number(process.env.TOLLGATE_FUZZ_RUNS ?? 400);

let provider: FakeProvider;
let tollgate: TestTollgate;
let port: number;

/** Says the content of the call again, which tells whose answer it is. */
const echo: Script = (request, response) => {
  const [message] = request.body.messages as { content: string }[];
  if (request.body.stream === true) return void chatStream(message!.content)(request, response);
  const choices = [{ index: 0, message: { role: 'assistant', content: message!.content }, finish_reason: 'stop' }];
  json(200, { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices })(request, response);
};

/** What changes the meaning of a head when it stands at the wrong place. */
const words = [
  '\r\n',
  '\r\n\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  '\t',
  ':',
  ',',
  ';',
  '0',
  '9',
  'x',
  '"',
  '\xff',
  '\r\nContent-Length: 5',
  '\r\nContent-Length: 0',
  '\r\nTransfer-Encoding: chunked',
  '\r\nTransfer-Encoding: identity',
  '\r\nConnection: close',
  '\r\nExpect: 100-continue',
  '\r\nUpgrade: websocket\r\nConnection: upgrade',
  '\r\nHost: other',
  ' HTTP/1.0',
  'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n',
  '0\r\n\r\n',
  '5\r\nhello\r\n',
  head().join('\r\n'),
];

function mutated(bytes: string, random: Seeded): string {
  let out = bytes;
  for (let edits = 1 + random.below(4); edits > 0; edits--) {
    const from = random.below(out.length + 1);
    const to = Math.min(out.length, from + random.below(random.chance(0.2) ? 200 : 4));
    const stretch = out.slice(from, to);
    const put = random.pick(['', random.pick(words), random.pick(words), stretch + stretch]);
    out = out.slice(0, from) + put + out.slice(random.chance(0.5) ? from : to);
  }
  return out;
}

function requests(round: number, random: Seeded): string {
  const kinds = [ordinary, ordinary, chunked, streaming, () => 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'];
  return Array.from({ length: 1 + random.below(3) }, (_, place) => random.pick(kinds)(`c${round}-${place}`)).join('');
}

function inPieces(bytes: string, random: Seeded): string[] {
  const places = Array.from({ length: random.below(4) }, () => random.below(bytes.length + 1)).sort((a, b) => a - b);
  const ends = [...places, bytes.length];
  return ends.map((end, index) => bytes.slice(ends[index - 1] ?? 0, end));
}

/** How often a client can have meant this content, whatever became of the bytes around it. */
const said = (bytes: string, content: string): number => bytes.split(JSON.stringify(content).slice(1, -1)).length - 1;

describe.each(['node', 'direct'] as const)('requests that are damaged (listener: %s)', listener => {
  beforeAll(async () => {
    provider = await fakeProvider(echo);
    tollgate = await startTestTollgate(
      `
providers: { box: { adapter: openai-compatible, base_url: "${provider.url}", keys: ["sk-provider-0000"] } }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
`,
      {},
      { listener },
    );
    port = Number(new URL(tollgate.url).port);
  });
  afterAll(async () => {
    await tollgate.stop();
    await provider.close();
  });

  async function damaged(round: number): Promise<void> {
    const random = new Seeded(round);
    const bytes = mutated(requests(round, random), random);
    const answers = await rawExchange(port, inPieces(bytes, random), { patienceMillis: 100 });
    for (const { status } of answers) expect(status).toBeLessThan(500);
    const seen = provider.seen.filter(({ body }) => !JSON.stringify(body).includes('canary'));
    for (const { url, headers, body, text } of seen) {
      expect([url, headers.authorization, body.model]).toEqual([
        '/v1/chat/completions',
        'Bearer sk-provider-0000',
        'm',
      ]);
      const content = String((body.messages as { content: unknown }[])[0]!.content);
      const same = seen.filter(other => other.text === text).length;
      expect(same).toBeLessThanOrEqual(said(bytes, content));
    }
  }

  async function unharmed(round: number): Promise<void> {
    const content = `canary ${round}`;
    const [answer] = await rawExchange(port, [ordinary(content)], { answers: 1, last: farewell });
    expect(answer).toMatchObject({ status: 200, body: expect.stringContaining(`"content":"${content}"`) });
  }

  test('are answered or refused in time, harm no other, and reach no provider in a form that nobody sent', async () => {
    for (let round = 1; round <= rounds; round++) {
      provider.seen.length = 0;
      try {
        await Promise.all([damaged(round), unharmed(round)]);
      } catch (error) {
        if (error instanceof Error) error.message = `round ${round}: ${error.message}`;
        throw error;
      }
    }
  }, 300_000);
});
