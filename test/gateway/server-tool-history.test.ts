import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type FakeProvider, fakeProvider, json } from '../support/fake-provider.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';

const search = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'noon' } };
const page = { type: 'web_search_result', url: 'https://a.test', title: 'A', encrypted_content: 'E', page_age: null };
const found = { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [page] };
const citation = {
  type: 'web_search_result_location',
  url: 'https://a.test',
  title: 'A',
  encrypted_index: 'I',
  cited_text: 'noon',
};
const said = { type: 'text', text: 'At noon.', citations: [citation] };
const MODEL = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';

let claude: FakeProvider;
let aws: FakeProvider;
let tollgate: TestTollgate;
let client: Anthropic;

beforeAll(async () => {
  claude = await fakeProvider(
    json(200, {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-x',
      content: [search, found, said],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 12, output_tokens: 5 },
    }),
  );
  aws = await fakeProvider(
    json(200, {
      output: { message: { role: 'assistant', content: [{ text: 'Yes.' }] } },
      stopReason: 'end_turn',
      usage: { inputTokens: 12, outputTokens: 5, totalTokens: 17 },
    }),
  );
  tollgate = await startTestTollgate(`
providers:
  claude: { adapter: anthropic, base_url: "${claude.url.replace(/\/v1$/, '')}", keys: ["sk-ant-0000000"] }
  cloud: { adapter: bedrock, base_url: "${aws.url.replace(/\/v1$/, '/aws')}", keys: ["bedrock-api-key-0000"] }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
`);
  client = new Anthropic({ baseURL: tollgate.url, apiKey: testKey, maxRetries: 0 });
});
afterAll(async () => {
  await tollgate.stop();
  await Promise.all([claude.close(), aws.close()]);
});
beforeEach(() => {
  claude.seen.length = 0;
  aws.seen.length = 0;
});

const question = { role: 'user' as const, content: 'When?' };
const tools: Anthropic.ToolUnion[] = [{ type: 'web_search_20250305', name: 'web_search' }];
const ask = (model: string, messages: Anthropic.MessageParam[]) =>
  client.messages.create({ model, max_tokens: 100, tools, messages }).withResponse();

/** As the SDK's users go on: the answer's own content, and the next question. */
async function history(): Promise<Anthropic.MessageParam[]> {
  const { data } = await ask('claude/claude-x', [question]);
  return [question, { role: data.role, content: data.content }, question];
}

test('class 9: what a server tool found goes back to Anthropic as it came', async () => {
  await ask('claude/claude-x', await history());
  expect(claude.seen[1]!.body.messages).toEqual([
    question,
    { role: 'assistant', content: [search, found, said] },
    question,
  ]);
});

test('class 9: on the way to Claude on Bedrock it is left out by name, and what was said stays', async () => {
  const { data, response } = await ask(`cloud/${MODEL}`, await history());
  expect(data.content).toMatchObject([{ type: 'text', text: 'Yes.' }]);
  expect(aws.seen[0]!.body.messages).toEqual([
    { role: 'user', content: [{ text: 'When?' }] },
    { role: 'assistant', content: [{ text: 'At noon.' }] },
    { role: 'user', content: [{ text: 'When?' }] },
  ]);
  const warnings: { field: string; action: string; why: string }[] = JSON.parse(
    response.headers.get('x-tollgate-warnings')!,
  );
  expect(warnings).toEqual([
    { field: 'messages[1].content', action: 'dropped', why: 'It holds a part of the dialect anthropic.' },
    { field: 'messages[1].content', action: 'dropped', why: 'Citations of earlier answers are not taken.' },
    { field: 'tools[0]', action: 'dropped', why: 'This tool belongs to another provider.' },
  ]);
});
