import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FakeProvider, fakeProvider, json } from '../support/fake-provider.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';

let provider: FakeProvider;
let tollgate: TestTollgate;
let openai: OpenAI;
let anthropic: Anthropic;

beforeAll(async () => {
  provider = await fakeProvider();
  tollgate = await startTestTollgate(`
providers:
  openai: { base_url: "${provider.url}", keys: ["sk-provider-secret-1234"] }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
`);
  openai = new OpenAI({ baseURL: `${tollgate.url}/v1`, apiKey: testKey, maxRetries: 0 });
  anthropic = new Anthropic({ baseURL: tollgate.url, apiKey: testKey, maxRetries: 0 });
});
afterAll(async () => {
  await tollgate.stop();
  await provider.close();
});
beforeEach(() => {
  provider.seen.length = 0;
});

const MODEL = 'openai/gpt-5-pro';
const usage = {
  input_tokens: 9,
  input_tokens_details: { cached_tokens: 4 },
  output_tokens: 7,
  output_tokens_details: { reasoning_tokens: 5 },
  total_tokens: 16,
};
const response = (output: readonly object[], members: object = {}) => ({
  ...{ id: 'resp_1', object: 'response', created_at: 1, model: 'gpt-5-pro', status: 'completed', output, usage },
  ...members,
});
const thought = {
  type: 'reasoning',
  id: 'rs_1',
  summary: [{ type: 'summary_text', text: 'Hm' }],
  encrypted_content: 'E',
};
const words = (text: string) => ({
  ...{ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed' },
  content: [{ type: 'output_text', text, annotations: [] }],
});
const call = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'look', arguments: '{"at":"sky"}' };

/** The response as the events that tell it. */
function streamed(output: readonly object[], end: object): void {
  const events = [
    { type: 'response.created', response: response([], { status: 'in_progress', usage: null }) },
    ...output.map((item, output_index) => ({ type: 'response.output_item.done', output_index, item })),
    end,
  ];
  provider.answer((_, reply) => {
    reply.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.end(events.map(event => `data: ${JSON.stringify(event)}\n\n`).join(''));
  });
}

const tools = [
  { type: 'function' as const, function: { name: 'look', parameters: { type: 'object', properties: {} } } },
];

describe("OpenAI's SDK with chat", () => {
  test('has a tool called, and sends its result and the proof of the thought back', async () => {
    provider.answer(json(200, response([thought, call])));
    const first = await openai.chat.completions.create({
      model: MODEL,
      tools,
      messages: [{ role: 'user', content: 'Look' }],
    });
    const { message, finish_reason } = first.choices[0]!;
    expect(finish_reason).toBe('tool_calls');
    expect(first.usage).toMatchObject({ prompt_tokens: 9, completion_tokens: 7, total_tokens: 16 });
    expect(provider.seen[0]).toMatchObject({ url: '/v1/responses', body: { model: 'gpt-5-pro', store: false } });

    provider.answer(json(200, response([words('Blue.')])));
    const second = await openai.chat.completions.create({
      model: MODEL,
      tools,
      messages: [
        { role: 'user', content: 'Look' },
        message,
        { role: 'tool', tool_call_id: message.tool_calls![0]!.id, content: 'blue' },
      ],
    });
    expect(second.choices[0]?.message.content).toBe('Blue.');
    expect(provider.seen[1]?.body.input).toEqual([
      { type: 'message', role: 'user', content: 'Look' },
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm' }], encrypted_content: 'E' },
      { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{"at":"sky"}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'blue' },
    ]);
  });

  test('reads a stream to its end', async () => {
    const output = [words('Hello')];
    streamed(output, { type: 'response.completed', response: response(output) });
    const stream = openai.chat.completions.stream({ model: MODEL, messages: [{ role: 'user', content: 'Hi' }] });
    const completion = await stream.finalChatCompletion();
    expect(completion.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'Hello' } });
  });

  test('hears of a stream that broke off', async () => {
    const error = { code: 'server_error', message: 'Oh' };
    streamed([words('Hel')], { type: 'response.failed', response: response([], { status: 'failed', error }) });
    const stream = await openai.chat.completions.create({
      ...{ model: MODEL, stream: true as const },
      messages: [{ role: 'user', content: 'Hi' }],
    });
    const read = async () => {
      for await (const _ of stream);
    };
    await expect(read()).rejects.toThrow();
  });
});

test("Anthropic's SDK has a tool called in a stream", async () => {
  const output = [words('I look.'), call];
  streamed(output, { type: 'response.completed', response: response(output) });
  const message = await anthropic.messages
    .stream({
      model: MODEL,
      max_tokens: 100,
      system: 'Be brief.',
      tools: [{ name: 'look', input_schema: { type: 'object' } }],
      messages: [{ role: 'user', content: 'Look' }],
    })
    .finalMessage();
  expect(message.stop_reason).toBe('tool_use');
  expect(message.content).toMatchObject([
    { type: 'text', text: 'I look.' },
    { type: 'tool_use', name: 'look', input: { at: 'sky' } },
  ]);
  expect(provider.seen[0]?.body).toMatchObject({
    max_output_tokens: 100,
    input: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Look' },
    ],
  });
});
