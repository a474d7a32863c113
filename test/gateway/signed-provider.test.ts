import type { ServerResponse } from 'node:http';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { signatureHeaders } from '../../providers/bedrock/sigv4.ts';
import { errorFrame, eventFrame, exceptionFrame } from '../support/aws-frames.ts';
import { type FakeProvider, fakeProvider, json, type Script, type SeenRequest } from '../support/fake-provider.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';

/** AWS's published example. */
const ID = 'AKIDEXAMPLEEXAMPLE';
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const TOKEN = 'session-token-of-sixteen-and-more';
const KEY = JSON.stringify({
  access_key_id: ID,
  secret_access_key: SECRET,
  session_token: TOKEN,
  region: 'eu-north-1',
});
const MODEL = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const PATH = '/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0';

let fake: FakeProvider;
let tollgate: TestTollgate;
let client: OpenAI;

const usage = { inputTokens: 12, outputTokens: 5, totalTokens: 17, cacheReadInputTokens: 3, cacheWriteInputTokens: 0 };
const text = (piece: string) => eventFrame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: piece } });
const START = eventFrame('messageStart', { role: 'assistant' });
const END = [
  eventFrame('contentBlockStop', { contentBlockIndex: 0 }),
  eventFrame('messageStop', { stopReason: 'end_turn' }),
  eventFrame('metadata', { usage, metrics: { latencyMs: 1 } }),
];

function frames(response: ServerResponse, ...list: readonly Buffer[]): void {
  response.writeHead(200, {
    'content-type': 'application/vnd.amazon.eventstream',
    'x-amzn-requestid': 'amzn-request-1',
  });
  // One byte short of each frame's end, then the rest with the next one.
  const bytes = Buffer.concat(list);
  for (let at = 0; at < bytes.length; at += 97) response.write(bytes.subarray(at, at + 97));
}

const whole = json(200, {
  output: { message: { role: 'assistant', content: [{ text: 'Hello 🌍' }] } },
  stopReason: 'end_turn',
  usage,
});
const answers: Script = (request, response) => {
  if (!request.url.endsWith('/converse-stream')) return whole(request, response);
  frames(response, START, text('Hello '), text('🌍'), ...END);
  response.end();
};
/** The first two, and the others once those had time to go through. */
const streams =
  (...list: readonly Buffer[]): Script =>
  async (_, response) => {
    frames(response, ...list.slice(0, 2));
    await new Promise(resolve => setTimeout(resolve, 50));
    response.end(Buffer.concat(list.slice(2)));
  };

beforeAll(async () => {
  fake = await fakeProvider(answers);
  const base = fake.url.replace(/\/v1$/, '/aws');
  tollgate = await startTestTollgate(`
providers:
${['a', 'b', 'c', 'd', 'e', 'f'].map(name => `  ${name}: { adapter: bedrock, base_url: "${base}", keys: ['${KEY}'] }`).join('\n')}
  bearer: { adapter: bedrock, base_url: "${base}", keys: ["bedrock-api-key-0000"] }
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
prices: [{ model: "a/*", input: 1, output: 2 }]
`);
  client = new OpenAI({ baseURL: `${tollgate.url}/v1`, apiKey: testKey, maxRetries: 0 });
});
afterAll(async () => {
  await tollgate.stop();
  await fake.close();
});
beforeEach(() => {
  fake.answer(answers);
  fake.seen.length = 0;
});

const ask = (provider: string, model = MODEL) => ({
  model: `${provider}/${model}`,
  messages: [{ role: 'user' as const, content: 'hi' }],
});

async function streamed(provider: string) {
  const { data, response } = await client.chat.completions
    .create({ ...ask(provider), stream: true, stream_options: { include_usage: true } })
    .withResponse();
  let said = '';
  let finish: string | null = null;
  try {
    for await (const chunk of data) {
      said += chunk.choices[0]?.delta.content ?? '';
      finish = chunk.choices[0]?.finish_reason ?? finish;
      if (chunk.usage) return { said, finish, usage: chunk.usage, response, failure: null };
    }
    return { said, finish, usage: null, response, failure: null };
  } catch (error) {
    return { said, finish, usage: null, response, failure: error as Error };
  }
}

const signedAt = ({ headers }: SeenRequest): number =>
  Date.parse(String(headers['x-amz-date']).replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'));

/** The signature that the received request should have, by its own time. */
function expected(seen: SeenRequest): string {
  const { url, text: body, headers } = seen;
  return signatureHeaders(
    {
      origin: `http://${headers.host}`,
      path: url,
      method: 'POST',
      headers: ['content-type', String(headers['content-type'])],
      body: Buffer.from(body),
    },
    { accessKeyId: ID, secretAccessKey: SECRET, sessionToken: TOKEN },
    { region: 'eu-north-1', service: 'bedrock', nowMillis: signedAt(seen) },
  ).at(-1)!;
}

describe('a provider whose requests are signed', () => {
  test('answers whole', async () => {
    const { data, response } = await client.chat.completions.create(ask('a')).withResponse();

    expect(data.choices[0]).toMatchObject({ message: { content: 'Hello 🌍' }, finish_reason: 'stop' });
    expect(data.usage).toMatchObject({
      prompt_tokens: 15,
      completion_tokens: 5,
      prompt_tokens_details: { cached_tokens: 3 },
    });
    expect(response.headers.get('x-tollgate-target')).toBe(`a/${MODEL}`);
    expect(response.headers.get('x-tollgate-cost-usd')).toBe('0.000025');
    const [seen] = fake.seen;
    expect(seen!.url).toBe(`/aws${PATH}/converse`);
    expect(seen!.headers.authorization).toBe(expected(seen!));
    expect(seen!.headers).toMatchObject({ 'x-amz-security-token': TOKEN, accept: 'application/json' });
    expect(Math.abs(Date.now() - signedAt(seen!))).toBeLessThan(60_000);
    expect(seen!.rawHeaders.join('\n')).not.toContain(SECRET);
  });

  test('embeds, signed as well', async () => {
    fake.answer(json(200, { embedding: [0.5, -1], inputTextTokenCount: 3 }));
    const { data, response } = await client.embeddings
      .create({ model: 'a/amazon.titan-embed-text-v2:0', input: 'sky', dimensions: 256 })
      .withResponse();

    expect(data).toMatchObject({ data: [{ embedding: [0.5, -1] }], usage: { prompt_tokens: 3, total_tokens: 3 } });
    expect(response.headers.get('x-tollgate-cost-usd')).toBe('0.000003');
    const [seen] = fake.seen;
    expect(seen!.url).toBe('/aws/model/amazon.titan-embed-text-v2%3A0/invoke');
    expect(seen!.body).toEqual({ inputText: 'sky', dimensions: 256 });
    expect(seen!.headers.authorization).toBe(expected(seen!));
  });

  test('streams in binary frames, whatever their cuts', async () => {
    const { said, finish, usage: counted, response, failure } = await streamed('a');

    expect({ said, finish, failure }).toEqual({ said: 'Hello 🌍', finish: 'stop', failure: null });
    expect(counted).toMatchObject({ prompt_tokens: 15, completion_tokens: 5 });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('x-tollgate-upstream-request-id')).toBe('amzn-request-1');
    const [seen] = fake.seen;
    expect(seen!.url).toBe(`/aws${PATH}/converse-stream`);
    expect(seen!.headers.accept).toBe('application/vnd.amazon.eventstream');
    expect(seen!.headers.authorization).toBe(expected(seen!));
  });

  test('is asked again with a signature of its own', async () => {
    let calls = 0;
    fake.answer((request, response) =>
      calls++ === 0 ? json(500, { message: 'x' })(request, response) : answers(request, response),
    );
    const { data } = await client.chat.completions.create(ask('b')).withResponse();

    expect(data.choices[0]?.message.content).toBe('Hello 🌍');
    expect(fake.seen.map(seen => seen.headers.authorization)).toEqual(fake.seen.map(expected));
  });

  test('that refuses our credentials is 502, and nothing of them is told', async () => {
    const message = `Credential should be scoped.\n\nThe Canonical String\nx-amz-security-token:${TOKEN}`;
    fake.answer((_, response) => {
      response.writeHead(403, { 'content-type': 'application/json', 'x-amzn-errortype': 'InvalidSignatureException' });
      response.end(JSON.stringify({ message }));
    });
    const error = await client.chat.completions.create(ask('c')).then(
      () => null,
      (thrown: InstanceType<typeof OpenAI.APIError>) => thrown,
    );

    expect(error?.status).toBe(502);
    expect(error?.code).toBe('provider_auth');
    expect(JSON.stringify(error?.error)).not.toContain(TOKEN);
  });

  test('takes an API key as a bearer token', async () => {
    await client.chat.completions.create(ask('bearer'));

    expect(fake.seen[0]!.headers.authorization).toBe('Bearer bedrock-api-key-0000');
    expect(fake.seen[0]!.headers).not.toHaveProperty('x-amz-date');
  });

  test('is named by the ARN of an inference profile', async () => {
    await client.chat.completions.create(
      ask('a', 'arn:aws:bedrock:eu-north-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0'),
    );

    expect(fake.seen[0]!.url).toContain('inference-profile%2Feu.amazon.nova-lite-v1%3A0/converse');
    expect(fake.seen[0]!.headers.authorization).toBe(expected(fake.seen[0]!));
  });
});

describe('a broken binary stream never looks finished', () => {
  const damaged = Buffer.from(text('later'));
  damaged[damaged.length - 7]! ^= 1;

  test.each<[name: string, list: readonly Buffer[], message: RegExp]>([
    ['a damaged frame', [START, text('Hel'), damaged, ...END], /could not be understood|provider/i],
    ['a stream that breaks off', [START, text('Hel')], /provider|connection/i],
    ['a frame that breaks off', [START, text('Hel'), END[0]!, END[1]!.subarray(0, 40)], /provider|connection/i],
    [
      'an exception',
      [START, text('Hel'), exceptionFrame('modelStreamErrorException', 'The model broke.')],
      /The model broke\./,
    ],
    ['an error that is not declared', [START, text('Hel'), errorFrame('InternalError', 'Lost.')], /Lost\./],
  ])('%s', async (_, list, message) => {
    fake.answer(streams(...list));
    const { said, finish, failure } = await streamed('d');

    expect(said).toBe('Hel');
    expect(finish).toBeNull();
    expect(failure?.message).toMatch(message);
  });

  test('an exception before the first content is a failure with its own status, after another attempt', async () => {
    fake.answer(streams(START, exceptionFrame('throttlingException', 'Too many requests.')));
    const error = await client.chat.completions.create({ ...ask('e'), stream: true }).then(
      () => null,
      (thrown: InstanceType<typeof OpenAI.APIError>) => thrown,
    );

    expect(error?.status).toBe(429);
    expect(error?.message).toContain('Too many requests.');
  });

  test('server-sent events where frames were asked for are no answer', async () => {
    fake.answer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('data: {}\n\n');
    });
    const error = await client.chat.completions.create({ ...ask('f'), stream: true }).then(
      () => null,
      (thrown: InstanceType<typeof OpenAI.APIError>) => thrown,
    );
    expect(error?.status).toBe(502);
  });
});
