import Anthropic, {
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
  UnprocessableEntityError,
} from '@anthropic-ai/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { messagesAnswer, messagesBeginning } from '../support/fake-dialects.ts';
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

const root = (provider: FakeProvider) => provider.url.replace(/\/v1$/, '');

describe.each(['node', 'direct'] as const)('the SDK of Anthropic (listener: %s)', listener => {
  let anthropic: FakeProvider;
  let openai: FakeProvider;
  let tollgate: TestTollgate;
  let client: Anthropic;

  beforeAll(async () => {
    anthropic = await fakeProvider();
    openai = await fakeProvider();
    tollgate = await startTestTollgate(
      `
providers:
  claude: { adapter: anthropic, base_url: "${root(anthropic)}", keys: ["sk-ant-0000000"] }
  gpt: { adapter: openai, base_url: "${openai.url}", keys: ["sk-openai-0000"] }
models:
  fast: { targets: [{ model: claude/claude-x }], retries: 0 }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
prices:
  - { model: "claude/*", input: 1, output: 2, cache_read: 0.1 }
  - { model: "gpt/*", input: 10, output: 20 }
`,
      {},
      { listener },
    );
    client = new Anthropic({ baseURL: tollgate.url, apiKey: testKey, maxRetries: 0 });
  });
  afterAll(async () => {
    await tollgate.stop();
    await Promise.all([anthropic.close(), openai.close()]);
  });
  beforeEach(() => {
    anthropic.seen.length = 0;
    openai.seen.length = 0;
    anthropic.answer(messagesAnswer('Hello there'));
    openai.answer(chatAnswer('Hello there'));
  });

  const ask = (model: string, more: object = {}) => ({
    model,
    max_tokens: 100,
    messages: [{ role: 'user' as const, content: 'hi' }],
    ...more,
  });

  const targets = [
    ['passed through', 'fast', 'claude/claude-x', '0.000022'],
    ['translated', 'gpt/gpt-x', 'gpt/gpt-x', '0.00022'],
  ] as const;

  test.each(targets)('gets an answer that is %s, metered and priced', async (_how, model, target, cost) => {
    const { data, response, request_id } = await client.messages.create(ask(model)).withResponse();
    expect(data.content).toMatchObject([{ type: 'text', text: 'Hello there' }]);
    expect(data).toMatchObject({ stop_reason: 'end_turn', usage: { input_tokens: 12, output_tokens: 5 } });
    expect(data.id).toMatch(/^msg_/);
    expect(response.headers.get('x-tollgate-target')).toBe(target);
    expect(request_id).toBe(response.headers.get('x-request-id'));
    const [row] = await tollgate.ledger(request_id!);
    expect(row).toMatchObject({
      dialect: 'anthropic-messages',
      operation: 'chat',
      target,
      input_tokens: 12,
      output_tokens: 5,
      cost,
    });
    const told = await tollgate.fetch(`/v1/calls/${request_id}`);
    expect(await told.json()).toMatchObject({ attempts: [{ target, dialect: 'anthropic-messages' }] });
  });

  test.each(targets)('streams an answer that is %s', async (_how, model, _target, cost) => {
    const stream = client.messages.stream(ask(model));
    const texts: string[] = [];
    stream.on('text', text => void texts.push(text));
    const message = await stream.finalMessage();
    expect(texts.join('')).toBe('Hello there');
    expect(message).toMatchObject({ stop_reason: 'end_turn', usage: { input_tokens: 12, output_tokens: 5 } });
    const [row] = await tollgate.ledger(stream.request_id!);
    expect(row).toMatchObject({ outcome: 'finished', stream: true, input_tokens: 12, output_tokens: 5, cost });
  });

  test('finds everything under /anthropic as well', async () => {
    const other = new Anthropic({ baseURL: `${tollgate.url}/anthropic`, apiKey: testKey, maxRetries: 0 });
    expect((await other.messages.create(ask('fast'))).content).toMatchObject([{ text: 'Hello there' }]);
    expect((await other.models.list()).data[0]).toMatchObject({ type: 'model', id: 'fast' });
  });

  test('finds the simulator, and asks with the query of beta clients', async () => {
    for (const stream of [false, true]) {
      const reply = await tollgate.fetch('/v1/messages?beta=true', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(ask('simulator/echo', { stream })),
      });
      expect([reply.status, await reply.text()]).toEqual([200, expect.stringContaining('"hi"')]);
    }
  });

  test('passes on members that nobody here knows, its version and its beta features, and no other header', async () => {
    await client.messages.create(
      ask('fast', { vendor_option: { x: [1] } }) as Anthropic.MessageCreateParamsNonStreaming,
      {
        headers: { 'anthropic-beta': 'context-1m-2025-08-07', 'anthropic-version': '2024-01-01', 'x-other': 'no' },
      },
    );
    const seen = anthropic.seen[0]!;
    expect(seen.body).toEqual({ ...ask('claude-x'), vendor_option: { x: [1] } });
    expect(seen.headers).toMatchObject({
      'anthropic-beta': 'context-1m-2025-08-07',
      'anthropic-version': '2024-01-01',
      'x-api-key': 'sk-ant-0000000',
    });
    expect(seen.headers).not.toHaveProperty('x-other');
    await client.messages.create(ask('gpt/gpt-x'), { headers: { 'anthropic-beta': 'context-1m-2025-08-07' } });
    expect(Object.keys(openai.seen[0]!.headers).filter(name => name.startsWith('anthropic'))).toEqual([]);
  });

  test('does not let the provider choose another model', async () => {
    const body = ask('fast', { fallbacks: [{ model: 'claude-opus-4-5' }] });
    const { response } = await client.messages.create(body as Anthropic.MessageCreateParamsNonStreaming).withResponse();
    expect(anthropic.seen[0]?.body).not.toHaveProperty('fallbacks');
    expect(response.headers.get('x-tollgate-warnings')).toContain('"fallbacks"');
  });

  test('goes a round of tools with a model of another dialect', async () => {
    const tools = [{ name: 'look', input_schema: { $schema: 'x', type: 'object' as const, properties: {} } }];
    openai.answer((_request, response) => {
      sse(response);
      const call = (index: number, delta: object) => chunk({ tool_calls: [{ index, ...delta }] });
      response.write(call(0, { id: 'call_1', type: 'function', function: { name: 'look', arguments: '' } }));
      response.write(call(0, { function: { arguments: '{"at":"sea"}' } }));
      response.write(
        call(1, { id: 'call_2', type: 'function', function: { name: 'look', arguments: '{"at":"sky"}' } }),
      );
      response.write(chunk({}, 'tool_calls'));
      response.write(usageChunk({ prompt_tokens: 12, completion_tokens: 5 }));
      response.end('data: [DONE]\n\n');
    });
    const message = await client.messages.stream(ask('gpt/gpt-x', { tools, system: 'Be brief.' })).finalMessage();
    expect(message.stop_reason).toBe('tool_use');
    const calls = message.content.filter(block => block.type === 'tool_use');
    expect(calls.map(({ input }) => input)).toEqual([{ at: 'sea' }, { at: 'sky' }]);
    expect(calls.map(({ id }) => id)).toEqual(['toolu_call_1', 'toolu_call_2']);

    openai.answer(chatAnswer('Done'));
    const results = calls.map(({ id }) => ({ type: 'tool_result' as const, tool_use_id: id, content: 'blue' }));
    await client.messages.create({
      ...ask('gpt/gpt-x', { tools, system: 'Be brief.' }),
      messages: [
        { role: 'user', content: 'hi' },
        { role: 'assistant', content: message.content },
        { role: 'user', content: [...results, { type: 'text', text: 'And now?' }] },
      ],
    });
    const call = (id: string, at: string) => ({
      id,
      type: 'function',
      function: { name: 'look', arguments: JSON.stringify({ at }) },
    });
    expect(openai.seen.at(-1)?.body.messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: null, tool_calls: [call('toolu_call_1', 'sea'), call('toolu_call_2', 'sky')] },
      { role: 'tool', tool_call_id: 'toolu_call_1', content: 'blue' },
      { role: 'tool', tool_call_id: 'toolu_call_2', content: 'blue' },
      { role: 'user', content: 'And now?' },
    ]);
  });

  test('gets the thoughts of a model of another dialect', async () => {
    openai.answer((_request, response) => {
      sse(response);
      response.write(chunk({ reasoning_content: 'Let me ' }));
      response.write(chunk({ reasoning_content: 'think.' }));
      response.write(chunk({ content: 'Yes.' }));
      response.write(chunk({}, 'stop'));
      response.end('data: [DONE]\n\n');
    });
    const body = ask('gpt/gpt-5', { thinking: { type: 'enabled', budget_tokens: 1024 } });
    const stream = client.messages.stream(body);
    const message = await stream.finalMessage();
    expect(message.content).toMatchObject([
      { type: 'thinking', thinking: 'Let me think.' },
      { type: 'text', text: 'Yes.' },
    ]);
    expect(openai.seen[0]?.body).toMatchObject({ reasoning_effort: 'low', max_completion_tokens: 100 });
    const warnings = JSON.parse((await stream.withResponse()).response.headers.get('x-tollgate-warnings')!);
    expect(warnings).toMatchObject([{ field: 'thinking', action: 'approximated' }]);

    // Thoughts that nobody signed are no use to a model that verifies them.
    const messages = [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: message.content },
      { role: 'user', content: 'Sure?' },
    ];
    await client.messages.create({ ...ask('fast'), messages } as Anthropic.MessageCreateParamsNonStreaming);
    expect(anthropic.seen[0]?.body.messages).toEqual([
      messages[0],
      { role: 'assistant', content: [{ type: 'text', text: 'Yes.' }] },
      messages[2],
    ]);
  });

  test('counts tokens where a target can, for nothing, and gets an estimate where none can', async () => {
    anthropic.answer(json(200, { input_tokens: 42 }));
    const { data, request_id } = await client.messages
      .countTokens({ model: 'fast', messages: [{ role: 'user', content: 'hi' }] })
      .withResponse();
    expect(data.input_tokens).toBe(42);
    expect(anthropic.seen[0]?.url).toBe('/v1/messages/count_tokens');
    const [row] = await tollgate.ledger(request_id!);
    expect(row).toMatchObject({
      operation: 'count_tokens',
      outcome: 'finished',
      input_tokens: 0,
      output_tokens: 0,
      cost: '0',
      estimated: false,
    });

    const content = 'word '.repeat(400);
    const guess = await client.messages
      .countTokens({ model: 'gpt/gpt-x', messages: [{ role: 'user', content }] })
      .withResponse();
    expect(guess.data.input_tokens).toBeGreaterThan(250);
    expect(guess.data.input_tokens).toBeLessThan(1000);
    expect(guess.response.headers.get('x-tollgate-warnings')).toContain('"input_tokens"');
    expect(openai.seen).toHaveLength(0);
  });

  test('lists and finds models in its own shape, page by page', async () => {
    const ids: string[] = [];
    for await (const model of client.models.list({ limit: 2 })) ids.push(model.id);
    expect(ids[0]).toBe('fast');
    expect(ids).toContain('simulator/echo');
    expect(new Set(ids).size).toBe(ids.length);
    expect(await client.models.retrieve('fast')).toMatchObject({ type: 'model', id: 'fast', display_name: 'fast' });
    await expect(client.models.retrieve('nothing-like-it')).rejects.toBeInstanceOf(NotFoundError);
    const plain = await tollgate.fetch('/v1/models');
    expect(await plain.json()).toMatchObject({ object: 'list' });
  });

  test.each([
    [400, BadRequestError, 'invalid_request_error'],
    [403, InternalServerError, 'api_error'],
    [404, NotFoundError, 'not_found_error'],
    [422, UnprocessableEntityError, 'invalid_request_error'],
    [429, RateLimitError, 'rate_limit_error'],
    [500, InternalServerError, 'api_error'],
    [529, InternalServerError, 'overloaded_error'],
  ])("turns a provider's %i into its own error class, with the message kept", async (status, type, word) => {
    for (const [provider, model] of [
      [anthropic, 'fast'],
      [openai, 'gpt/gpt-x'],
    ] as const) {
      provider.answer(errorAnswer(status, `because ${status}`, { 'retry-after': '7' }));
      const error: unknown = await client.messages.create(ask(model)).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(type);
      expect(error).toMatchObject({ type: word, error: { type: 'error', error: { type: word } } });
      if (status !== 403) expect((error as Error).message).toContain(`because ${status}`);
      if (status === 429) expect((error as InstanceType<typeof RateLimitError>).headers.get('retry-after')).toBe('7');
    }
  });

  test('is told of its own mistakes in its own error classes, also where nothing was read yet', async () => {
    const other = new Anthropic({ baseURL: tollgate.url, apiKey: 'tg_wrong00000000000000000000', maxRetries: 0 });
    await expect(other.messages.create(ask('fast'))).rejects.toBeInstanceOf(AuthenticationError);
    await expect(client.messages.create(ask('fats'))).rejects.toThrow(/fast/);
    await expect(client.messages.create(ask('fast', { max_tokens: -1 }))).rejects.toThrow(/max_tokens/);
    for (const [path, method, type] of [
      ['/v1/messages', 'GET', 'invalid_request_error'],
      ['/v1/messages/batches', 'POST', 'not_found_error'],
      ['/anthropic/v1/nowhere', 'POST', 'not_found_error'],
    ] as const) {
      const reply = await tollgate.fetch(path, { method });
      expect(await reply.json()).toMatchObject({ type: 'error', error: { type } });
      expect(reply.headers.get('request-id')).toBe(reply.headers.get('x-request-id'));
    }
    const type = await tollgate.fetch('/v1/messages', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: 'x',
    });
    expect([type.status, await type.json()]).toMatchObject([415, { error: { type: 'invalid_request_error' } }]);
    expect(anthropic.seen).toHaveLength(0);
  });

  test('H4 a beta that cannot stand in a header is a 400 that names it', async () => {
    const reply = await tollgate.fetch('/v1/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'anthropic-beta': 'é' },
      body: JSON.stringify(ask('fast')),
    });
    expect([reply.status, await reply.text()]).toEqual([400, expect.stringContaining('anthropic-beta')]);
    expect(anthropic.seen).toHaveLength(0);
  });

  test.each(targets)('can leave a stream that is %s: the provider is told', async (_how, model) => {
    const provider = model === 'fast' ? anthropic : openai;
    anthropic.answer(messagesBeginning('a long beginning', () => undefined));
    openai.answer((_request, response) => {
      sse(response);
      response.write(chunk({ content: 'a long beginning' }));
    });
    const stream = client.messages.stream(ask(model));
    stream.on('text', () => stream.abort());
    await expect(stream.finalMessage()).rejects.toBeInstanceOf(APIUserAbortError);
    const [row] = await tollgate.ledger(stream.request_id!);
    expect(row).toMatchObject({ outcome: 'aborted', error: 'client_gone', estimated: true, output_tokens: 4 });
    expect(provider.seen[0]?.aborted).toBe(true);
  });

  test.each(targets)('sees a cut stream that is %s as an error, never as an end', async (_how, model) => {
    anthropic.answer(messagesBeginning('half', end => setTimeout(end, 20)));
    openai.answer((_request, response) => {
      sse(response);
      response.write(chunk({ content: 'half' }));
      setTimeout(() => response.destroy(), 20);
    });
    const stream = client.messages.stream(ask(model));
    await expect(stream.finalMessage()).rejects.toThrow(/closed the connection/);
    const raw = await tollgate.fetch('/v1/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(ask(model, { stream: true })),
    });
    const text = await raw.text();
    expect(text).toContain('half');
    expect(text).toContain('event: error\ndata: {"type":"error","error":{"type":"api_error"');
    expect(text).not.toContain('message_stop');
  });

  test('refuses what cannot be passed on when it asks to be strict', async () => {
    const strict = client.messages.create(ask('gpt/gpt-x', { top_k: 5 }), { headers: { 'x-tollgate-strict': 'true' } });
    await expect(strict).rejects.toThrow(/top_k.+ cannot be passed on/);
    expect(openai.seen).toHaveLength(0);
  });
});
