import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cohereAnswer } from '../support/fake-dialects.ts';
import { type FakeProvider, fakeProvider, json } from '../support/fake-provider.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';

let provider: FakeProvider;
let tollgate: TestTollgate;
let client: OpenAI;

beforeAll(async () => {
  provider = await fakeProvider();
  tollgate = await startTestTollgate(`
providers:
  cohere: { base_url: "${provider.url.replace(/\/v1$/, '')}", keys: ["co-key-00000000"] }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
prices: [{ model: "cohere/*", input: 1, output: 10 }]
`);
  client = new OpenAI({ baseURL: `${tollgate.url}/v1`, apiKey: testKey, maxRetries: 0 });
});
afterAll(async () => {
  await tollgate.stop();
  await provider.close();
});

const messages = [{ role: 'user' as const, content: 'hi' }];
const model = 'cohere/command-a-03-2025';
/** The client sees what the model read and wrote, the ledger what is on the bill. */
const counted = { prompt_tokens: 12, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 8 } };
const booked = { input_tokens: 2, cache_read_tokens: 0, output_tokens: 3, cost: '0.000032', outcome: 'finished' };

describe('a provider that bills less than it counts', () => {
  test('is booked by its bill for a whole answer', async () => {
    provider.answer(cohereAnswer('It is blue.'));
    const { data, response } = await client.chat.completions.create({ model, messages }).withResponse();

    expect(data.choices[0]!.message.content).toBe('It is blue.');
    expect(data.usage).toMatchObject(counted);
    expect(response.headers.get('x-tollgate-cost-usd')).toBe('0.000032');
    expect(await tollgate.ledger(response.headers.get('x-request-id')!)).toMatchObject([booked]);
    expect(provider.seen.at(-1)).toMatchObject({
      url: '/v2/chat',
      headers: { authorization: 'Bearer co-key-00000000' },
    });
  });

  test('is booked by its bill for a stream, whose cost is that of the bill', async () => {
    provider.answer(cohereAnswer('It is blue.'));
    const { data, response } = await client.chat.completions
      .create({ model, messages, stream: true, stream_options: { include_usage: true } })
      .withResponse();
    const chunks = await Array.fromAsync(data);

    expect(chunks.map(chunk => chunk.choices[0]?.delta.content ?? '').join('')).toBe('It is blue.');
    expect(chunks.at(-1)!.usage).toMatchObject({ ...counted, cost: 0.000032 });
    expect(await tollgate.ledger(response.headers.get('x-request-id')!)).toMatchObject([booked]);
  });
});

test('embeddings come as the client asks for them, from another dialect', async () => {
  provider.answer(
    json(200, { id: 'e', embeddings: { float: [[0.5, -2]] }, meta: { billed_units: { input_tokens: 4 } } }),
  );
  const ask = { model: 'cohere/embed-v4.0', input: 'sky' };
  const floats = await client.embeddings.create({ ...ask, encoding_format: 'float', dimensions: 256 });
  const packed = await client.embeddings.create(ask);

  expect(floats.data[0]!.embedding).toEqual([0.5, -2]);
  expect(packed.data).toEqual(floats.data);
  expect(floats.usage).toEqual({ prompt_tokens: 4, total_tokens: 4 });
  expect(provider.seen.at(-2)).toMatchObject({
    url: '/v2/embed',
    body: { texts: ['sky'], input_type: 'search_document', embedding_types: ['float'], output_dimension: 256 },
  });
});

test('a key that the provider refuses is no fault of the caller', async () => {
  provider.answer(json(401, { id: 'e', message: 'invalid api token' }));

  await expect(client.chat.completions.create({ model, messages })).rejects.toMatchObject({
    status: 502,
    code: 'provider_auth',
  });
});
