import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakeProvider, fakeProvider } from '../../support/fake-provider.ts';
import { startTestTollgate, type TestTollgate } from '../../support/tollgate.ts';

let provider: FakeProvider;
let tollgate: TestTollgate;

beforeAll(async () => {
  provider = await fakeProvider();
  tollgate = await startTestTollgate(`
providers: { openai: { base_url: "${provider.url}", keys: ["sk-provider-0000"] } }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
`);
});
afterAll(async () => {
  await tollgate.stop();
  await provider.close();
});

const ask = (more: object) => ({ model: 'openai/gpt-5', messages: [{ role: 'user', content: 'hi' }], ...more });

test('a member that a model knows under another name is sent under that name', async () => {
  const reply = await tollgate.chat(ask({ max_tokens: 9 }));
  expect(reply.status).toBe(200);
  expect(provider.seen.at(-1)?.body).toMatchObject({ max_completion_tokens: 9 });
  expect(provider.seen.at(-1)?.body).not.toHaveProperty('max_tokens');
});

test('what is given under both names is left out under the wrong one, with a warning', async () => {
  const reply = await tollgate.chat(ask({ max_tokens: 9, max_completion_tokens: 7 }));
  expect(provider.seen.at(-1)?.body).toMatchObject({ max_completion_tokens: 7 });
  expect(provider.seen.at(-1)?.body).not.toHaveProperty('max_tokens');
  expect(JSON.parse(reply.headers.get('x-tollgate-warnings') ?? '[]')).toMatchObject([
    { field: 'max_tokens', action: 'dropped' },
  ]);
});

test('nothing is sent when the caller is strict and something would have to be changed', async () => {
  const before = provider.seen.length;
  const reply = await tollgate.chat(ask({ max_tokens: 9, max_completion_tokens: 7 }), { 'x-tollgate-strict': 'true' });
  expect(reply.status).toBe(400);
  expect(await reply.json()).toMatchObject({ error: { param: 'max_tokens' } });
  expect(provider.seen).toHaveLength(before);
});
