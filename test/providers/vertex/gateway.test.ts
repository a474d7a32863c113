import { createVerify, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { geminiAnswer, messagesAnswer } from '../../support/fake-dialects.ts';
import { type FakeProvider, fakeProvider, json, type Script } from '../../support/fake-provider.ts';
import {
  type SeenTokenRequest,
  type TokenScript,
  type TokenServer,
  tokenAnswer,
  tokenServer,
} from '../../support/token-server.ts';
import { startTestTollgate, type TestTollgate } from '../../support/tollgate.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

const account = (email: string): string =>
  JSON.stringify(
    {
      type: 'service_account',
      project_id: 'p-1',
      private_key_id: 'key-1',
      private_key: privateKey,
      client_email: email,
      token_uri: 'https://oauth2.googleapis.com/token',
    },
    null,
    2,
  );

type Form = SeenTokenRequest['form'];

const assertionOf = ({ assertion }: Form): readonly string[] => assertion!.split('.');
const claimsOf = (form: Form): Record<string, string> =>
  JSON.parse(Buffer.from(assertionOf(form)[1]!, 'base64url').toString('utf8'));

/** Numbered tokens, but none for an account that is refused. */
function tokensOrRefusal(): TokenScript {
  let given = 0;
  const refusal = { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' };
  return (request, response) => {
    const refused = claimsOf(request.form).iss!.startsWith('refused@');
    const token = { access_token: `ya29.canary-token-${++given}`, expires_in: 3599, token_type: 'Bearer' };
    return tokenAnswer(refused ? 400 : 200, refused ? refusal : token)(request, response);
  };
}

/** Answers each of Vertex AI's methods in the dialect of its model. */
const answers: Script = (request, response) => {
  const method = request.url.split(':')[1]?.split('?')[0];
  switch (method) {
    case 'rawPredict':
    case 'streamRawPredict':
      return messagesAnswer('from Claude')(request, response);
    case 'predict':
      return json(200, {
        predictions: [{ embeddings: { values: [1, 0], statistics: { truncated: false, token_count: 3 } } }],
      })(request, response);
    case 'embedContent':
      return json(200, { embedding: { values: [0, 1] }, usageMetadata: { promptTokenCount: 4 } })(request, response);
    default:
      return geminiAnswer('from Gemini')(request, response);
  }
};

let google: FakeProvider;
let tokens: TokenServer;
let tollgate: TestTollgate;

beforeAll(async () => {
  google = await fakeProvider(answers);
  tokens = await tokenServer(tokensOrRefusal());
  const host = `base_url: "http://127.0.0.1:${google.port}", token_url: "${tokens.url}"`;
  tollgate = await startTestTollgate(
    `
providers:
  vertex: { ${host}, project: p-1, location: eu, keys: ["env:ACCOUNT"] }
  fresh: { adapter: vertex, ${host}, project: p-1, keys: ["env:ACCOUNT"] }
  express: { adapter: vertex, ${host}, keys: ["env:API_KEY"] }
  refused: { adapter: vertex, ${host}, project: p-1, keys: ["env:REFUSED"] }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
`,
    {
      ACCOUNT: account('gateway@p-1.iam.gserviceaccount.com'),
      REFUSED: account('refused@p-1.iam.gserviceaccount.com'),
      API_KEY: 'AQ.canary-api-key',
    },
  );
});
afterAll(async () => {
  await tollgate.stop();
  await Promise.all([google.close(), tokens.close()]);
});
beforeEach(() => {
  google.seen.length = 0;
  google.answer(answers);
});

const ask = (model: string, more: object = {}) =>
  tollgate.chat({ model, messages: [{ role: 'user', content: 'hi' }], ...more });
const embed = (model: string, input: unknown = 'sky') =>
  tollgate.fetch('/v1/embeddings', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, input }),
  });
const errorIn = async (reply: Response) =>
  ((await reply.json()) as { readonly error: { readonly code: string | null; readonly param: string | null } }).error;
const place = '/v1/projects/p-1/locations/eu/publishers';

describe.each([
  ['vertex/gemini-2.5-flash', 'google/models/gemini-2.5-flash', 'generateContent', 'from Gemini', '0.0000161'],
  [
    'vertex/claude-sonnet-4-5@20250929',
    'anthropic/models/claude-sonnet-4-5@20250929',
    'rawPredict',
    'from Claude',
    '0.000111',
  ],
] as const)('%s', (model, path, method, text, cost) => {
  test('answers as a whole, metered and priced', async () => {
    const reply = await ask(model);

    expect(await reply.json()).toMatchObject({
      choices: [{ message: { content: text }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 12, completion_tokens: 5 },
    });
    expect(google.seen.map(({ url }) => url)).toEqual([`${place}/${path}:${method}`]);
    const [row] = await tollgate.ledger(reply.headers.get('x-request-id')!);
    expect(row).toMatchObject({ target: model, outcome: 'finished', cost, estimated: false });
  });

  test('answers as a stream', async () => {
    const stream = await (await ask(model, { stream: true })).text();
    const chunks = [...stream.matchAll(/^data: (\{.*)$/gm)].map(([, data]) => JSON.parse(data!));

    expect(chunks.map(chunk => chunk.choices[0]?.delta.content ?? '').join('')).toBe(text);
    expect(stream).toMatch(/data: \[DONE\]\n\n$/);
    expect(google.seen[0]!.url).toMatch(/:stream(RawPredict|GenerateContent\?alt=sse)$/);
  });
});

test('Claude gets the version in the body, no model, and nobody gets a key beside the token', async () => {
  await ask('vertex/claude-opus-4-7');
  await ask('vertex/gemini-2.5-flash');
  const [claude, gemini] = google.seen;

  expect(claude!.body).toMatchObject({ anthropic_version: 'vertex-2023-10-16', stream: false });
  expect(claude!.body).not.toHaveProperty('model');
  for (const { headers } of [claude!, gemini!]) {
    expect(headers.authorization).toBe('Bearer ya29.canary-token-1');
    expect(headers).not.toHaveProperty('x-goog-api-key');
    expect(headers).not.toHaveProperty('anthropic-version');
  }
});

test('the account signs what it asks for, and all calls share one token', async () => {
  const before = tokens.seen.length;
  const replies = await Promise.all(Array.from({ length: 8 }, () => ask('fresh/gemini-2.5-flash')));
  const [asked, ...others] = tokens.seen.slice(before);
  const [head, body, signature] = assertionOf(asked!.form);

  expect(replies.map(({ status }) => status)).toEqual(Array(8).fill(200));
  expect(others).toEqual([]);
  expect(new Set(google.seen.map(({ headers }) => headers.authorization)).size).toBe(1);
  expect(asked).toMatchObject({
    path: '/token',
    form: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer' },
  });
  expect(JSON.parse(Buffer.from(head!, 'base64url').toString())).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-1' });
  expect(claimsOf(asked!.form)).toMatchObject({
    iss: 'gateway@p-1.iam.gserviceaccount.com',
    scope: 'https://www.googleapis.com/auth/cloud-platform',
    aud: 'https://oauth2.googleapis.com/token',
  });
  const verify = createVerify('sha256').update(`${head}.${body}`);
  expect(verify.verify(publicKey, Buffer.from(signature!, 'base64url'))).toBe(true);
});

test('an API key without a project is that of express mode', async () => {
  const before = tokens.seen.length;
  expect((await ask('express/gemini-2.5-flash')).status).toBe(200);

  expect(google.seen[0]!.url).toBe('/v1/publishers/google/models/gemini-2.5-flash:generateContent');
  expect(google.seen[0]!.headers['x-goog-api-key']).toBe('AQ.canary-api-key');
  expect(google.seen[0]!.headers).not.toHaveProperty('authorization');
  expect(tokens.seen).toHaveLength(before);
});

test('an account that gets no token is our fault and not the caller’s', async () => {
  const reply = await ask('refused/gemini-2.5-flash');

  expect(reply.status).toBe(502);
  expect(await reply.json()).toMatchObject({ error: { code: 'provider_auth' } });
  expect(google.seen).toEqual([]);
  expect(tollgate.log()).toContain('Invalid JWT Signature.');
});

test.for([
  [401, 'UNAUTHENTICATED', 502, 'provider_auth'],
  [403, 'PERMISSION_DENIED', 502, 'provider_auth'],
  [429, 'RESOURCE_EXHAUSTED', 429, 'RESOURCE_EXHAUSTED'],
] as const)('%s %s becomes %s %s, for Claude as well', async ([status, word, expected, code]) => {
  google.answer(json(status, [{ error: { code: status, message: 'No.', status: word } }]));
  for (const model of ['gemini-2.5-flash', 'claude-opus-4-7']) {
    const reply = await ask(`express/${model}`);
    expect([reply.status, (await errorIn(reply)).code]).toEqual([expected, code]);
  }
});

test('embeddings come by the method that their model has', async () => {
  const older = await (await embed('vertex/text-embedding-005')).json();
  const newer = await (await embed('vertex/gemini-embedding-2')).json();
  const several = await embed('vertex/gemini-embedding-2', ['sky', 'sea']);

  expect(older).toMatchObject({ data: [{ embedding: [1, 0] }], usage: { prompt_tokens: 3 } });
  expect(newer).toMatchObject({ data: [{ embedding: [0, 1] }], usage: { prompt_tokens: 4 } });
  expect(google.seen.map(({ url }) => url)).toEqual([
    `${place}/google/models/text-embedding-005:predict`,
    `${place}/google/models/gemini-embedding-2:embedContent`,
  ]);
  expect([several.status, (await errorIn(several)).param]).toEqual([400, 'input']);
});

test('no log line holds a key, a token or an assertion', () => {
  const log = tollgate.log();

  expect(log).toContain('refused/gemini-2.5-flash');
  expect(log).not.toMatch(/canary|PRIVATE KEY/);
  expect(log).not.toContain(privateKey.split('\n')[1]);
  for (const { form } of tokens.seen) expect(log).not.toContain(assertionOf(form)[2]);
});

test('tokens of a request in Anthropic’s dialect are counted by Claude, and estimated for Gemini', async () => {
  google.answer(json(200, { input_tokens: 42 }));
  const count = (model: string) =>
    tollgate.fetch('/v1/messages/count_tokens', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] }),
    });
  expect(await (await count('vertex/claude-sonnet-4-5@20250929')).json()).toEqual({ input_tokens: 42 });
  expect(google.seen.map(({ url }) => url)).toEqual([`${place}/anthropic/models/count-tokens:rawPredict`]);
  expect(google.seen[0]!.body).toEqual({
    anthropic_version: 'vertex-2023-10-16',
    model: 'claude-sonnet-4-5@20250929',
    messages: [{ role: 'user', content: 'hi' }],
  });
  const estimated = await count('vertex/gemini-2.5-flash');
  expect(estimated.headers.get('x-tollgate-warnings')).toContain('input_tokens');
  expect(google.seen).toHaveLength(1);
});

test('addresses in a body that is passed through are fetched here, since Claude does not read them there', async () => {
  const source = { type: 'url', url: 'https://10.0.0.1/a.png' };
  const reply = await tollgate.fetch('/v1/messages', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'vertex/claude-sonnet-4-5@20250929',
      max_tokens: 9,
      messages: [{ role: 'user', content: [{ type: 'image', source }] }],
    }),
  });
  expect(reply.status).toBe(400);
  expect(google.seen).toEqual([]);
});
