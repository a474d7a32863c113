import OpenAI, {
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  UnprocessableEntityError,
} from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  chatAnswer,
  chunk,
  errorAnswer,
  type FakeProvider,
  fakeProvider,
  json,
  sse,
  usageChunk,
} from '../support/fake-provider.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';

let provider: FakeProvider;
let tollgate: TestTollgate;
let client: OpenAI;

beforeAll(async () => {
  provider = await fakeProvider();
  tollgate = await startTestTollgate(`
providers:
  box: { adapter: openai-compatible, base_url: "${provider.url}", keys: ["sk-provider-secret-1234"] }
models:
  fast: { targets: [{ model: box/m-1 }] }
teams: { search: {} }
keys:
  - { name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }
prices:
  - { model: "box/*", input: 1, output: 2 }
`);
  client = new OpenAI({ baseURL: `${tollgate.url}/v1`, apiKey: testKey, maxRetries: 0 });
});
afterAll(async () => {
  await tollgate.stop();
  await provider.close();
});
beforeEach(() => {
  provider.seen.length = 0;
  provider.answer(chatAnswer());
});

const ask = { model: 'fast', messages: [{ role: 'user' as const, content: 'hi' }] };

describe('the OpenAI SDK', () => {
  test('gets a text, and the provider gets its request with its own model name and key', async () => {
    const { data, response } = await client.chat.completions.create(ask).withResponse();
    expect(data.choices[0]?.message.content).toBe('Hello there');
    expect(provider.seen[0]?.body).toEqual({ ...ask, model: 'm-1' });
    expect(provider.seen[0]?.headers.authorization).toBe('Bearer sk-provider-secret-1234');
    expect(response.headers.get('x-tollgate-target')).toBe('box/m-1');
    expect(response.headers.get('x-tollgate-attempts')).toBe('1');
    expect(response.headers.get('x-tollgate-cost-usd')).toBe('0.000022');
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('streams, without the usage it did not ask for, and the ledger has that usage', async () => {
    const { data, response } = await client.chat.completions.create({ ...ask, stream: true }).withResponse();
    const chunks = await Array.fromAsync(data);
    expect(chunks.map(part => part.choices[0]?.delta.content ?? '').join('')).toBe('Hello there');
    expect(chunks.every(part => part.choices.length > 0)).toBe(true);
    expect(provider.seen[0]?.body.stream_options).toEqual({ include_usage: true });
    const [row] = await tollgate.ledger(response.headers.get('x-request-id')!);
    expect(row).toMatchObject({
      input_tokens: 12,
      output_tokens: 5,
      cost: '0.000022',
      outcome: 'finished',
      stream: true,
    });
  });

  test('streams usage with its cost when it asks for it', async () => {
    const chunks = await Array.fromAsync(
      await client.chat.completions.create({ ...ask, stream: true, stream_options: { include_usage: true } }),
    );
    expect(chunks.at(-1)?.usage).toMatchObject({ prompt_tokens: 12, completion_tokens: 5, cost: 0.000022 });
  });

  test('gets tool calls, whole and in pieces', async () => {
    const tools = [{ type: 'function' as const, function: { name: 'look', parameters: { type: 'object' } } }];
    provider.answer((_request, response) => {
      sse(response);
      response.write(chunk({ role: 'assistant', content: null }));
      const call = (delta: object) => chunk({ tool_calls: [{ index: 0, ...delta }] });
      response.write(call({ id: 'call_1', type: 'function', function: { name: 'look', arguments: '' } }));
      response.write(call({ function: { arguments: '{"at":' } }));
      response.write(call({ function: { arguments: '"sea"}' } }));
      response.write(chunk({}, 'tool_calls'));
      response.end('data: [DONE]\n\n');
    });
    const stream = client.chat.completions.stream({ ...ask, tools });
    const message = await stream.finalMessage();
    expect(message.tool_calls?.[0]).toMatchObject({
      id: 'call_1',
      function: { name: 'look', arguments: '{"at":"sea"}' },
    });
    expect(provider.seen[0]?.body.tools).toEqual(tools);
  });

  test('sends images and a JSON schema untouched', async () => {
    const content = [
      { type: 'text' as const, text: 'what is this?' },
      { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
    ];
    const format = {
      type: 'json_schema' as const,
      json_schema: {
        name: 'thing',
        strict: true,
        schema: { type: 'object', properties: { name: { type: 'string' } } },
      },
    };
    provider.answer(chatAnswer('{"name":"cat"}'));
    const answer = await client.chat.completions.create({
      ...ask,
      messages: [{ role: 'user', content }],
      response_format: format,
    });
    expect(JSON.parse(answer.choices[0]?.message.content ?? '')).toEqual({ name: 'cat' });
    expect(provider.seen[0]?.body).toMatchObject({ messages: [{ role: 'user', content }], response_format: format });
  });

  test('embeds', async () => {
    provider.answer(
      json(200, {
        object: 'list',
        data: [{ object: 'embedding', index: 0, embedding: [0.25, -0.5] }],
        model: 'm-1',
        usage: { prompt_tokens: 3, total_tokens: 3 },
      }),
    );
    const { data, response } = await client.embeddings
      .create({ model: 'fast', input: 'word', encoding_format: 'float' })
      .withResponse();
    expect(data.data[0]?.embedding).toEqual([0.25, -0.5]);
    expect(provider.seen[0]?.url).toBe('/v1/embeddings');
    const [row] = await tollgate.ledger(response.headers.get('x-request-id')!);
    expect(row).toMatchObject({ operation: 'embeddings', input_tokens: 3, output_tokens: 0, cost: '0.000003' });
  });

  test('lists and finds models', async () => {
    const ids = (await Array.fromAsync(client.models.list())).map(model => model.id);
    expect(ids[0]).toBe('fast');
    expect(ids).toContain('simulator/echo');
    expect((await client.models.retrieve('fast')).id).toBe('fast');
    await expect(client.models.retrieve('nothing-like-it')).rejects.toBeInstanceOf(NotFoundError);
  });

  test.each([
    [400, BadRequestError],
    [403, InternalServerError],
    [404, NotFoundError],
    [422, UnprocessableEntityError],
    [429, RateLimitError],
    [500, InternalServerError],
    [503, InternalServerError],
  ])("turns a provider's %i into its own error class, with the message kept", async (status, type) => {
    const message = status === 403 ? 'Your key may not do this: sk-provider-secret-1234' : `because ${status}`;
    provider.answer(errorAnswer(status, message, { 'retry-after': '7' }));
    const error = await client.chat.completions.create(ask).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(type);
    if (status === 403) expect(JSON.stringify(error)).not.toContain('secret');
    else expect((error as Error).message).toContain(`because ${status}`);
  });

  test('is told of its own mistakes in its own error classes', async () => {
    const other = (apiKey: string) => new OpenAI({ baseURL: `${tollgate.url}/v1`, apiKey, maxRetries: 0 });
    await expect(other('tg_wrong00000000000000000000').chat.completions.create(ask)).rejects.toBeInstanceOf(
      AuthenticationError,
    );
    await expect(client.chat.completions.create({ ...ask, model: 'fats' })).rejects.toThrow(/"fast"/);
    await expect(client.chat.completions.create({ ...ask, max_tokens: -1 })).rejects.toThrow(/max_tokens/);
    expect(provider.seen).toHaveLength(0);
    expect(PermissionDeniedError).toBeDefined();
  });

  test('can leave a stream: the provider is told and what ran is booked as an estimate', async () => {
    provider.answer((_request, response) => {
      sse(response);
      response.write(chunk({ role: 'assistant', content: '' }));
      response.write(chunk({ content: 'a long beginning' }));
    });
    const { data, response } = await client.chat.completions.create({ ...ask, stream: true }).withResponse();
    for await (const part of data) if (part.choices[0]?.delta.content) break;
    const [row] = await tollgate.ledger(response.headers.get('x-request-id')!);
    expect(row).toMatchObject({ outcome: 'aborted', error: 'client_gone', estimated: true });
    expect(Number(row?.output_tokens)).toBeGreaterThan(0);
    expect(provider.seen[0]?.aborted).toBe(true);
  });

  test('sees a cut stream as an error, never as an end', async () => {
    provider.answer((_request, response) => {
      sse(response);
      response.write(chunk({ role: 'assistant', content: 'half' }));
      response.write(usageChunk({ prompt_tokens: 1, completion_tokens: 1 }));
      setTimeout(() => response.destroy(), 20);
    });
    const { data, response } = await client.chat.completions.create({ ...ask, stream: true }).withResponse();
    await expect(Array.fromAsync(data)).rejects.toThrow(/closed the connection/);
    const [row] = await tollgate.ledger(response.headers.get('x-request-id')!);
    expect(row).toMatchObject({ outcome: 'failed', error: 'upstream_reset' });
  });
});
