import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chunk, type FakeProvider, fakeProvider, json, type Script, sse } from '../support/fake-provider.ts';
import { rawExchange } from '../support/raw-exchange.ts';
import { Seeded } from '../support/seeded.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';
import { type AcceptedCase, accepted } from './http-corpus/accepted.ts';
import { type RefusedCase, refused } from './http-corpus/refused.ts';
import { chunked, farewell, ordinary, otherKey, streaming } from './http-corpus/requests.ts';

let provider: FakeProvider;
let tollgate: TestTollgate;
let port: number;

const contentOf = (answer: string): string =>
  (JSON.parse(answer) as { choices: { message: { content: string } }[] }).choices[0]!.message.content;

/** Says the content of the call's first message again. */
const echo: Script = (request, response) => {
  const [message] = request.body.messages as { content: string }[];
  const choices = [{ index: 0, message: { role: 'assistant', content: message!.content }, finish_reason: 'stop' }];
  json(200, { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices })(request, response);
};

/** Long stretches of one letter say nothing new byte by byte. */
const inBytes = (bytes: string): string[] => bytes.match(/a{50,}|./gs) ?? [];

/** What the provider was asked, in order. */
const executed = (): string[] => provider.seen.map(({ body }) => (body.messages as { content: string }[])[0]!.content);

describe.each(['node', 'direct'] as const)('threats in the framing of requests (listener: %s)', listener => {
  beforeAll(async () => {
    provider = await fakeProvider(echo);
    tollgate = await startTestTollgate(
      `
providers: { box: { adapter: openai-compatible, base_url: "${provider.url}", keys: ["sk-provider-0000"] } }
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
  beforeEach(() => {
    provider.seen.length = 0;
  });

  afterEach(async () => {
    provider.answer(echo);
    const [answer] = await rawExchange(port, [ordinary('still there')], { answers: 1, last: farewell });
    expect([answer?.status, contentOf(answer!.body)]).toEqual([200, 'still there']);
  });

  async function refuses({ bytes, status = 400 }: RefusedCase, pieces: readonly string[]): Promise<void> {
    const answers = await rawExchange(port, pieces, { answers: 2, last: farewell });
    expect(answers.map(answer => answer.status)).toEqual([status]);
    expect(executed()).toEqual([]);
    expect(bytes).toContain('smuggled');
  }

  async function accepts({ statuses, executed: expected, closes }: AcceptedCase, pieces: readonly string[]) {
    provider.seen.length = 0;
    const answers = await rawExchange(port, pieces, { answers: statuses.length, last: farewell });
    // Guessing keys is slowed down by then, which is another answer with the same meaning.
    const heard = answers.map(({ status }) => (status === 429 ? 401 : status));
    expect(heard).toEqual(closes ? statuses : [...statuses, 200]);
    expect(executed()).toEqual(expected);
    const said = answers.filter(answer => answer.body.includes('"choices"')).map(answer => contentOf(answer.body));
    expect(said).toEqual(expected);
  }

  test.each(refused)('H1 $name is refused once and the connection closed', async each => {
    await refuses(each, [each.bytes]);
  });

  test.each(refused)('H1 $name is refused the same way byte by byte', async each => {
    await refuses(each, inBytes(each.bytes));
  });

  test.each(accepted)('H1 $name: each request is answered for itself', async each => {
    await accepts(each, [each.bytes]);
  });

  test.each(accepted)('H1 $name: the same byte by byte', async each => {
    await accepts(each, inBytes(each.bytes));
  });

  test.each(accepted)('H1 $name: the same in two pieces', async each => {
    const random = new Seeded(each.bytes.length);
    // Everywhere in what is short, else at places by chance.
    for (const place of random.shuffled([...each.bytes].map((_, index) => index)).slice(0, 24)) {
      await accepts(each, [each.bytes.slice(0, place), each.bytes.slice(place)]);
    }
  });

  test('H1 pipelined calls are booked to the key that each of them brings', async () => {
    const keys = [testKey, otherKey, otherKey, testKey];
    const bytes = keys.map((key, place) => ordinary(`n${place}`, key)).join('');
    const answers = await rawExchange(port, [bytes], { answers: keys.length, last: farewell });
    const ids = answers.slice(0, keys.length).map(({ headers }) => headers['x-request-id']!);
    const rows = await Promise.all(ids.map(id => tollgate.ledger(id)));
    expect(rows.map(([row]) => row?.team)).toEqual(keys.map(key => (key === testKey ? 'search' : 'other')));
  });

  test('H1 what cannot be read behind a call says nothing inside the answer to that call', async () => {
    provider.answer(async (_request, response) => {
      sse(response);
      response.write(chunk({ role: 'assistant', content: 'begun' }));
      await once(response, 'close');
    });
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let said = '';
    socket.on('data', bytes => {
      said += bytes.toString();
    });
    socket.write(streaming('one'));
    await once(socket, 'data');
    socket.write('NO HTTP\r\n\r\n');
    // A listener that reads on only after the answer leaves it open.
    socket.setTimeout(500, () => socket.destroy());
    await once(socket, 'close');
    expect(said).toContain('begun');
    expect(said.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  test('H1 what cannot be read behind a call ends the connection, and nothing behind it is executed', async () => {
    const bytes = `${ordinary('one')}NO HTTP\r\n\r\n${ordinary('smuggled')}`;
    const answers = await rawExchange(port, [bytes]);
    expect(answers.map(({ status }) => status).at(-1)).toBe(400);
    expect(answers.length).toBeLessThanOrEqual(2);
    expect(executed()).not.toContain('smuggled');
  });

  test.each([
    ['a head', ordinary('one').slice(0, 60)],
    ['a body framed by its length', ordinary('one').slice(0, -1)],
    ['a chunk', chunked('one').slice(0, -30)],
    ['the last chunk', chunked('one').slice(0, -4)],
    ['trailers', `${chunked('one').slice(0, -2)}X-Any: 1\r\n`],
  ])('H1 a request whose client closes inside %s is not executed', async (_name, bytes) => {
    const answers = await rawExchange(port, [bytes], { halfClose: true });
    expect([[], [400]]).toContainEqual(answers.map(({ status }) => status));
    expect(executed()).toEqual([]);
  });
});
