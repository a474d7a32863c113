import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { geminiAnswer, messagesAnswer, messagesBeginning } from '../support/fake-dialects.ts';
import {
  chatAnswer,
  errorAnswer,
  type FakeProvider,
  fakeProvider,
  json,
  type Script,
  sse,
} from '../support/fake-provider.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';

let openai: FakeProvider;
let anthropic: FakeProvider;
let gemini: FakeProvider;
let tollgate: TestTollgate;
let client: OpenAI;

/** Providers and aliases of its own for every case, so that what one case teaches does not steer the next. */
const cases = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const root = (provider: FakeProvider) => provider.url.replace(/\/v1$/, '');

beforeAll(async () => {
  openai = await fakeProvider(chatAnswer('from openai'));
  anthropic = await fakeProvider(messagesAnswer('from anthropic'));
  gemini = await fakeProvider(geminiAnswer('from gemini'));
  tollgate = await startTestTollgate(`
providers:
${cases
  .map(
    name => `  o${name}: { adapter: openai, base_url: "${openai.url}", keys: ["sk-openai-0000"] }
  a${name}: { adapter: anthropic, base_url: "${root(anthropic)}", keys: ["sk-ant-0000000"] }
  g${name}: { adapter: gemini, base_url: "${root(gemini)}", keys: ["gemini-key-0000"] }`,
  )
  .join('\n')}
models:
${cases
  .map(
    name => `  ${name}:
    targets: [{ model: a${name}/claude-x }, { model: g${name}/gemini-x }, { model: o${name}/gpt-x }]
    timeouts: { connect: 1s, first_token: 500ms, idle: 500ms, total: 20s }`,
  )
  .join('\n')}
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
prices:
${cases.map(name => `  - { model: "a${name}/*", input: 1, output: 2 }\n  - { model: "g${name}/*", input: 10, output: 20 }\n  - { model: "o${name}/*", input: 100, output: 200 }`).join('\n')}
`);
  client = new OpenAI({ baseURL: `${tollgate.url}/v1`, apiKey: testKey, maxRetries: 0 });
});
afterAll(async () => {
  await tollgate.stop();
  await Promise.all([openai.close(), anthropic.close(), gemini.close()]);
});
beforeEach(() => {
  openai.answer(chatAnswer('from openai'));
  anthropic.answer(messagesAnswer('from anthropic'));
  gemini.answer(geminiAnswer('from gemini'));
});

const ask = (model: string, more: object = {}) => ({
  model,
  messages: [{ role: 'user' as const, content: 'hi' }],
  ...more,
});
const broken: Script = errorAnswer(500);
const dies: Script = messagesBeginning('', end => setTimeout(end, 20));

async function textOf(model: string, stream: boolean) {
  if (!stream) {
    const { data, response } = await client.chat.completions.create(ask(model)).withResponse();
    return { text: data.choices[0]?.message.content, usage: data.usage, response };
  }
  const { data, response } = await client.chat.completions
    .create({ ...ask(model), stream: true, stream_options: { include_usage: true } })
    .withResponse();
  const chunks = await Array.fromAsync(data);
  const text = chunks.map(chunk => chunk.choices[0]?.delta.content ?? '').join('');
  return { text, usage: chunks.at(-1)?.usage, response };
}

describe.each([false, true])('an alias over three dialects (stream: %s)', stream => {
  const [first, second, third] = stream ? (['d', 'e', 'f'] as const) : (['a', 'b', 'c'] as const);

  test('answers from its first target, translated, metered and priced', async () => {
    const { text, usage, response } = await textOf(first, stream);
    expect(text).toBe('from anthropic');
    expect(usage).toMatchObject({ prompt_tokens: 12, completion_tokens: 5, total_tokens: 17 });
    const [row] = await tollgate.ledger(response.headers.get('x-request-id')!);
    expect(row).toMatchObject({
      target: `a${first}/claude-x`,
      cost: '0.000022',
      outcome: 'finished',
      estimated: false,
    });
  });

  test('goes to the second target, of another dialect, when the first fails', async () => {
    anthropic.answer(stream ? dies : broken);
    const { text, response } = await textOf(second, stream);
    expect(text).toBe('from gemini');
    const rows = await tollgate.ledger(response.headers.get('x-request-id')!, 2);
    expect(rows.map(row => [row.target, row.outcome, row.cost])).toEqual([
      [`a${second}/claude-x`, 'failed', rows[0]?.cost],
      [`g${second}/gemini-x`, 'finished', '0.00022'],
    ]);
  });

  test('passes through to the third when two fail', async () => {
    anthropic.answer(broken);
    gemini.answer(broken);
    const { text, response } = await textOf(third, stream);
    expect(text).toBe('from openai');
    expect(response.headers.get('x-tollgate-attempts')).toBe('3');
  });
});

describe('a translated call', () => {
  test('tells what it could not pass on, and refuses it when asked to be strict', async () => {
    const body = ask('aa/claude-x', { seed: 7 });
    const reply = await tollgate.chat(body);
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.headers.get('x-tollgate-warnings')!)).toMatchObject([{ field: 'seed', action: 'dropped' }]);
    expect(tollgate.log()).toContain('"field":"seed"');
    const before = anthropic.seen.length;
    const strict = await tollgate.chat(body, { 'x-tollgate-strict': 'true' });
    expect(strict.status).toBe(400);
    expect(await strict.json()).toMatchObject({ error: { param: 'seed' } });
    expect(anthropic.seen).toHaveLength(before);
  });

  test('names the member that cannot be understood', async () => {
    const reply = await tollgate.chat({
      model: 'aa/claude-x',
      messages: [{ role: 'user', content: [{ type: 'text', text: 5 }] }],
    });
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ error: { param: 'messages[0].content[0].text' } });
  });

  test("keeps the status and message of a provider's error in the client's own shape", async () => {
    anthropic.answer(
      json(400, { type: 'error', error: { type: 'invalid_request_error', message: 'max_tokens: too large' } }),
    );
    const reply = await tollgate.chat(ask('aa/claude-x'));
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({
      error: { type: 'invalid_request_error', message: 'max_tokens: too large' },
    });
  });

  test("ends with an error event when the provider's stream breaks off or makes no sense", async () => {
    anthropic.answer(messagesBeginning('half', end => setTimeout(end, 20)));
    const cut = await (await tollgate.chat(ask('aa/claude-x', { stream: true }))).text();
    expect(cut).toContain('half');
    expect(cut).toContain('"error"');
    expect(cut).not.toContain('[DONE]');
    gemini.answer((_request, response) => {
      sse(response);
      response.write('data: {"candidates":[{"content":{"role":"model","parts":[{"text":"half"}]}}]}\n\n');
      response.end('data: {"candidates":[{"cont\n\n');
    });
    const broken = await (await tollgate.chat(ask('ga/gemini-x', { stream: true }))).text();
    expect(broken).toContain('"error"');
    expect(broken).not.toContain('[DONE]');
  });

  test('sends no header and no key of another dialect', async () => {
    await tollgate.chat(ask('aa/claude-x'));
    const seen = anthropic.seen.at(-1)!;
    expect(seen.url).toBe('/v1/messages');
    expect(seen.headers).toMatchObject({ 'x-api-key': 'sk-ant-0000000', 'anthropic-version': '2023-06-01' });
    expect(seen.headers.authorization).toBeUndefined();
    await tollgate.chat(ask('ga/gemini-x'));
    expect(gemini.seen.at(-1)?.headers['x-goog-api-key']).toBe('gemini-key-0000');
    expect(gemini.seen.at(-1)?.url).toBe('/v1beta/models/gemini-x:generateContent');
  });
});
