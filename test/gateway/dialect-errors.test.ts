import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { errorAnswer, type FakeProvider, fakeProvider } from '../support/fake-provider.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';

interface Route {
  readonly path: string;
  readonly body: object;
  /** What an error says, out of the body of its answer. */
  readonly told: (body: never) => { readonly message: string; readonly word: unknown };
  /** Word of the dialect by status. */
  readonly words: Readonly<Record<number, string>>;
}

const google = { 401: 'UNAUTHENTICATED', 404: 'NOT_FOUND', 400: 'INVALID_ARGUMENT', 405: 'INVALID_ARGUMENT' };
const openai = { 400: 'invalid_request_error', 401: 'authentication_error', 404: 'not_found_error' };
const contents = [{ parts: [{ text: 'hi' }] }];
type GoogleError = { error: { message: string; status: string; code: number } };
const single = ({ error }: GoogleError) => ({ message: error.message, word: error.status });

const routes: readonly Route[] = [
  {
    path: '/v1/responses',
    body: { model: 'gpt/gpt-5', input: 'hi' },
    told: ({ error }: { error: { message: string; type: string } }) => ({ message: error.message, word: error.type }),
    words: openai,
  },
  { path: '/v1beta/models/google/gemini-3-pro:generateContent', body: { contents }, told: single, words: google },
  { path: '/v1beta/models/google/gemini-3-pro:countTokens', body: { contents }, told: single, words: google },
  {
    path: '/v1beta/models/google/gemini-3-pro:streamGenerateContent?alt=sse',
    body: { contents },
    told: single,
    words: google,
  },
  {
    path: '/v1beta/models/google/gemini-3-pro:streamGenerateContent',
    body: { contents },
    told: ([first]: readonly [GoogleError]) => single(first),
    words: google,
  },
];

describe.each(['node', 'direct'] as const)('errors of every route (listener: %s)', listener => {
  let provider: FakeProvider;
  let tollgate: TestTollgate;

  beforeAll(async () => {
    provider = await fakeProvider();
    const root = provider.url.replace(/\/v1$/, '');
    tollgate = await startTestTollgate(
      `
providers:
  google: { adapter: gemini, base_url: "${root}", keys: ["goog-000000000"] }
  gpt: { adapter: openai, base_url: "${provider.url}", keys: ["sk-openai-0000"] }
models:
  plain: { retries: 0, targets: [{ model: google/gemini-3-pro }] }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
`,
      {},
      { listener },
    );
  });
  afterAll(async () => {
    await tollgate.stop();
    await provider.close();
  });
  beforeEach(() => {
    provider.seen.length = 0;
  });

  const json = { 'content-type': 'application/json', authorization: `Bearer ${testKey}` };

  describe.each(routes)('$path', ({ path, body, told, words }) => {
    const unknown = path.includes('gemini-3-pro')
      ? { path: path.replace('google/gemini-3-pro', 'no-such-model'), body }
      : { path, body: { ...body, model: 'no-such-model' } };
    const cases: readonly [name: string, path: string, init: RequestInit, status: number][] = [
      ['no key', path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }, 401],
      [
        'a wrong key',
        path,
        { headers: { ...json, authorization: `Bearer ${testKey}x` }, body: JSON.stringify(body) },
        401,
      ],
      ['an unknown model', unknown.path, { headers: json, body: JSON.stringify(unknown.body) }, 404],
      ['no JSON', path, { headers: json, body: '{"a":' }, 400],
      ['a list', path, { headers: json, body: '[]' }, 400],
      ['a member twice', path, { headers: json, body: '{"tools":[],"tools":[]}' }, 400],
      ['another type of content', path, { headers: { ...json, 'content-type': 'text/plain' }, body: 'hi' }, 415],
      ['another method', path, { headers: json, method: 'PUT', body: JSON.stringify(body) }, 405],
      ['another method without a body', path, { headers: json, method: 'DELETE' }, 405],
    ];

    test.each(cases)('%s is told in its own shape, and nobody is asked', async (_name, place, init, status) => {
      const reply = await fetch(tollgate.url + place, { method: 'POST', ...init });
      const { message, word } = told((await reply.json()) as never);
      expect([reply.status, typeof message, reply.headers.get('content-type')]).toEqual([
        status,
        'string',
        'application/json',
      ]);
      if (words[status] !== undefined) expect(word).toBe(words[status]);
      expect(reply.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(message).not.toContain(testKey);
      expect(provider.seen).toHaveLength(0);
    });

    test('a key that the provider refuses is no fault of the caller', async () => {
      provider.answer(errorAnswer(401, 'goog-000000000 sk-openai-0000 is wrong'));
      const reply = await fetch(tollgate.url + path, { method: 'POST', headers: json, body: JSON.stringify(body) });
      const text = await reply.text();
      expect(reply.status).toBe(502);
      expect(text).not.toMatch(/goog-0|sk-openai|is wrong/);
      expect(typeof told(JSON.parse(text) as never).message).toBe('string');
    });
  });

  test('a HEAD and an OPTIONS say no more than they may', async () => {
    for (const { path } of routes) {
      const head = await fetch(tollgate.url + path, { method: 'HEAD', headers: json });
      expect([path, head.status, await head.text()]).toEqual([path, 405, '']);
      const options = await fetch(tollgate.url + path, { method: 'OPTIONS' });
      expect([path, options.status]).toEqual([path, 405]);
      expect(options.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test('pages of models go on to the last one, and a page that is none is named', async () => {
    const page = async (query: string) => await (await tollgate.fetch(`/v1beta/models${query}`)).json();
    const all = (await page('')) as { models: object[]; nextPageToken?: string };
    expect(all).not.toHaveProperty('nextPageToken');
    expect(await page('?pageSize=1')).toMatchObject({ models: [all.models[0]], nextPageToken: '1' });
    expect(await page(`?pageSize=5&pageToken=${all.models.length}`)).toEqual({ models: [] });
    for (const wrong of ['?pageSize=-1', '?pageSize=x', '?pageToken=1e3', '?pageSize=1&pageSize=2']) {
      expect(await page(wrong)).toMatchObject({ error: { code: 400, status: 'INVALID_ARGUMENT' } });
    }
  });
});
