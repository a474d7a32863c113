import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  chatAnswer,
  errorAnswer,
  type FakeProvider,
  fakeProvider,
  type SeenRequest,
} from '../support/fake-provider.ts';
import { startTestTollgate, type TestTollgate } from '../support/tollgate.ts';

let first: FakeProvider;
let second: FakeProvider;
let tollgate: TestTollgate;
const limited = 'tg_limitedkey0123456789abcdefghijklmnopqrst';

beforeAll(async () => {
  first = await fakeProvider();
  second = await fakeProvider();
  tollgate = await startTestTollgate(
    `
providers:
  first: { adapter: openai-compatible, base_url: "${first.url}", keys: ["sk-provider-0001"] }
  second: { adapter: openai-compatible, base_url: "${second.url}", keys: ["sk-provider-0002"] }
models:
  fast: { retries: 0, targets: [{ model: first/m }], fallbacks: [{ model: second/m }] }
  secret-mode: { targets: [{ model: second/m }] }
teams: { search: {}, other: {} }
keys:
  - { name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }
  - { name: other, team: other, secret: "env:LIMITED_KEY", models: [fast] }
`,
    { LIMITED_KEY: limited },
  );
});
afterAll(async () => {
  await tollgate.stop();
  await Promise.all([first.close(), second.close()]);
});
beforeEach(() => {
  for (const provider of [first, second]) {
    provider.seen.length = 0;
    provider.answer(chatAnswer());
  }
});

const asOther = { authorization: `Bearer ${limited}` };
const ask = (more: object = {}) => ({ model: 'fast', messages: [{ role: 'user', content: 'hi' }], ...more });

test('T3 what one team gets wrong, a thousand times, moves no call of another', async () => {
  first.answer((request: SeenRequest, response) => {
    const status = [400, 404, 413, 422][first.seen.length % 4]!;
    return (request.body.user === 'bad' ? errorAnswer(status) : chatAnswer())(request, response);
  });
  for (let round = 0; round < 20; round++) {
    const replies = await Promise.all(
      Array.from({ length: 50 }, () => tollgate.chat(ask({ user: 'bad' }), asOther).then(reply => reply.text())),
    );
    expect(replies).toHaveLength(50);
  }
  const reply = await tollgate.chat(ask());
  expect(reply.headers.get('x-tollgate-target')).toBe('first/m');
  expect(reply.headers.get('x-tollgate-attempts')).toBe('1');
});

test('T5 a hundred calls with the same ids of the client are a hundred usage events', async () => {
  const named = { 'x-request-id': 'same', 'idempotency-key': 'same', 'x-client-request-id': 'same' };
  const replies = await Promise.all(Array.from({ length: 100 }, () => tollgate.chat(ask(), named)));
  const ids = replies.map(reply => reply.headers.get('x-request-id')!);
  expect(new Set(ids).size).toBe(100);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const rows = (await Promise.all(ids.map(id => tollgate.ledger(id)))).flat();
  expect(new Set(rows.map(row => row.id)).size).toBe(100);
  expect(first.seen.some(request => JSON.stringify(request.rawHeaders).includes('same'))).toBe(false);
});

test('T5 an id of another call opens nothing', async () => {
  const reply = await tollgate.chat(ask());
  const id = reply.headers.get('x-request-id')!;
  await tollgate.ledger(id);
  expect((await tollgate.fetch(`/v1/calls/${id}`)).status).toBe(200);
  expect((await tollgate.fetch(`/v1/calls/${id}`, { headers: asOther })).status).toBe(404);
});

test.each([
  ['/v1/chat/completions', { messages: [{ role: 'user', content: 'hi' }] }],
  ['/v1/chat/completions', { messages: [{ role: 'user', content: 'hi' }], stream: true }],
  ['/openai/v1/chat/completions', { messages: [{ role: 'user', content: 'hi' }], stream: true }],
  ['/v1/embeddings', { input: 'hi' }],
  ['/openai/v1/embeddings', { input: 'hi' }],
])('T6 %s with %j reaches only what the key may use', async (path, body) => {
  for (const model of ['secret-mode', 'first/m', 'second/m', 'fast/', 'FAST', 'm', 'second/fast']) {
    const reply = await tollgate.fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...asOther },
      body: JSON.stringify({ ...body, model }),
    });
    expect([model, [400, 404].includes(reply.status)]).toEqual([model, true]);
  }
  expect([...first.seen, ...second.seen]).toEqual([]);
});

test('T6 what is listed and described is what the key may use', async () => {
  const listed = await (await tollgate.fetch('/v1/models', { headers: asOther })).json();
  expect((listed as { data: { id: string }[] }).data.map(({ id }) => id)).toEqual(['fast']);
  expect((await tollgate.fetch('/v1/models/secret-mode', { headers: asOther })).status).toBe(404);
});

const reached = () => first.seen.length + second.seen.length;
const advisor = (model: string) => ({ type: 'advisor_20260301', name: 'advisor', model });

test.each<[name: string, members: object, param: string]>([
  ['a tool', { tools: [advisor('secret-m')] }, 'tools[0].model'],
  ['a tool behind another', { tools: [{ type: 'web_search' }, advisor('secret-m')] }, 'tools[1].model'],
  ['a tool that draws', { tools: [{ type: 'image_generation', model: 'secret-m' }] }, 'tools[0].model'],
  [
    'the parameters of a tool',
    { tools: [{ type: 'openrouter:advisor', parameters: { model: 'secret-m' } }] },
    'tools[0].parameters.model',
  ],
  ['a list of fallbacks', { models: ['m', 'secret-m'] }, 'models'],
  ['a plugin', { plugins: [{ id: 'fusion', analysis_models: [], model: 'secret-m' }] }, 'plugins[0].model'],
])('T6 a key reaches no model outside its list through %s', async (_name, members, param) => {
  for (const path of ['/v1/chat/completions', '/v1/messages', '/v1/messages/count_tokens']) {
    const body = JSON.stringify(ask({ max_tokens: 9, ...members }));
    for (const sent of [body, body.replaceAll('"model":"secret', '"m\\u006fdel":"secret')]) {
      const headers = { ...asOther, 'content-type': 'application/json' };
      const reply = await tollgate.fetch(path, { method: 'POST', headers, body: sent });
      expect([path, reply.status]).toEqual([path, 400]);
      expect(await reply.text()).toContain(param);
    }
  }
  expect(reached()).toBe(0);
});

test('T6 what a tool names and the key may use is passed on, and so is a schema with a member of that name', async () => {
  const schema = { type: 'object', properties: { model: { type: 'string', enum: ['secret-m'] } } };
  const tools = [advisor('m'), { type: 'function', function: { name: 'look', parameters: schema } }];
  expect((await tollgate.chat(ask({ tools }), asOther)).status).toBe(200);
  expect((await tollgate.chat(ask({ tools: [advisor('anything')] }))).status).toBe(200);
});
