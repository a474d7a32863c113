import OpenAI, { APIError, BadRequestError, RateLimitError } from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { geminiAnswer, messagesAnswer, messagesBeginning, responsesAnswer } from '../support/fake-dialects.ts';
import { errorAnswer, type FakeProvider, fakeProvider, json, sse } from '../support/fake-provider.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';

const look = {
  type: 'function' as const,
  name: 'look',
  strict: false,
  parameters: { type: 'object', properties: { at: { type: 'string' } } },
};
const root = (provider: FakeProvider) => provider.url.replace(/\/v1$/, '');

describe.each(['node', 'direct'] as const)("OpenAI's SDK, Responses (listener: %s)", listener => {
  let anthropic: FakeProvider;
  let gemini: FakeProvider;
  let openai: FakeProvider;
  let tollgate: TestTollgate;
  let client: OpenAI;

  beforeAll(async () => {
    anthropic = await fakeProvider();
    gemini = await fakeProvider();
    openai = await fakeProvider();
    tollgate = await startTestTollgate(
      `
providers:
  claude: { adapter: anthropic, base_url: "${root(anthropic)}", keys: ["sk-ant-0000000"] }
  google: { adapter: gemini, base_url: "${root(gemini)}/v1beta", keys: ["AIza-0000000"] }
  box: { adapter: vllm, base_url: "${openai.url}" }
  gpt: { adapter: openai, base_url: "${openai.url}", keys: ["sk-openai-0000"] }
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
    await Promise.all([anthropic.close(), gemini.close(), openai.close()]);
  });
  beforeEach(() => {
    anthropic.seen.length = 0;
    gemini.seen.length = 0;
    openai.seen.length = 0;
    openai.answer(responsesAnswer('Hello there'));
    anthropic.answer(messagesAnswer('Hello there'));
    gemini.answer(geminiAnswer('Hello there'));
  });

  test('passes what a provider of the dialect says, and is told of unknown members as they are', async () => {
    const ask = { model: 'gpt/gpt-5', input: 'hi', vendor_option: { x: [1] } };
    const { data, response } = await client.responses
      .create(ask as OpenAI.Responses.ResponseCreateParamsNonStreaming)
      .withResponse();
    expect(openai.seen[0]).toMatchObject({ url: '/v1/responses', body: { ...ask, model: 'gpt-5' } });
    const id = expect.stringMatching(/^resp_[A-Za-z0-9_-]{60,}$/);
    expect(data).toMatchObject({ id, vendor: 1, output_text: 'Hello there' });
    const [row] = await tollgate.ledger(response.headers.get('x-request-id')!);
    expect(row).toMatchObject({ target: 'gpt/gpt-5', input_tokens: 12, output_tokens: 5 });
    const stream = client.responses.stream({ model: 'gpt/gpt-5', input: 'hi' });
    expect(await stream.finalResponse()).toMatchObject({ id: data.id, output_text: 'Hello there' });
  });

  test('sends no thought of another model, and no name of a kept item, to a provider of the dialect', async () => {
    const thought: OpenAI.Responses.ResponseReasoningItem = {
      type: 'reasoning',
      id: 'rs_1',
      summary: [],
      encrypted_content: 'tollgate.e30',
    };
    const input = [{ role: 'user' as const, content: 'hi' }, thought, { role: 'user' as const, content: 'And?' }];
    const { response } = await client.responses.create({ model: 'gpt/gpt-5', input }).withResponse();
    expect(openai.seen[0]?.body.input).toEqual([input[0], input[2]]);
    expect(response.headers.get('x-tollgate-warnings')).toContain('"input[1]"');
    openai.seen.length = 0;
    for (const named of [{ type: 'item_reference', id: 'msg_1' }, { id: 'msg_1' }, { type: null, id: 'msg_1' }]) {
      const body = {
        model: 'gpt/gpt-5',
        input: [named],
      } as unknown as OpenAI.Responses.ResponseCreateParamsNonStreaming;
      await expect(client.responses.create(body)).rejects.toThrow(/input\[0\]/);
    }
    const escaped = await tollgate.fetch('/v1/responses', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"model":"gpt/gpt-5","input":[{"role":"user","content":"x"},{"type":"item\\u005freference","id":"msg_1"}]}',
    });
    expect([escaped.status, await escaped.text()]).toEqual([400, expect.stringContaining('input[1]')]);
    expect(openai.seen).toHaveLength(0);
  });

  test('gives a server of its own neither a thought of another model nor an address, and leaves citations as they are', async () => {
    const cited = [{ type: 'url_citation', url: 'https://pages.invalid/a', title: 'A', start_index: 0, end_index: 1 }];
    const answer = {
      type: 'message',
      role: 'assistant',
      content: [{ type: 'output_text', text: 'x', annotations: cited }],
    };
    const search = { type: 'web_search_call', id: 'ws', action: { type: 'open_page', url: 'http://127.0.0.1/' } };
    const thought = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'tollgate.e30' };
    const send = (content: object[]) =>
      tollgate.fetch('/v1/responses', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'box/m', input: [thought, search, answer, { role: 'user', content }] }),
      });
    const reply = await send([{ type: 'input_text', text: 'http://127.0.0.1/' }]);
    expect([reply.status, reply.headers.get('x-tollgate-warnings')]).toEqual([
      200,
      expect.stringContaining('input[0]'),
    ]);
    expect(openai.seen[0]?.body.input).toMatchObject([search, answer, { role: 'user' }]);
    openai.seen.length = 0;
    for (const part of [
      { type: 'input_image', image_url: 'http://127.0.0.1/' },
      { type: 'input_file', file_url: 'file:///etc/passwd' },
      { type: 'input_file', file_url: 'http://[::ffff:a9fe:a9fe]/' },
    ]) {
      const refused = await send([part]);
      expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('media_unreachable')]);
    }
    expect(openai.seen).toHaveLength(0);
  });

  test('never takes a stream that a provider of the dialect broke for one that ended', async () => {
    openai.answer(responsesAnswer('half', false));
    const stream = client.responses.stream({ model: 'gpt/gpt-5', input: 'hi' });
    await expect(stream.finalResponse()).rejects.toBeInstanceOf(APIError);
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

  test('goes a round of tools with a signed thought, keeping nothing here', async () => {
    anthropic.answer((_request, response) => {
      sse(response);
      const event = (type: string, data: object) => {
        response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
      };
      const block = (index: number, content_block: object, ...deltas: object[]) => {
        event('content_block_start', { index, content_block });
        for (const delta of deltas) event('content_block_delta', { index, delta });
        event('content_block_stop', { index });
      };
      event('message_start', { message: { id: 'msg_1', content: [], usage: { input_tokens: 12, output_tokens: 1 } } });
      block(
        0,
        { type: 'thinking', thinking: '', signature: '' },
        { type: 'thinking_delta', thinking: 'Let me look.' },
        { type: 'signature_delta', signature: 'c2lnbmVk' },
      );
      block(1, { type: 'redacted_thinking', data: 'aGlkZGVu' });
      for (const [index, at] of ['sea', 'sky'].entries()) {
        const input = { type: 'input_json_delta', partial_json: JSON.stringify({ at }) };
        block(index + 2, { type: 'tool_use', id: `toolu_${index}`, name: 'look', input: {} }, input);
      }
      event('message_delta', { delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 5 } });
      event('message_stop', {});
      response.end();
    });
    const stateless = { store: false, include: ['reasoning.encrypted_content' as const] };
    const asked = {
      model: 'claude/claude-sonnet-4-5',
      tools: [look],
      reasoning: { effort: 'low' as const },
      ...stateless,
    };
    const first = await client.responses.stream({ ...asked, instructions: 'Be brief.', input: 'hi' }).finalResponse();
    expect(first.output).toMatchObject([
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Let me look.' }] },
      { type: 'reasoning', summary: [] },
      { type: 'function_call', call_id: 'toolu_0', name: 'look', arguments: '{"at":"sea"}', status: 'completed' },
      { type: 'function_call', call_id: 'toolu_1', name: 'look', arguments: '{"at":"sky"}' },
    ]);
    expect(first).toMatchObject({ status: 'completed', instructions: 'Be brief.', tools: [{ name: 'look' }] });

    anthropic.answer(messagesAnswer('Blue'));
    const results = ['toolu_0', 'toolu_1'].map(call_id => ({
      type: 'function_call_output' as const,
      call_id,
      output: [{ type: 'input_text' as const, text: 'blue' }],
    }));
    const { tools: _tools, ...rest } = asked;
    const second = await client.responses.create({
      ...rest,
      tools: [look],
      input: [{ role: 'user', content: 'hi' }, ...(first.output as OpenAI.Responses.ResponseInputItem[]), ...results],
    });
    expect(second.output_text).toBe('Blue');
    expect(anthropic.seen.at(-1)?.body.messages).toMatchObject([
      { role: 'user' },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Let me look.', signature: 'c2lnbmVk' },
          { type: 'redacted_thinking', data: 'aGlkZGVu' },
          { type: 'tool_use', id: 'toolu_0', name: 'look', input: { at: 'sea' } },
          { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 'sky' } },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_0' }, { tool_use_id: 'toolu_1' }] },
    ]);
  });

  test('gives the signature of a call back to the model whose it is, and to no other', async () => {
    const call = { functionCall: { name: 'look', args: { at: 'sea' } }, thoughtSignature: 'c2lnbmVk' };
    const candidates = [{ index: 0, content: { role: 'model', parts: [call] }, finishReason: 'STOP' }];
    gemini.answer(json(200, { candidates, usageMetadata: { promptTokenCount: 12, candidatesTokenCount: 5 } }));
    const first = await client.responses.create({ model: 'google/gemini-x', tools: [look], input: 'hi', store: false });
    expect(first.output).toMatchObject([
      { type: 'reasoning', summary: [] },
      { type: 'function_call', name: 'look' },
    ]);
    const { call_id } = first.output[1] as OpenAI.Responses.ResponseFunctionToolCall;
    const input = [
      { role: 'user' as const, content: 'hi' },
      ...(first.output as OpenAI.Responses.ResponseInputItem[]),
      { type: 'function_call_output' as const, call_id, output: 'blue' },
    ];
    gemini.answer(geminiAnswer('Blue'));
    await client.responses.create({ model: 'google/gemini-x', tools: [look], input, store: false });
    expect(gemini.seen.at(-1)?.body.contents).toMatchObject([
      { role: 'user' },
      { role: 'model', parts: [call] },
      { role: 'user', parts: [{ functionResponse: { name: 'look' } }] },
    ]);
    await client.responses.create({ model: 'fast', tools: [look], input, store: false });
    expect(JSON.stringify(anthropic.seen.at(-1)?.body)).not.toContain('c2lnbmVk');
  });

  test('knows the tools of a namespace and of free text by their own names again', async () => {
    const tools = [
      { type: 'namespace', name: 'files', description: 'Of files.', tools: [{ ...look, name: 'open' }] },
      { type: 'custom', name: 'patch', format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' } },
    ] as OpenAI.Responses.Tool[];
    anthropic.answer((request, response) => {
      const offered = request.body.tools as { readonly name: string }[];
      const content = [
        { type: 'tool_use', id: 'toolu_1', name: offered[0]!.name, input: { at: 'sea' } },
        { type: 'tool_use', id: 'toolu_2', name: offered[1]!.name, input: { input: 'x' } },
      ];
      json(200, { content, stop_reason: 'tool_use', usage: { input_tokens: 12, output_tokens: 5 } })(request, response);
    });
    const { data, response } = await client.responses.create({ model: 'fast', tools, input: 'hi' }).withResponse();
    expect(data.output).toMatchObject([
      { type: 'function_call', namespace: 'files', name: 'open', arguments: '{"at":"sea"}' },
      { type: 'custom_tool_call', name: 'patch', input: 'x' },
    ]);
    const warnings = JSON.parse(response.headers.get('x-tollgate-warnings')!);
    expect(warnings).toMatchObject([
      { field: 'tools[0]', action: 'emulated' },
      { field: 'tools[1]', action: 'emulated' },
    ]);
    anthropic.answer(messagesAnswer('Done'));
    const outputs = [
      { type: 'function_call_output', call_id: 'toolu_1', output: 'read' },
      { type: 'custom_tool_call_output', call_id: 'toolu_2', output: 'patched' },
    ];
    const input = [{ role: 'user', content: 'hi' }, ...data.output, ...outputs] as OpenAI.Responses.ResponseInput;
    await client.responses.create({ model: 'fast', tools, input });
    expect(anthropic.seen.at(-1)?.body.messages).toMatchObject([
      { role: 'user' },
      {
        role: 'assistant',
        content: [
          { name: 'files__open', input: { at: 'sea' } },
          { name: 'patch', input: { input: 'x' } },
        ],
      },
      { role: 'user', content: [{ content: 'read' }, { content: 'patched' }] },
    ]);
  });

  test('says in its own names what the model is not told', async () => {
    const body = {
      model: 'fast',
      instructions: 'Be brief.',
      input: [
        { role: 'user', content: [{ type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'high' }] },
        { type: 'web_search_call', id: 'ws_1', status: 'completed' },
        { role: 'user', content: 'And?' },
      ],
      text: { verbosity: 'low' },
      truncation: 'auto',
      store: true,
      vendor_option: 1,
      tools: [{ type: 'file_search', vector_store_ids: ['vs_1'] }],
    };
    const { response } = await client.responses
      .create(body as OpenAI.Responses.ResponseCreateParamsNonStreaming)
      .withResponse();
    const warnings: { field: string }[] = JSON.parse(response.headers.get('x-tollgate-warnings')!);
    expect(warnings.map(({ field }) => field).toSorted()).toEqual(
      [
        'input[0].content[0].detail',
        'input[1]',
        'store',
        'text.verbosity',
        'tools[0]',
        'truncation',
        'vendor_option',
      ].toSorted(),
    );
  });

  test.each([
    [{ previous_response_id: 'resp_1' }, 400, 'previous_response_id'],
    [{ conversation: 'conv_1' }, 400, 'conversation'],
    [{ background: true }, 501, 'background'],
    [{ input: [{ type: 'item_reference', id: 'msg_1' }] }, 400, 'input[0]'],
    [
      { input: [{ role: 'user', content: [{ type: 'input_image', image_url: 7 }] }] },
      400,
      'input[0].content[0].image_url',
    ],
    [
      { input: [{ role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'AA', format: 'wav' } }] }] },
      400,
      'input[0].content[0]',
    ],
    [{ input: 7 }, 400, 'input'],
    [{ input: null }, 400, 'input'],
    [{ prompt: { id: 'pmpt_1' } }, 400, 'prompt'],
    [{ tools: [{ type: 'function' }] }, 400, 'tools[0].name'],
    [{ text: { format: { type: 'xml' } } }, 400, 'text.format.type'],
    [{ tool_choice: 'some' }, 400, 'tool_choice'],
    [{ max_output_tokens: 'many' }, 400, 'max_output_tokens'],
  ])('is told of its mistakes by the name of the member: %j', async (more, status, param) => {
    const body = { model: 'fast', input: 'hi', ...more } as OpenAI.Responses.ResponseCreateParamsNonStreaming;
    const error: unknown = await client.responses.create(body).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ status, param, type: 'invalid_request_error' });
    expect(anthropic.seen).toHaveLength(0);
  });

  test("turns a provider's errors into its own error classes", async () => {
    anthropic.answer(errorAnswer(429, 'slow down', { 'retry-after': '7' }));
    const error: unknown = await client.responses
      .create({ model: 'fast', input: 'hi' })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ message: expect.stringContaining('slow down') });
    anthropic.answer(errorAnswer(400, 'no such thing'));
    await expect(client.responses.create({ model: 'fast', input: 'hi' })).rejects.toBeInstanceOf(BadRequestError);
  });

  test('never takes a stream that broke for one that ended', async () => {
    anthropic.answer(messagesBeginning('half', end => setTimeout(end, 50)));
    const types: string[] = [];
    const stream = await client.responses.create({ model: 'fast', input: 'hi', stream: true });
    const broken = (async () => {
      for await (const event of stream) types.push(event.type);
    })();
    await expect(broken).rejects.toBeInstanceOf(APIError);
    expect(types).toContain('response.output_text.delta');
    expect(types).not.toContain('response.completed');
    const raw = await tollgate.fetch('/v1/responses', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'fast', input: 'hi', stream: true }),
    });
    const text = await raw.text();
    const last = JSON.parse(text.trim().split('\n').at(-1)!.slice('data: '.length));
    expect(last).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'server_error' }, output: [{ content: [{ text: 'half' }] }] },
    });
    const numbers = [...text.matchAll(/"sequence_number":(\d+)/g)].map(match => Number(match[1]));
    expect(numbers).toEqual(numbers.map((_, index) => index));
  });

  test('is found under /openai as well', async () => {
    const other = new OpenAI({ baseURL: `${tollgate.url}/openai/v1`, apiKey: testKey, maxRetries: 0 });
    expect((await other.responses.create({ model: 'simulator/echo', input: 'hi' })).output_text).toContain('hi');
  });
});
