import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chatAnswer, chunk, type FakeProvider, fakeProvider, json, sse, usageChunk } from '../support/fake-provider.ts';
import { givesTokens, type TokenServer, tokenAnswer, tokenServer } from '../support/token-server.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';

const SECRET = 'entra-secret-CANARY';
const application = (tenant: string) =>
  JSON.stringify({ tenant_id: tenant, client_id: 'app-1', client_secret: SECRET });

let resource: FakeProvider;
let tokens: TokenServer;
let tollgate: TestTollgate;

beforeAll(async () => {
  resource = await fakeProvider();
  tokens = await tokenServer();
  const root = resource.url.replace(/\/v1$/, '');
  const entra = (tenant: string) =>
    `{ adapter: azure, base_url: "${root}", keys: ["env:ENTRA_${tenant}"], token_url: "${tokens.url}/login" }`;
  tollgate = await startTestTollgate(
    `
providers:
  azure: { base_url: "${root}/", keys: ["azure-key-0000"], deployments: { gpt-4o: prod-4o, gpt-5: prod-5 } }
  dated: { adapter: azure, base_url: "${root}/apim", keys: ["azure-key-0000"], api_version: 2024-10-21, deployments: { gpt-4o: prod-4o } }
  older: { adapter: azure, base_url: "${root}", keys: ["azure-key-0000"], api_version: 2024-02-01 }
  entra: ${entra('A')}
  many: ${entra('B')}
  refused: ${entra('C')}
  slow: ${entra('E')}
  pair: { adapter: azure, base_url: "${root}", keys: ["env:ENTRA_D", "azure-key-0000"], token_url: "${tokens.url}" }
models:
  backed: { retries: 0, targets: [{ model: refused/gpt-4o }], fallbacks: [{ model: azure/gpt-4o }] }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
prices:
  - { model: azure/gpt-4o, input: 1, output: 2 }
`,
    Object.fromEntries(['A', 'B', 'C', 'D', 'E'].map(tenant => [`ENTRA_${tenant}`, application(tenant)])),
  );
});
afterAll(async () => {
  await tollgate.stop();
  await Promise.all([resource.close(), tokens.close()]);
});
beforeEach(() => {
  resource.answer(chatAnswer());
  resource.seen.length = 0;
  tokens.answer(givesTokens());
  tokens.seen.length = 0;
});

const hi = (model: string, more: object = {}) => ({ model, messages: [{ role: 'user', content: 'hi' }], ...more });
const callId = (reply: Response) => reply.headers.get('x-request-id') ?? '';

describe('a deployment', () => {
  test('is asked for in the body, with the key in its own header, and priced as the model it is of', async () => {
    const reply = await tollgate.chat(hi('azure/gpt-4o'));
    expect(reply.status).toBe(200);
    expect(resource.seen[0]).toMatchObject({ url: '/openai/v1/chat/completions', body: { model: 'prod-4o' } });
    expect(resource.seen[0]?.headers).toMatchObject({ 'api-key': 'azure-key-0000' });
    expect(resource.seen[0]?.headers).not.toHaveProperty('authorization');
    const [row] = await tollgate.ledger(callId(reply));
    expect(row).toMatchObject({ target: 'azure/gpt-4o', cost: '0.000022' });
  });

  test('has the differences of its model', async () => {
    await tollgate.chat(hi('azure/gpt-5', { max_tokens: 9 }));
    expect(resource.seen[0]?.body).toMatchObject({ model: 'prod-5', max_completion_tokens: 9 });
    expect(resource.seen[0]?.body).not.toHaveProperty('max_tokens');
  });

  test('stands in the path where a version by date is asked for, below whatever stands in front', async () => {
    await tollgate.chat(hi('dated/gpt-4o'));
    expect(resource.seen[0]?.url).toBe('/apim/openai/deployments/prod-4o/chat/completions?api-version=2024-10-21');
  });

  test('gives embeddings', async () => {
    resource.answer(
      json(200, {
        object: 'list',
        data: [{ object: 'embedding', index: 0, embedding: [0.5] }],
        model: 'text-embedding-3-small',
        usage: { prompt_tokens: 2, total_tokens: 2 },
      }),
    );
    const reply = await tollgate.fetch('/v1/embeddings', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'dated/vectors', input: 'hi' }),
    });
    expect(reply.status).toBe(200);
    expect(resource.seen[0]?.url).toBe('/apim/openai/deployments/vectors/embeddings?api-version=2024-10-21');
  });

  test('is listed by the name of its model', async () => {
    const { data } = (await (await tollgate.fetch('/v1/models')).json()) as { data: { id: string }[] };
    const listed = data.map(({ id }) => id).filter(id => id.startsWith('azure/'));
    expect(listed).toEqual(['azure/gpt-4o', 'azure/gpt-5']);
  });

  test('of a version without usage in streams is not asked for it, and the caller is told', async () => {
    const reply = await tollgate.chat(hi('older/gpt-4o', { stream: true, stream_options: { include_usage: true } }));
    expect(await reply.text()).toContain('[DONE]');
    expect(resource.seen[0]?.body).not.toHaveProperty('stream_options');
    expect(reply.headers.get('x-tollgate-warnings')).toContain('stream_options');
    const [row] = await tollgate.ledger(callId(reply));
    expect(row).toMatchObject({ estimated: true, outcome: 'finished' });
  });
});

const safe = { filtered: false, severity: 'safe' };
const promptResults = {
  choices: [],
  created: 0,
  id: '',
  model: '',
  object: '',
  prompt_filter_results: [
    {
      prompt_index: 0,
      content_filter_results: { hate: safe, error: { code: 'content_filter_error', message: 'not run' } },
    },
  ],
};
const lateResults = {
  id: '',
  object: '',
  created: 0,
  model: '',
  choices: [
    {
      index: 0,
      finish_reason: null,
      content_filter_results: { hate: safe },
      content_filter_offsets: { check_offset: 44, start_offset: 44, end_offset: 198 },
    },
  ],
  usage: null,
};

describe('annotations of the content filter', () => {
  test('go through a stream as they came, before and after its content, and usage is read', async () => {
    const events = [
      `data: ${JSON.stringify(promptResults)}\n\n`,
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: 'Hello' }),
      chunk({}, 'stop'),
      `data: ${JSON.stringify(lateResults)}\n\n`,
    ];
    resource.answer((_request, response) => {
      sse(response);
      for (const event of events) response.write(event);
      response.end(`${usageChunk({ prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 })}data: [DONE]\n\n`);
    });
    const reply = await tollgate.chat(hi('azure/gpt-4o', { stream: true }));
    expect(await reply.text()).toBe(`${events.join('')}data: [DONE]\n\n`);
    const [row] = await tollgate.ledger(callId(reply));
    expect(row).toMatchObject({ input_tokens: 10, output_tokens: 5, estimated: false, outcome: 'finished' });
  });

  test('alone are no content yet: an attempt that dies behind them is replaced', async () => {
    let asked = 0;
    resource.answer((request, response) => {
      if (++asked > 1) return chatAnswer('again')(request, response);
      sse(response);
      response.write(`data: ${JSON.stringify(promptResults)}\n\n`);
      setTimeout(() => response.socket?.resetAndDestroy(), 20);
    });
    const reply = await tollgate.chat(hi('azure/gpt-4o', { stream: true }));
    const text = await reply.text();
    expect(text).toContain('again');
    expect(text).not.toContain('prompt_filter_results');
    expect(reply.headers.get('x-tollgate-attempts')).toBe('2');
  });

  test('of a refused prompt reach the caller in the error', async () => {
    const innererror = {
      code: 'ResponsibleAIPolicyViolation',
      content_filter_result: { hate: { filtered: true, severity: 'high' } },
    };
    const error = {
      message: 'The response was filtered.',
      type: null,
      param: 'prompt',
      code: 'content_filter',
      status: 400,
      innererror,
    };
    resource.answer(json(400, { error }));
    const reply = await tollgate.chat(hi('azure/gpt-4o'));
    expect(reply.status).toBe(400);
    expect(await reply.json()).toEqual({
      error: {
        message: 'The response was filtered.',
        type: 'invalid_request_error',
        param: 'prompt',
        code: 'content_filter',
        innererror,
      },
    });
  });
});

test('a limit keeps the time that its header gives in millis', async () => {
  resource.answer(
    json(429, { error: { code: '429', message: 'too many' } }, { 'retry-after-ms': '30500', 'retry-after': '31' }),
  );
  const reply = await tollgate.chat(hi('dated/limited'));
  expect(reply.status).toBe(429);
  expect(reply.headers.get('retry-after')).toBe('31');
});

describe('an application of Entra', () => {
  test('is exchanged for a token, which goes out as a bearer token, once for fifty calls', async () => {
    const replies = await Promise.all(Array.from({ length: 50 }, () => tollgate.chat(hi('many/gpt-4o'))));
    expect(new Set(replies.map(reply => reply.status))).toEqual(new Set([200]));
    expect(new Set(resource.seen.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer token-1']));
    expect(resource.seen.filter(({ headers }) => 'api-key' in headers)).toEqual([]);
    expect(tokens.seen).toEqual([
      {
        path: '/login/B/oauth2/v2.0/token',
        contentType: 'application/x-www-form-urlencoded',
        form: {
          grant_type: 'client_credentials',
          client_id: 'app-1',
          client_secret: SECRET,
          scope: 'https://cognitiveservices.azure.com/.default',
        },
      },
    ]);
  });

  test('keeps its token through a change of the configuration', async () => {
    await tollgate.chat(hi('entra/gpt-4o'));
    const made = await tollgate.admin('/admin/v1/teams', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'another' }),
    });
    expect(made.status).toBe(201);
    await tollgate.chat(hi('entra/gpt-4o'));
    expect(tokens.seen).toHaveLength(1);
  });

  test('that is refused is provider_auth for the caller, and its reason is in the log alone', async () => {
    tokens.answer(tokenAnswer(401, { error: 'invalid_client', error_description: `AADSTS7000215: no ${SECRET}` }));
    const reply = await tollgate.chat(hi('refused/gpt-4o'));
    expect(reply.status).toBe(502);
    const text = await reply.text();
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'provider_auth' } });
    expect(text).not.toContain('AADSTS');
    expect(resource.seen).toEqual([]);
    expect(tollgate.log()).toContain('AADSTS7000215');
    expect(tollgate.log()).toContain('refused#0');

    const replaced = await tollgate.chat(hi('backed'));
    expect(replaced.status).toBe(200);
    expect(resource.seen[0]?.headers).toMatchObject({ 'api-key': 'azure-key-0000' });
  });

  test('leaves its place to another key of the pool', async () => {
    tokens.answer(tokenAnswer(400, { error: 'unauthorized_client' }));
    const replies = await Promise.all([tollgate.chat(hi('pair/gpt-4o')), tollgate.chat(hi('pair/gpt-4o'))]);
    expect(replies.map(reply => reply.status)).toEqual([200, 200]);
    expect(resource.seen.map(({ headers }) => headers['api-key'])).toEqual(['azure-key-0000', 'azure-key-0000']);
  });

  test('never stands in the log or in the database, nor does its token', async () => {
    await tollgate.chat(hi('many/gpt-4o'));
    expect(tollgate.log()).not.toContain('CANARY');
    expect(tollgate.log()).not.toContain('token-1');
    const { rows: found } = await tollgate.database.pool.query('select keys, settings from providers');
    expect(JSON.stringify(found)).toContain('env:ENTRA_A');
    expect(JSON.stringify(found)).not.toContain('CANARY');
  });
});

test('a client that leaves while a token is asked for is not waited for', async () => {
  let give: () => void = () => {};
  const asked = new Promise<void>(heard => {
    tokens.answer((request, response) => {
      give = () => void givesTokens()(request, response);
      heard();
    });
  });
  const leaving = new AbortController();
  const call = fetch(`${tollgate.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${testKey}` },
    body: JSON.stringify(hi('slow/gpt-4o')),
    signal: leaving.signal,
  }).catch((error: Error) => error.name);
  await asked;
  leaving.abort();
  expect(await call).toBe('AbortError');
  await expect.poll(() => tollgate.log()).toContain('"model":"slow/gpt-4o"');
  expect(
    tollgate
      .log()
      .split('\n')
      .find(line => line.includes('"model":"slow/gpt-4o"')),
  ).toContain('"status":499');

  // The token is there for the next call all the same.
  give();
  const reply = await tollgate.chat(hi('slow/gpt-4o'));
  expect(reply.status).toBe(200);
  expect(resource.seen).toHaveLength(1);
  expect(tokens.seen).toHaveLength(1);
});
