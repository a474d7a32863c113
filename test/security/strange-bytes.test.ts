import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { savedInputs } from '../fuzz/engine/saved-inputs.ts';
import { openTarget } from '../fuzz/targets.ts';
import { chatAnswer, type FakeProvider, fakeProvider } from '../support/fake-provider.ts';
import { startTestTollgate, type TestTollgate } from '../support/tollgate.ts';

/** The corpus of the fuzz run, over the network: `test/fuzz` gives it to the readers themselves, a million times over. */
const corpusOf = async (name: string): Promise<readonly Buffer[]> => [
  ...(await openTarget(name)).seeds(),
  ...savedInputs(name),
];

const dialects = [
  ['openai-compatible', 'openai-decoder'],
  ['anthropic', 'anthropic-decoder'],
  ['gemini', 'gemini-decoder'],
  ['mistral', 'mistral-decoder'],
] as const;

let provider: FakeProvider;
let tollgate: TestTollgate;

beforeAll(async () => {
  provider = await fakeProvider();
  const root = `http://127.0.0.1:${provider.port}`;
  tollgate = await startTestTollgate(`
providers:
${dialects.map(([adapter]) => `  p-${adapter}: { adapter: ${adapter}, base_url: "${root}", keys: ["sk-provider-0000"] }`).join('\n')}
models:
${dialects.map(([adapter]) => `  m-${adapter}: { retries: 0, targets: [{ model: p-${adapter}/m }] }`).join('\n')}
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
`);
});
afterAll(async () => {
  await tollgate.stop();
  await provider.close();
});

const ask = (adapter: string, stream: boolean) => ({
  model: `m-${adapter}`,
  stream,
  messages: [{ role: 'user', content: 'hi' }],
});

/** Whatever came before, the next call is served, and nothing was thrown that nobody caught. */
async function serves(): Promise<void> {
  provider.answer(chatAnswer('still there'));
  const reply = await tollgate.chat(ask('openai-compatible', false));
  expect(await reply.text()).toContain('still there');
  // What is thrown outside of a call is thrown by now.
  await sleep(20);
  expect(tollgate.log()).not.toContain('uncaught');
}

describe('threats from bytes that nobody meant', () => {
  test.each(['/v1/chat/completions', '/v1/embeddings'])(
    'D2 as bodies of %s they end the call, not the process',
    async path => {
      provider.answer(chatAnswer());
      for (const name of ['body', 'chat-ingress', 'embeddings']) {
        for (const body of await corpusOf(name)) {
          const headers = { 'content-type': 'application/json' };
          const reply = await tollgate.fetch(path, { method: 'POST', headers, body: new Uint8Array(body) });
          await reply.text();
          expect(reply.status, body.toString()).toBeLessThan(500);
        }
      }
      await serves();
    },
  );

  test.each(dialects)('D2 as answers of %s they end the call, not the process', async (adapter, name) => {
    for (const bytes of await corpusOf(name)) {
      for (const stream of [true, false]) {
        provider.answer((_request, response) => {
          response.writeHead(200, { 'content-type': stream ? 'text/event-stream' : 'application/json' });
          response.end(bytes);
        });
        const reply = await tollgate.chat(ask(adapter, stream));
        const text = await reply.text();
        // A stream either ends properly or says what broke it.
        if (reply.ok && stream) expect(text, bytes.toString()).toMatch(/data: \[DONE\]\n\n$|"error":\{/);
        else if (reply.ok) JSON.parse(text);
        else expect(JSON.parse(text), bytes.toString()).toHaveProperty('error.message');
      }
    }
    await serves();
  });
});
