import OpenAI, { APIError, BadRequestError, RateLimitError } from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { geminiAnswer, messagesAnswer, messagesBeginning } from '../support/fake-dialects.ts';
import { errorAnswer, type FakeProvider, fakeProvider, json } from '../support/fake-provider.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';

const root = (provider: FakeProvider) => provider.url.replace(/\/v1$/, '');

describe.each(['node', 'direct'] as const)("OpenAI's SDK, Responses (listener: %s)", listener => {
  let anthropic: FakeProvider;
  let gemini: FakeProvider;
  let tollgate: TestTollgate;
  let client: OpenAI;

  beforeAll(async () => {
    anthropic = await fakeProvider();
    gemini = await fakeProvider();
    tollgate = await startTestTollgate(
      `
providers:
  claude: { adapter: anthropic, base_url: "${root(anthropic)}", keys: ["sk-ant-0000000"] }
  google: { adapter: gemini, base_url: "${root(gemini)}/v1beta", keys: ["AIza-0000000"] }
models:
  fast: { targets: [{ model: claude/claude-x }], retries: 0 }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
prices:
  - { model: "claude/*", input: 1, output: 2 }
`,
      {},
      { listener },
    );
    client = new OpenAI({ baseURL: `${tollgate.url}/v1`, apiKey: testKey, maxRetries: 0 });
  });
  afterAll(async () => {
    await tollgate.stop();
    await Promise.all([anthropic.close(), gemini.close()]);
  });
  beforeEach(() => {
    anthropic.seen.length = 0;
    gemini.seen.length = 0;
    anthropic.answer(messagesAnswer('Hello there'));
    gemini.answer(geminiAnswer('Hello there'));
  });

  test('gets a whole answer, metered and priced', async () => {
    const { data, response } = await client.responses.create({ model: 'fast', input: 'hi' }).withResponse();
    expect(data.output_text).toBe('Hello there');
    expect(data).toMatchObject({
      object: 'response',
      status: 'completed',
      error: null,
      incomplete_details: null,
      output: [{ type: 'message', role: 'assistant', status: 'completed' }],
      usage: { input_tokens: 12, output_tokens: 5, total_tokens: 17 },
      store: false,
    });
    expect(data.id).toMatch(/^resp_[0-9a-f]{32}$/);
    expect(data.output[0]!.id).toMatch(/^msg_/);
    const [row] = await tollgate.ledger(response.headers.get('x-request-id')!);
    expect(row).toMatchObject({ dialect: 'openai-responses', operation: 'chat', input_tokens: 12, output_tokens: 5 });
  });

  test.each(['fast', 'google/gemini-x'])('streams with the helper (%s)', async model => {
    const stream = client.responses.stream({ model, input: 'hi' });
    const texts: string[] = [];
    const numbers: number[] = [];
    const types: string[] = [];
    stream.on('response.output_text.delta', event => void texts.push(event.delta));
    stream.on('event', event => {
      numbers.push(event.sequence_number);
      types.push(event.type);
    });
    const final = await stream.finalResponse();
    expect(texts.join('')).toBe('Hello there');
    expect(final.output_text).toBe('Hello there');
    expect(final.usage).toMatchObject({ input_tokens: 12, output_tokens: 5 });
    expect(numbers).toEqual(numbers.map((_, index) => index));
    expect(types[0]).toBe('response.created');
    expect(types.at(-1)).toBe('response.completed');
  });

  test('parses structured output', async () => {
    anthropic.answer(messagesAnswer('{"city":"Paris"}'));
    const format = zodTextFormat(z.object({ city: z.string() }), 'place');
    const { output_parsed } = await client.responses.parse({
      model: 'claude/claude-sonnet-4-5',
      input: 'hi',
      text: { format },
    });
    expect(output_parsed).toEqual({ city: 'Paris' });
    const stream = client.responses.stream({ model: 'claude/claude-sonnet-4-5', input: 'hi', text: { format } });
    expect((await stream.finalResponse()).output_parsed).toEqual({ city: 'Paris' });
  });
});
