import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { classPrices, priceOf } from '../../src/control/prices/billing.ts';
import { uuidv7 } from '../../src/spec/ids.ts';
import { perMillion } from '../../src/spec/money.ts';
import { noUsage } from '../../src/spec/usage.ts';
import { openControl } from '../control/app/open-control.ts';
import { texts, usageEvent } from '../store/ledger/usage-event.ts';
import {
  chatAnswer,
  chatStream,
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

beforeAll(async () => {
  provider = await fakeProvider();
  const at = (adapter: string) => `{ adapter: ${adapter}, base_url: "${provider.url}", keys: ["sk-provider-0000"] }`;
  tollgate = await startTestTollgate(`
providers:
  box: ${at('openai-compatible')}
  claude: ${at('anthropic')}
  google: ${at('gemini')}
  unpriced: ${at('openai-compatible')}
models:
  stubborn:
    retries: 3
    targets: [{ model: box/a }, { model: box/b }]
    fallbacks: [{ model: box/c }, { model: box/d }, { model: box/e }]
  slow: { retries: 3, targets: [{ model: box/a }], fallbacks: [{ model: box/b }], timeouts: { total: 1s } }
teams: { search: {} }
keys: [{ name: web, team: search, consumer: shop, secret: "env:TEST_KEY", models: ["*"] }]
prices:
  - { model: "box/*", input: 1, output: 2 }
  - { model: "claude/*", input: 1, output: 2 }
  - { model: "google/*", input: 1, output: 2 }
`);
});
afterAll(async () => {
  await tollgate.stop();
  await provider.close();
});
beforeEach(() => {
  provider.seen.length = 0;
  provider.answer(chatAnswer());
});

const ask = (model: string, more: object = {}) => ({ model, messages: [{ role: 'user', content: 'hi' }], ...more });
const rowsOf = (reply: Response, attempts = 1) => tollgate.ledger(reply.headers.get('x-request-id')!, attempts);

describe('P8 usage that lies', () => {
  const lies: readonly (readonly [string, string])[] = [
    ['negative', '{"prompt_tokens":1,"completion_tokens":-5,"total_tokens":-4}'],
    ['infinite', '{"prompt_tokens":1e999,"completion_tokens":1}'],
    ['fractional', '{"prompt_tokens":1.5,"completion_tokens":1}'],
    ['beyond what numbers hold', '{"prompt_tokens":1,"completion_tokens":9007199254740993}'],
    ['more than any answer has', '{"prompt_tokens":1,"completion_tokens":90000000}'],
    ['text', '{"prompt_tokens":"NaN","completion_tokens":1}'],
    ['a negative detail', '{"prompt_tokens":9,"completion_tokens":1,"prompt_tokens_details":{"audio_tokens":-9}}'],
  ];
  const answer = (usage: string) => `{"id":"c","object":"chat.completion","created":1,"model":"m",
    "choices":[{"index":0,"message":{"role":"assistant","content":"word"},"finish_reason":"stop"}],"usage":${usage}}`;

  const bounded = (row: Record<string, unknown> | undefined) => {
    expect(row).toMatchObject({ outcome: 'finished', estimated: true, flags: 'usage_implausible' });
    expect(Number(row?.cost)).toBeGreaterThan(0);
    expect(Number(row?.cost)).toBeLessThan(0.001);
  };

  test.each(lies)(
    'P8 usage that is %s is replaced by an estimate, in a whole answer and in a stream',
    async (_name, usage) => {
      provider.answer((request, response) => {
        if (request.body.stream !== true) {
          return void response.writeHead(200, { 'content-type': 'application/json' }).end(answer(usage));
        }
        sse(response);
        response.write(chunk({ content: 'word' }) + chunk({}, 'stop'));
        response.end(`data: {"object":"chat.completion.chunk","choices":[],"usage":${usage}}\n\ndata: [DONE]\n\n`);
      });
      for (const stream of [false, true]) {
        const reply = await tollgate.chat(ask('box/m', { stream }));
        await reply.text();
        const [row] = await rowsOf(reply);
        bounded(row);
      }
    },
  );

  test.each([
    ['claude', { content: [{ type: 'text', text: 'word' }], usage: { input_tokens: -1, output_tokens: 4 } }],
    ['claude', { content: [{ type: 'text', text: 'word' }], usage: { input_tokens: 1, output_tokens: 1e15 } }],
    ['google', { candidates: [candidate()], usageMetadata: { promptTokenCount: 1, candidatesTokenCount: -4 } }],
    ['google', { candidates: [candidate()], usageMetadata: { promptTokenCount: 9e8, candidatesTokenCount: 1 } }],
  ])('P8 usage that lies in the dialect of %s is replaced by an estimate', async (name, body) => {
    provider.answer(json(200, { id: 'm', type: 'message', role: 'assistant', stop_reason: 'end_turn', ...body }));
    const reply = await tollgate.chat(ask(`${name}/m`));
    expect(reply.status).toBe(200);
    const [row] = await rowsOf(reply);
    bounded(row);
  });

  test('P8 a cost that the provider names is neither billed nor shown as ours', async () => {
    const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, cost: 99, cost_usd: '99' };
    provider.answer(chatStream('word', usage));
    const reply = await tollgate.chat(ask('box/m', { stream: true, stream_options: { include_usage: true } }));
    expect(await reply.text()).toContain('"cost":0.00002');
    const [row] = await rowsOf(reply);
    expect(row).toMatchObject({ cost: '0.00002', estimated: false });
  });
});

function candidate() {
  return { content: { role: 'model', parts: [{ text: 'word' }] }, finishReason: 'STOP' };
}

describe('B2 an attempt that is cut', () => {
  const words = 'seventeen different sentences travelled through distant mountains yesterday afternoon'.split(' ');

  test.each([1, 2, 3, 5, 8])(
    'B2 a stream that its client leaves after event %i is booked once, with no less than was sent',
    async count => {
      const sent = words.slice(0, count).map(word => ` ${word}`);
      provider.answer((_request, response) => {
        sse(response);
        for (const word of sent) response.write(chunk({ content: word }));
      });
      const leaving = new AbortController();
      const reply = await tollgate.fetch('/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(ask('box/m', { stream: true })),
        signal: leaving.signal,
      });
      let text = '';
      const reader = reply.body!.getReader();
      while (!text.includes(sent.at(-1)!)) text += Buffer.from((await reader.read()).value!).toString();
      leaving.abort();
      await reader.read().catch(() => null);

      const [row, ...others] = await rowsOf(reply);
      expect(others).toEqual([]);
      expect(row).toMatchObject({ outcome: 'aborted', estimated: true });
      expect(Number(row?.output_tokens)).toBeGreaterThanOrEqual(countTokens(sent.join('')));
      expect(Number(row?.cost)).toBeGreaterThanOrEqual((2 * countTokens(sent.join(''))) / 1e6);
    },
  );

  test('B2 a stream that is cut behind its usage is booked with that usage', async () => {
    provider.answer((_request, response) => {
      sse(response);
      response.write(chunk({ content: 'word' }) + chunk({}, 'stop'));
      response.write(usageChunk({ prompt_tokens: 500, completion_tokens: 70, total_tokens: 570 }));
      setTimeout(() => response.destroy(), 50);
    });
    const reply = await tollgate.chat(ask('box/m', { stream: true }));
    await reply.text().catch(() => null);
    const [row] = await rowsOf(reply);
    expect(row).toMatchObject({ input_tokens: 500, output_tokens: 70, cost: '0.00064', estimated: false });
  });

  test('B2 what is settled twice is booked once', async () => {
    const control = await openControl();
    try {
      const event = usageEvent({ id: uuidv7(), cost_usd: '0.25' });
      await control.store.append(texts([event, event]));
      await control.store.append(texts([event]));
      const { json: report } = await control.ask('GET', '/admin/v1/spend?by=team');
      expect(report).toMatchObject({ total: { calls: 1, attempts: 1, cost_usd: '0.25' } });
    } finally {
      await control.close();
    }
  });
});

test('B5 a call without a price costs "unknown", never nothing, and is counted', async () => {
  const reply = await tollgate.chat(ask('unpriced/m'));
  expect(reply.status).toBe(200);
  expect(reply.headers.get('x-tollgate-cost-usd')).toBe('unknown');
  const [row] = await rowsOf(reply);
  expect(row).toMatchObject({ cost: null, input_tokens: 12, output_tokens: 5 });
  const report = await (await tollgate.admin('/admin/v1/spend?by=provider')).json();
  const { rows } = report as { rows: Record<string, unknown>[] };
  expect(rows.find(one => one.provider === 'unpriced')).toMatchObject({ cost_usd: null, unpriced_calls: 1 });
});

test('B6 work in the background is refused until it can be metered', async () => {
  for (const path of ['/v1/responses', '/v1/batches']) {
    const init = { method: 'POST', body: JSON.stringify({ model: 'box/m', background: true, input: 'hi' }) };
    const reply = await tollgate.fetch(path, { ...init, headers: { 'content-type': 'application/json' } });
    expect([path, reply.status]).toEqual([path, path === '/v1/responses' ? 501 : 404]);
  }
  expect(provider.seen).toHaveLength(0);
});

test('B6 tools at the provider and tiers of long prompts are part of the cost', () => {
  const input = { base: perMillion('1'), tiers: [{ above: 200_000, price: perMillion('3') }] };
  const price = priceOf(classPrices({ input }), { serverToolCall: perMillion('10000'), request: 0n });
  expect(price.cost({ ...noUsage, input: 200_000 })).toBe(perMillion('200000'));
  expect(price.cost({ ...noUsage, input: 200_001 })).toBe(perMillion('600003'));
  expect(price.cost({ ...noUsage, serverToolCalls: 2 })).toBe(perMillion('20000'));
});

test.each([
  ['priority', 'tier_unpriced'],
  ['flex', 'tier_unpriced'],
  ['default', ''],
  ['auto', ''],
])('B6 the service tier "%s" is booked at the usual price, with the flag "%s"', async (tier, flags) => {
  for (const stream of [false, true]) {
    const reply = await tollgate.chat(ask('box/m', { service_tier: tier, stream }));
    await reply.text();
    const [row] = await rowsOf(reply);
    expect(row).toMatchObject({ cost: '0.000022', flags });
  }
});

test('B7 nothing in a request chooses who pays', async () => {
  const liar = { team: 'x', user_api_key: 'y', consumer: 'z', organization: 'o', user_id: 'me' };
  const named = { 'x-tollgate-team': 'x', 'x-tollgate-tags': 'team=x', 'openai-organization': 'x', 'x-team': 'x' };
  const reply = await tollgate.chat(ask('box/m', { metadata: liar, team: 'x', key: 'y', organization: 'o' }), named);
  const [row] = await rowsOf(reply);
  expect(row).toMatchObject({ team: 'search', consumer: 'shop', key: 'web', organization: 'default', end_user: 'me' });
  const [labelled] = await rowsOf(await tollgate.chat(ask('box/m', { user: 'team:x' })));
  expect(labelled).toMatchObject({ team: 'search', key: 'web', end_user: 'team:x' });
});

describe('B8 retries', () => {
  test('B8 a provider that is down gets four attempts of a call at most, each in the ledger', async () => {
    provider.answer(errorAnswer(503));
    const client = new OpenAI({ baseURL: `${tollgate.url}/v1`, apiKey: testKey, maxRetries: 0 });
    const call = client.chat.completions.create({ model: 'stubborn', messages: [{ role: 'user', content: 'hi' }] });
    const error = await call.catch((problem: unknown) => problem);
    expect(error).toBeInstanceOf(OpenAI.APIError);
    expect(provider.seen).toHaveLength(4);
    const rows = await tollgate.ledger((error as InstanceType<typeof OpenAI.APIError>).requestID!, 4);
    expect(rows.map(row => row.attempt)).toEqual([1, 2, 3, 4]);
  });

  test('B8 a provider that hangs gets no attempt beyond the total time of the call', async () => {
    provider.answer(() => new Promise(() => {}));
    const reply = await tollgate.chat(ask('slow'));
    expect(reply.status).toBe(504);
    expect(provider.seen).toHaveLength(1);
  });
});
