import { ApiError, FunctionCallingConfigMode, type GenerateContentParameters, GoogleGenAI } from '@google/genai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { geminiAnswer, messagesAnswer } from '../support/fake-dialects.ts';
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
const contents = [{ role: 'user', parts: [{ text: 'hi' }] }];
const body = JSON.stringify({ contents });
const post = (text = body) => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body: text });

describe.each(['node', 'direct'] as const)('the SDK of Google (listener: %s)', listener => {
  let gemini: FakeProvider;
  let openai: FakeProvider;
  let anthropic: FakeProvider;
  let tollgate: TestTollgate;
  let client: GoogleGenAI;

  beforeAll(async () => {
    [gemini, openai, anthropic] = await Promise.all([fakeProvider(), fakeProvider(), fakeProvider()]);
    tollgate = await startTestTollgate(
      `
providers:
  google: { adapter: gemini, base_url: "${root(gemini)}", keys: ["goog-000000000"] }
  gpt: { adapter: openai, base_url: "${openai.url}", keys: ["sk-openai-0000"] }
  claude: { adapter: anthropic, base_url: "${root(anthropic)}", keys: ["sk-ant-0000000"] }
models:
  fast: { targets: [{ model: google/gemini-3-pro }], retries: 0 }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
prices:
  - { model: "google/*", input: 1, output: 2 }
  - { model: "gpt/*", input: 10, output: 20 }
  - { model: "claude/*", input: 10, output: 20 }
`,
      {},
      { listener },
    );
    client = new GoogleGenAI({ apiKey: testKey, httpOptions: { baseUrl: tollgate.url } });
  });
  afterAll(async () => {
    await tollgate.stop();
    await Promise.all([gemini.close(), openai.close(), anthropic.close()]);
  });
  beforeEach(() => {
    for (const provider of [gemini, openai, anthropic]) provider.seen.length = 0;
    gemini.answer(geminiAnswer('Hello there'));
    openai.answer(chatAnswer('Hello there'));
    anthropic.answer(messagesAnswer('Hello there'));
  });

  const ask = (model: string, config: GenerateContentParameters['config'] = {}) => ({ model, contents, config });
  const idOf = (headers: Record<string, string> | undefined) => headers!['x-request-id']!;

  const targets = [
    ['passed through', 'fast', 'google/gemini-3-pro', '0.000022'],
    ['translated to OpenAI', 'gpt/gpt-x', 'gpt/gpt-x', '0.00022'],
    ['translated to Anthropic', 'claude/claude-x', 'claude/claude-x', '0.00022'],
  ] as const;

  test.each(targets)('gets an answer that is %s, metered and priced', async (_how, model, target, cost) => {
    const answer = await client.models.generateContent(ask(model));
    expect(answer.text).toBe('Hello there');
    expect(answer.candidates).toMatchObject([{ finishReason: 'STOP' }]);
    expect(answer.usageMetadata).toMatchObject({ promptTokenCount: 12, candidatesTokenCount: 5, totalTokenCount: 17 });
    const [row] = await tollgate.ledger(idOf(answer.sdkHttpResponse?.headers));
    const counted = { input_tokens: 12, output_tokens: 5, cost };
    expect(row).toMatchObject({ dialect: 'gemini-content', operation: 'chat', target, ...counted });
  });

  test.each(targets)('streams an answer that is %s', async (_how, model, target, cost) => {
    const chunks = [];
    for await (const each of await client.models.generateContentStream(ask(model))) chunks.push(each);
    expect(chunks.map(({ text }) => text).join('')).toBe('Hello there');
    expect(chunks.at(-1)).toMatchObject({
      candidates: [{ finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 12, candidatesTokenCount: 5 },
    });
    expect(chunks.slice(0, -1).map(({ candidates }) => candidates?.[0]?.finishReason)).not.toContain('STOP');
    const [row] = await tollgate.ledger(idOf(chunks[0]!.sdkHttpResponse?.headers));
    expect(row).toMatchObject({ outcome: 'finished', stream: true, target, input_tokens: 12, output_tokens: 5, cost });
  });

  test.each(targets)('gets one JSON array where it asks for no events: %s', async (_how, model) => {
    const reply = await tollgate.fetch(`/v1beta/models/${model}:streamGenerateContent`, post());
    expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
    const chunks = (await reply.json()) as { candidates: { content: { parts: { text: string }[] } }[] }[];
    expect(chunks.flatMap(each => each.candidates[0]!.content.parts.map(({ text }) => text)).join('')).toBe(
      'Hello there',
    );
    expect(chunks.at(-1)).toMatchObject({
      candidates: [{ finishReason: 'STOP' }],
      usageMetadata: { totalTokenCount: 17 },
    });
  });

  test.each([
    '/v1beta/models/gpt/gpt-x',
    '/v1/models/gpt/gpt-x',
    '/v1alpha/models/gpt/gpt-x',
    '/gemini/v1beta/models/gpt/gpt-x',
    '/v1beta/models/gpt%2Fgpt-x',
    '/v1beta/gpt/gpt-x',
    '/v1beta/gpt%2Fgpt-x',
    '/v1beta1/publishers/gpt/models/gpt-x',
    '/v1beta1/projects/p/locations/l/publishers/gpt/models/gpt-x',
  ])('finds a model whose name holds a slash at %s', async path => {
    const reply = await tollgate.fetch(`${path}:generateContent`, post());
    expect([reply.status, reply.headers.get('x-tollgate-target')]).toEqual([200, 'gpt/gpt-x']);
  });

  test('passes a request on as it came, without a model in its body and without a key', async () => {
    const strange = JSON.stringify({ contents, generation_config: { top_k: 3 }, vendor_option: { x: [1] } }, null, 1);
    await tollgate.fetch('/v1beta/models/fast:generateContent', post(strange));
    const seen = gemini.seen[0]!;
    expect(seen.url).toBe('/v1beta/models/gemini-3-pro:generateContent');
    expect(seen.body).toEqual(JSON.parse(strange));
    expect(seen.headers).toMatchObject({ 'x-goog-api-key': 'goog-000000000' });
    await tollgate.fetch('/v1beta/models/fast:generateContent', post(JSON.stringify({ model: 'models/x', contents })));
    expect(gemini.seen[1]!.body).toEqual({ contents });
  });

  test('K7 takes its key from the query, where nobody else ever sees it', async () => {
    for (const path of [
      '/v1beta/models/fast:generateContent?key=',
      '/v1beta/models/fast:streamGenerateContent?alt=sse&key=',
    ]) {
      const reply = await fetch(tollgate.url + path + testKey, post());
      expect([reply.status, await reply.text()]).toEqual([200, expect.stringContaining('STOP')]);
    }
    for (const place of ['/v1beta/models', '/v1/models']) {
      const listed = await fetch(`${tollgate.url}${place}?pageSize=1&key=${testKey}`);
      expect([listed.status, await listed.json()]).toMatchObject([200, { models: [{ name: 'models/fast' }] }]);
    }
    const wrong = 'tg_canary0123456789abcdefghijklmnopqrstuvw';
    for (const path of [`/v1beta/models/fast:generateContent?key=${wrong}`, `/v1beta/models/nothing?key=${wrong}`]) {
      const reply = await fetch(tollgate.url + path, path.includes(':') ? post() : {});
      expect(reply.status).toBe(401);
      expect(await reply.text()).not.toContain(wrong);
    }
    const both = await fetch(`${tollgate.url}/v1beta/models/fast:generateContent?key=${wrong}`, {
      ...post(),
      headers: { 'content-type': 'application/json', 'x-goog-api-key': testKey },
    });
    expect([both.status, await both.json()]).toMatchObject([400, { error: { status: 'INVALID_ARGUMENT' } }]);
    // Elsewhere it is no place for a key.
    expect((await fetch(`${tollgate.url}/v1/key?key=${testKey}`)).status).toBe(401);
    const told = gemini.seen.map(({ url, headers }) => url + JSON.stringify(headers)).join('') + tollgate.log();
    expect(told).not.toContain(testKey);
    expect(told).not.toContain(wrong);
  });

  test('goes a round of tools with a model of another dialect, and then on to its own', async () => {
    const declaration = {
      name: 'look',
      parameters: { type: 'OBJECT' as never, properties: { at: { type: 'STRING' as never, nullable: true } } },
    };
    const config = {
      systemInstruction: 'Be brief.',
      tools: [{ functionDeclarations: [declaration] }],
      toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY } },
    };
    openai.answer((_request, response) => {
      sse(response);
      const call = (index: number, delta: object) => chunk({ tool_calls: [{ index, ...delta }] });
      response.write(call(0, { id: 'call_1', type: 'function', function: { name: 'look', arguments: '' } }));
      response.write(call(0, { function: { arguments: '{"at":' } }));
      response.write(call(0, { function: { arguments: '"sea"}' } }));
      response.write(
        call(1, { id: 'call_2', type: 'function', function: { name: 'look', arguments: '{"at":"sky"}' } }),
      );
      response.write(chunk({}, 'tool_calls'));
      response.write(usageChunk({ prompt_tokens: 12, completion_tokens: 5 }));
      response.end('data: [DONE]\n\n');
    });
    const chunks = [];
    for await (const each of await client.models.generateContentStream(ask('gpt/gpt-x', config))) chunks.push(each);
    const calls = chunks.flatMap(({ functionCalls }) => functionCalls ?? []);
    expect(calls).toEqual([
      { id: 'call_1', name: 'look', args: { at: 'sea' } },
      { id: 'call_2', name: 'look', args: { at: 'sky' } },
    ]);
    expect(openai.seen[0]?.body).toMatchObject({
      tool_choice: 'required',
      tools: [
        {
          function: { name: 'look', parameters: { type: 'object', properties: { at: { type: ['string', 'null'] } } } },
        },
      ],
    });

    openai.answer(chatAnswer('Done'));
    const said = chunks.flatMap(({ candidates }) => candidates?.[0]?.content ?? []);
    const result = (id: string | undefined) => ({
      functionResponse: { name: 'look', response: { output: 'blue' }, ...(id && { id }) },
    });
    // The second result has no id: it belongs to the call that is left.
    const history = [...contents, ...said, { role: 'user', parts: [result('call_1'), result(undefined)] }];
    await client.models.generateContent({ model: 'gpt/gpt-x', contents: history, config });
    const call = (id: string, at: string) => ({
      id,
      type: 'function',
      function: { name: 'look', arguments: JSON.stringify({ at }) },
    });
    expect(openai.seen.at(-1)?.body.messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'hi' },
      expect.objectContaining({ role: 'assistant', tool_calls: [call('call_1', 'sea'), call('call_2', 'sky')] }),
      { role: 'tool', tool_call_id: 'call_1', content: 'blue' },
      { role: 'tool', tool_call_id: 'call_2', content: 'blue' },
    ]);

    // A model of its own dialect refuses calls that it did not sign, unless it is told that nobody did.
    await client.models.generateContent({ model: 'fast', contents: history });
    expect(JSON.stringify(gemini.seen[0]?.body).split('"skip_thought_signature_validator"')).toHaveLength(3);
    await client.models.generateContent({ model: 'google/gemini-2.5-pro', contents: history });
    expect(JSON.stringify(gemini.seen[1]?.body)).not.toContain('thoughtSignature');
  });

  test('carries thoughts of a model of another dialect with their proofs, back to it and to nobody else', async () => {
    const thinking = { type: 'thinking', thinking: 'Let me think.', signature: 'c2lnbmVk' };
    anthropic.answer(
      json(200, {
        ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-x', stop_reason: 'end_turn' },
        content: [thinking, { type: 'text', text: 'Yes.' }],
        usage: { input_tokens: 12, output_tokens: 5 },
      }),
    );
    const answer = await client.models.generateContent(
      ask('claude/claude-x', { thinkingConfig: { includeThoughts: true, thinkingBudget: 2048 } }),
    );
    const content = answer.candidates![0]!.content!;
    expect(content.parts).toMatchObject([{ text: 'Let me think.', thought: true }, { text: 'Yes.' }]);
    expect(anthropic.seen[0]?.body).toHaveProperty('thinking');
    const history = [...contents, content, { role: 'user', parts: [{ text: 'Sure?' }] }];
    await client.models.generateContent({ model: 'claude/claude-x', contents: history });
    expect(anthropic.seen[1]?.body.messages).toMatchObject([
      {},
      { role: 'assistant', content: [thinking, { type: 'text', text: 'Yes.' }] },
      {},
    ]);
    await client.models.generateContent({ model: 'fast', contents: history });
    expect(gemini.seen[0]?.body.contents).toEqual([
      contents[0],
      { role: 'model', parts: [{ text: 'Yes.' }] },
      history[2],
    ]);
  });

  test('counts tokens where a target can, for nothing, and gets an estimate where none can', async () => {
    gemini.answer(json(200, { totalTokens: 42 }));
    const count = await client.models.countTokens({ model: 'fast', contents });
    expect(count.totalTokens).toBe(42);
    expect(gemini.seen[0]?.url).toBe('/v1beta/models/gemini-3-pro:countTokens');
    const [row] = await tollgate.ledger(idOf(count.sdkHttpResponse?.headers));
    expect(row).toMatchObject({ operation: 'count_tokens', outcome: 'finished', input_tokens: 0, cost: '0' });
    const inside = { generateContentRequest: { model: 'models/fast', contents } };
    await tollgate.fetch('/v1beta/models/fast:countTokens', post(JSON.stringify(inside)));
    expect(gemini.seen[1]?.body).toEqual({ generateContentRequest: { model: 'models/gemini-3-pro', contents } });
    const twice = { ...inside, generate_content_request: { model: 'models/other', contents } };
    const refused = await tollgate.fetch('/v1beta/models/fast:countTokens', post(JSON.stringify(twice)));
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('generateContentRequest')]);
    expect(gemini.seen).toHaveLength(2);

    const guess = await client.models.countTokens({ model: 'gpt/gpt-x', contents: 'word '.repeat(400) });
    expect(guess.totalTokens).toBeGreaterThan(250);
    expect(guess.totalTokens).toBeLessThan(1000);
    expect(openai.seen).toHaveLength(0);
  });

  test.each([
    ['serviceTier', 'priority', 'tier_unpriced'],
    ['service_tier', 'SERVICE_TIER_FLEX', 'tier_unpriced'],
    ['serviceTier', 'SERVICE_TIER_STANDARD', ''],
    ['serviceTier', 'unspecified', ''],
  ])('says in the ledger what %s "%s" makes of the price', async (name, tier, flags) => {
    const reply = await tollgate.fetch(
      '/v1beta/models/fast:generateContent',
      post(JSON.stringify({ contents, [name]: tier })),
    );
    const [row] = await tollgate.ledger(reply.headers.get('x-request-id')!);
    expect([reply.status, row]).toMatchObject([200, { flags }]);
  });

  test('lists and finds models in its own shape', async () => {
    const names: string[] = [];
    for await (const model of await client.models.list({ config: { pageSize: 2 } })) names.push(model.name!);
    expect(names[0]).toBe('models/fast');
    expect(names).toContain('models/simulator/echo');
    expect(new Set(names).size).toBe(names.length);
    expect(await client.models.get({ model: 'fast' })).toMatchObject({ name: 'models/fast', displayName: 'fast' });
    const shared = await tollgate.fetch('/v1/models', { headers: { 'x-goog-api-key': testKey } });
    expect(await shared.json()).toHaveProperty('models.0.name', 'models/fast');
    expect(await (await tollgate.fetch('/v1/models')).json()).toMatchObject({ object: 'list' });
  });

  test.each([
    [400, 'INVALID_ARGUMENT'],
    [404, 'NOT_FOUND'],
    [429, 'RESOURCE_EXHAUSTED'],
    [500, 'INTERNAL'],
    [503, 'UNAVAILABLE'],
  ])("turns a provider's %i into its own error, with the message kept", async (status, word) => {
    for (const [provider, model] of [
      [gemini, 'fast'],
      [openai, 'gpt/gpt-x'],
    ] as const) {
      provider.answer(errorAnswer(status, `because ${status}`));
      const error: unknown = await client.models.generateContent(ask(model)).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(ApiError);
      expect((error as ApiError).status).toBe(status);
      const told = JSON.parse((error as ApiError).message) as object;
      expect(told).toMatchObject({ error: { code: status, status: word, message: `because ${status}` } });
    }
  });

  test('is told of its own mistakes by the name of the field', async () => {
    const parts = (part: object) => ({ contents: [{ role: 'user', parts: [part] }] });
    for (const [model, wrong, field] of [
      ['fast', {}, 'contents'],
      ['fast', { contents: [] }, 'contents'],
      ['fast', { contents, generationConfig: { maxOutputTokens: -1 } }, 'generationConfig.maxOutputTokens'],
      ['fast', { contents, generation_config: { candidate_count: 'x' } }, 'generation_config.candidate_count'],
      ['fast', { contents, generation_config: {}, generationConfig: {} }, 'generationConfig'],
      [
        'fast',
        { contents, generationConfig: { candidateCount: 1, candidate_count: 8 } },
        'generationConfig.candidateCount',
      ],
      ['gpt/gpt-x', { contents: [{ role: 'boss', parts: [] }] }, 'contents[0].role'],
      ['gpt/gpt-x', parts({ text: 1 }), 'contents[0].parts[0].text'],
      ['gpt/gpt-x', parts({ inlineData: { data: '' } }), 'contents[0].parts[0].inlineData.mimeType'],
      ['gpt/gpt-x', parts({ fileData: { fileUri: 'file:///etc' } }), 'contents[0].parts[0].fileData.fileUri'],
      ['gpt/gpt-x', parts({ functionCall: {} }), 'contents[0].parts[0].functionCall.name'],
      ['gpt/gpt-x', { contents, cachedContent: 'cachedContents/x' }, 'cachedContent'],
      ['gpt/gpt-x', { contents, systemInstruction: { parts: [{ inlineData: {} }] } }, 'systemInstruction.parts[0]'],
      ['gpt/gpt-x', { contents, tools: [{ functionDeclarations: [{}] }] }, 'tools[0].functionDeclarations[0].name'],
      [
        'gpt/gpt-x',
        { contents, toolConfig: { functionCallingConfig: { mode: 'X' } } },
        'toolConfig.functionCallingConfig.mode',
      ],
      ['gpt/gpt-x', { contents, generationConfig: { topP: 'x' } }, 'generationConfig.topP'],
      ['gpt/gpt-x', { contents, toolConfig: {}, tool_config: {} }, 'toolConfig'],
    ] as const) {
      const reply = await tollgate.fetch(`/v1beta/models/${model}:generateContent`, post(JSON.stringify(wrong)));
      const { error } = (await reply.json()) as { error: { details: { fieldViolations?: { field: string }[] }[] } };
      expect([reply.status, error]).toMatchObject([400, { code: 400, status: 'INVALID_ARGUMENT' }]);
      expect(error.details.flatMap(({ fieldViolations = [] }) => fieldViolations)).toMatchObject([{ field }]);
    }
    expect(gemini.seen.length + openai.seen.length).toBe(0);
    const array = await tollgate.fetch('/v1beta/models/nothing-like-it:streamGenerateContent', post());
    expect([array.status, await array.json()]).toMatchObject([404, [{ error: { status: 'NOT_FOUND' } }]]);
    const get = await tollgate.fetch('/v1beta/models/fast:generateContent');
    expect([get.status, await get.json()]).toMatchObject([405, { error: { code: 405 } }]);
    const nowhere = await tollgate.fetch('/v1beta/models/fast:embedEverything', post());
    expect([nowhere.status, await nowhere.json()]).toMatchObject([404, { error: { status: 'NOT_FOUND' } }]);
  });

  test('warns by its own names, and refuses where it was told to', async () => {
    const wrong = JSON.stringify({
      contents,
      safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
      tools: [{ googleSearch: {} }],
      generationConfig: { responseModalities: ['AUDIO'], topK: 3 },
    });
    const reply = await tollgate.fetch('/v1beta/models/gpt/gpt-x:generateContent', post(wrong));
    const warnings = JSON.parse(reply.headers.get('x-tollgate-warnings')!) as { field: string }[];
    expect(warnings.map(({ field }) => field).sort()).toEqual([
      'generationConfig.responseModalities',
      'generationConfig.topK',
      'safetySettings',
      'tools[0].googleSearch',
    ]);
  });

  test.each([
    ['events', '?alt=sse'],
    ['an array', ''],
  ])('never takes a stream that breaks off for a whole one, in %s', async (_form, query) => {
    gemini.answer((_request, response) => {
      sse(response);
      response.write(`data: ${JSON.stringify({ candidates: [{ content: { parts: [{ text: 'Hello' }] } }] })}\n\n`);
      setTimeout(() => response.destroy(), 50);
    });
    openai.answer((_request, response) => {
      sse(response);
      response.write(chunk({ content: 'Hello' }));
      setTimeout(() => response.destroy(), 50);
    });
    for (const model of ['fast', 'gpt/gpt-x']) {
      const reply = await tollgate.fetch(`/v1beta/models/${model}:streamGenerateContent${query}`, post());
      const text = await reply.text();
      expect(text).toContain('Hello');
      expect(text).not.toContain('STOP');
      const last =
        query === '' ? (JSON.parse(text) as unknown[]).at(-1) : JSON.parse(text.trim().split('data: ').at(-1)!);
      expect(last).toMatchObject({ error: { code: 502, status: 'UNAVAILABLE' } });
    }
  });
});
