import { Mistral } from '@mistralai/mistralai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chunk, defaultUsage, type FakeProvider, fakeProvider, sse, usageChunk } from '../support/fake-provider.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';

let provider: FakeProvider;
let tollgate: TestTollgate;
let client: Mistral;

beforeAll(async () => {
  provider = await fakeProvider();
  tollgate = await startTestTollgate(`
providers:
  box: { adapter: openai-compatible, base_url: "${provider.url}", keys: ["sk-provider-secret-1234"] }
teams: { search: {} }
keys:
  - { name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }
`);
  client = new Mistral({ serverURL: tollgate.url, apiKey: testKey });
});
afterAll(async () => {
  await tollgate.stop();
  await provider.close();
});
beforeEach(() => {
  provider.seen.length = 0;
});

const messages = [{ role: 'user' as const, content: 'hi' }];

async function streamed(model: string) {
  const chunks = [];
  for await (const { data } of await client.chat.stream({ model, messages })) chunks.push(data);
  return chunks;
}

describe("Mistral's SDK", () => {
  test('gets whole calls, and what was counted with the finish, from a provider that streams both in pieces', async () => {
    const call = (more: object) => chunk({ tool_calls: [{ index: 0, ...more }] });
    const said = [
      call({ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '' } }),
      call({ function: { arguments: '{"city":' } }),
      call({ function: { arguments: '"Oslo"}' } }),
      chunk({}, 'tool_calls'),
      usageChunk(defaultUsage),
    ];
    provider.answer((_request, response) => {
      sse(response);
      response.end(`${said.join('')}data: [DONE]\n\n`);
    });
    const last = (await streamed('box/m-1')).at(-1);
    expect(provider.seen[0]?.body.stream_options).toEqual({ include_usage: true });
    expect(last?.choices[0]?.delta.toolCalls).toEqual([
      { id: 'call_1', type: 'function', index: 0, function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
    ]);
    expect(last?.choices[0]?.finishReason).toBe('tool_calls');
    expect(last?.usage).toMatchObject({ promptTokens: 12, completionTokens: 5 });
  });

  test('gets the same of an answer that was translated', async () => {
    const chunks = await streamed('simulator/echo');
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('hi');
    expect(chunks.at(-1)?.choices[0]?.finishReason).toBe('stop');
    expect(chunks.at(-1)?.usage?.promptTokens).toBeGreaterThan(0);
  });

  test('gets a whole answer', async () => {
    const answer = await client.chat.complete({ model: 'simulator/echo', messages });
    expect(answer.choices[0]?.message?.content).toBe('hi');
    expect(answer.usage.promptTokens).toBeGreaterThan(0);
  });
});
