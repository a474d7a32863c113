import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chatAnswer, type FakeProvider, fakeProvider, json } from '../support/fake-provider.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';

const search = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } };
const found = { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] };

let openai: FakeProvider;
let anthropic: FakeProvider;
let tollgate: TestTollgate;
let client: OpenAI;

beforeAll(async () => {
  openai = await fakeProvider();
  anthropic = await fakeProvider(
    json(200, {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-x',
      content: [search, found, { type: 'text', text: 'At noon.' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 12, output_tokens: 5 },
    }),
  );
  tollgate = await startTestTollgate(`
providers:
  box: { adapter: openai-compatible, base_url: "${openai.url}", keys: ["sk-box-0000000"] }
  claude: { adapter: anthropic, base_url: "${anthropic.url.replace(/\/v1$/, '')}", keys: ["sk-ant-0000000"] }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
`);
  client = new OpenAI({ baseURL: `${tollgate.url}/v1`, apiKey: testKey, maxRetries: 0 });
});
afterAll(async () => {
  await tollgate.stop();
  await Promise.all([openai.close(), anthropic.close()]);
});
beforeEach(() => {
  openai.seen.length = 0;
  anthropic.seen.length = 0;
  openai.answer(chatAnswer());
});

const question = { role: 'user' as const, content: 'when?' };
const ask = (model: string, messages: OpenAI.ChatCompletionMessageParam[]) =>
  client.chat.completions.create({ model, messages }).withResponse();

describe('what a tool found at Anthropic, in the history of a client of OpenAI’s dialect', () => {
  test('goes back to Anthropic, and not to a provider of OpenAI’s dialect, which may refuse it', async () => {
    const { message } = (await ask('claude/claude-x', [question])).data.choices[0]!;
    expect(message).toHaveProperty('provider_parts');
    const history = [question, message, question];

    await ask('claude/claude-x', history);
    expect((anthropic.seen[1]!.body.messages as { content: unknown }[])[1]?.content).toEqual([
      search,
      found,
      { type: 'text', text: 'At noon.' },
    ]);

    const { response } = await ask('box/m-1', history);
    expect(openai.seen[0]!.text).not.toContain('provider_parts');
    expect(openai.seen[0]!.body.messages).toMatchObject([question, { content: 'At noon.' }, question]);
    expect(JSON.parse(response.headers.get('x-tollgate-warnings')!)).toMatchObject([
      { field: 'messages[1].provider_parts', action: 'dropped' },
    ]);
  });

  test('is taken out beside parts of media as well', async () => {
    const image = { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,AAAA' } };
    const answer = { role: 'assistant' as const, content: 'x', provider_parts: [{ dialect: 'anthropic', value: {} }] };
    await ask('box/m-1', [{ role: 'user', content: [image] }, answer, question]);
    expect(openai.seen[0]!.body.messages).toEqual([
      { role: 'user', content: [image] },
      { role: 'assistant', content: 'x' },
      question,
    ]);
  });

  test('leaves the bytes of other calls alone, also where a text names the member', async () => {
    const body = `{"model":"box/m-1", "messages":[{"role":"user","content":"what is \\"provider_parts\\"?"}]}`;
    await tollgate.fetch('/v1/chat/completions', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(openai.seen[0]!.text).toBe(body.replace('box/m-1', 'm-1'));
  });
});
