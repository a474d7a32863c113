import { createParser } from 'eventsource-parser';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ChatStreamReader } from '../../src/gateway/dialects/openai-chat/stream.ts';
import { cutAt } from '../gateway/sse/events-of.ts';
import {
  chatAnswer,
  chunk,
  type FakeProvider,
  fakeProvider,
  type Script,
  sse,
  usageChunk,
} from '../support/fake-provider.ts';
import { startTestTollgate, type TestTollgate, testKey } from '../support/tollgate.ts';

let provider: FakeProvider;
let tollgate: TestTollgate;
const MEBIBYTE = 1024 * 1024;

beforeAll(async () => {
  provider = await fakeProvider();
  const aliases = ['box', 'claude', 'google'].map(name => {
    const times = 'timeouts: { total: 2s, idle: 1s }';
    return `  via-${name}: { retries: 0, targets: [{ model: ${name}/m }], ${times} }`;
  });
  tollgate = await startTestTollgate(`
providers:
  box: { adapter: openai-compatible, base_url: "${provider.url}", keys: ["sk-provider-0000"] }
  claude: { adapter: anthropic, base_url: "${provider.url}", keys: ["sk-provider-0000"] }
  google: { adapter: gemini, base_url: "${provider.url}", keys: ["sk-provider-0000"] }
models:
${aliases.join('\n')}
teams: { search: {} }
keys: [{ name: web, team: search, secret: "env:TEST_KEY", models: ["*"] }]
`);
});
afterAll(async () => {
  await tollgate.stop();
  await provider.close();
});
beforeEach(() => {
  provider.seen.length = 0;
});

const ask = (model: string, stream = true) => ({ model, stream, messages: [{ role: 'user' as const, content: 'hi' }] });

/** Ends lines, events and the whole stream for whoever reads carelessly. */
const EVIL = 'a\n\ndata: [DONE]\n\nevent: error\r\rdata: {}\u2028\u0085b';

type Named = Readonly<Record<string, unknown>> & { readonly type: string };
const named = (events: readonly Named[]) =>
  events.map(event => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');

const anthropicStream = named([
  { type: 'message_start', message: { id: EVIL, model: EVIL, role: 'assistant', usage: { input_tokens: 3 } } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: EVIL } },
  { type: 'content_block_stop', index: 0 },
  {
    type: 'content_block_start',
    index: 1,
    content_block: { type: 'tool_use', id: EVIL, name: EVIL, input: {} },
  },
  { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: EVIL } },
  { type: 'content_block_stop', index: 1 },
  { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 2 } },
  { type: 'message_stop' },
]);

const geminiStream = `data: ${JSON.stringify({
  responseId: EVIL,
  modelVersion: EVIL,
  candidates: [
    {
      content: {
        role: 'model',
        parts: [{ text: EVIL }, { functionCall: { id: EVIL, name: EVIL, args: { x: EVIL } } }],
      },
      finishReason: 'STOP',
    },
  ],
  usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2 },
})}\n\n`;

const openaiStream = [
  chunk({ role: 'assistant', content: EVIL }),
  chunk({ tool_calls: [{ index: 0, id: EVIL, type: 'function', function: { name: EVIL, arguments: EVIL } }] }),
  chunk({}, 'tool_calls'),
  'data: [DONE]\n\n',
].join('');

const streamed =
  (text: string): Script =>
  (_request, response) => {
    sse(response);
    response.end(text);
  };

describe('P4 an answer that is made to look like events', () => {
  test.each([
    ['box', openaiStream],
    ['claude', anthropicStream],
    ['google', geminiStream],
  ])('P4 what looks like events in an answer of %s is text, tool name and id to the client', async (name, text) => {
    provider.answer(streamed(text));
    const client = new OpenAI({ baseURL: `${tollgate.url}/v1`, apiKey: testKey, maxRetries: 0 });
    const heard = { text: '', tools: [] as unknown[], reasons: [] as unknown[] };
    for await (const { choices } of await client.chat.completions.create({ ...ask(`via-${name}`), stream: true })) {
      heard.text += choices[0]?.delta.content ?? '';
      for (const call of choices[0]?.delta.tool_calls ?? [])
        if (call.function?.name) heard.tools.push(call.function.name);
      if (choices[0]?.finish_reason) heard.reasons.push(choices[0].finish_reason);
    }
    expect(heard).toEqual({ text: EVIL, tools: [EVIL], reasons: ['tool_calls'] });
  });

  test.each([
    ['box', openaiStream],
    ['claude', anthropicStream],
    ['google', geminiStream],
  ])('P4 a stream of %s is one line of JSON an event, and one end', async (name, text) => {
    provider.answer(streamed(text));
    const events: { event?: string | undefined; data: string }[] = [];
    const parser = createParser({ onEvent: event => events.push(event) });
    parser.feed(await (await tollgate.chat(ask(`via-${name}`))).text());
    expect(events.pop()?.data).toBe('[DONE]');
    for (const { event, data } of events) {
      expect(event).toBeUndefined();
      expect(JSON.parse(data)).toMatchObject({ object: 'chat.completion.chunk' });
    }
  });

  test('P4 an error text is one event, and no end follows it', async () => {
    const error = `data: ${JSON.stringify({ error: { message: EVIL, type: EVIL, code: EVIL } })}\n\n`;
    provider.answer(streamed(chunk({ content: 'x' }) + error));
    const events: { data: string }[] = [];
    const parser = createParser({ onEvent: event => events.push(event) });
    parser.feed(await (await tollgate.chat(ask('via-box'))).text());
    expect(events.map(({ data }) => Object.keys(JSON.parse(data)))).toEqual([expect.anything(), ['error']]);
  });
});

describe('P5 a stream is metered as its client reads it', () => {
  const usage = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 };
  const lines = [
    chunk({ role: 'assistant', content: 'größe 🌍 [DONE]' }),
    ': a comment\n\n',
    chunk({ content: 'data: [DONE]' }).replace('data: ', 'data:'),
    'id: 7\nretry: 5\nx\n\n',
    chunk({}, 'stop'),
    usageChunk(usage),
    'data: [DONE]\n\n',
    chunk({ content: 'behind the end' }),
  ];

  /** What the gateway counts, and what an SDK's parser makes of the bytes that it passes on. */
  function read(pieces: readonly Buffer[]) {
    const reader = new ChatStreamReader({ hideUsage: true, costOf: () => null, redact: text => text });
    const out: Buffer[] = [];
    for (const piece of pieces) {
      const bytes = reader.push(piece);
      if (bytes !== null) out.push(bytes);
    }
    reader.end();
    const events: string[] = [];
    const parser = createParser({ onEvent: ({ data }) => events.push(data) });
    parser.feed(Buffer.concat([...out, reader.endMark]).toString());
    // It waits for what may follow a last CR.
    parser.feed('\n');
    const { usage: counted, outputBytes, finished, failure, finishReasons } = reader;
    return { counted, outputBytes, finished, failure, finishReasons, events };
  }

  test.each(['\n', '\r\n', '\r'])('P5 a stream with %j line ends is counted and read the same in every cut', end => {
    const bytes = Buffer.from(`\ufeff${lines.join('')}`.replaceAll('\n', end));
    const whole = read([bytes]);
    expect(whole).toMatchObject({ counted: { input: 9, output: 4 }, finished: true, failure: null });
    expect(whole.events).toHaveLength(4);
    expect(whole.events.at(-1)).toBe('[DONE]');
    expect(whole.outputBytes).toBe(Buffer.byteLength('größe 🌍 [DONE]data: [DONE]'));
    for (let at = 1; at < bytes.length; at++) expect(read(cutAt(bytes, [at])), `cut at ${at}`).toEqual(whole);
    expect(read(Array.from(bytes, byte => Buffer.from([byte])))).toEqual(whole);
  });

  test.each(['data: [DONE] x\n\n', 'data: [done]\n\n', 'data: "[DONE]"\n\n', 'event: [DONE]\n\n'])(
    'P5 %j ends no stream as a success',
    mark => {
      const { finished, failure } = read([Buffer.from(chunk({ content: 'x' }) + mark)]);
      expect(finished && failure === null).toBe(false);
    },
  );
});

/** Writes until the gateway gives up; answers how many bytes it took. */
function endless(head: Script, block: Buffer): { readonly script: Script; readonly taken: () => number } {
  let taken = 0;
  const script: Script = async (request, response) => {
    await head(request, response);
    while (!response.destroyed && taken < 1024 * MEBIBYTE) {
      taken += block.length;
      if (!response.write(block)) {
        await new Promise<void>(resolve => {
          const go = () => {
            response.off('drain', go).off('close', go);
            resolve();
          };
          response.on('drain', go).on('close', go);
        });
      }
    }
  };
  return { script, taken: () => taken };
}

const block = Buffer.alloc(MEBIBYTE, 'x');
const asJson =
  (status: number): Script =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).write('"');

describe('P6 an answer without end', () => {
  // What the systems between hold is not ours.
  const SLACK = 24;

  test.each([
    [
      'a line of a stream',
      true,
      (_: unknown, response: Parameters<Script>[1]) => sse(response),
      16,
      502,
      'upstream_invalid',
    ],
    ['a whole answer', false, asJson(200), 64, 502, 'upstream_too_large'],
    ['an error', false, asJson(500), 0, 500, ''],
  ] as const)('P6 %s without end is ended at its limit', async (_name, stream, head, mebibytes, status, code) => {
    const { script, taken } = endless(head as Script, block);
    provider.answer(script);
    const reply = await tollgate.chat(ask('via-box', stream));
    expect(reply.status).toBe(status);
    expect(await reply.text()).toContain(code);
    await expect.poll(() => provider.seen[0]?.aborted, { timeout: 10_000 }).toBe(true);
    expect(taken()).toBeLessThan((mebibytes + SLACK) * MEBIBYTE);
  });

  test.each([
    ['a stream', true, 'text/event-stream'],
    ['a whole answer', false, 'application/json'],
  ])('P6 %s that comes byte by byte is ended by the total limit', async (_name, stream, type) => {
    provider.answer((_request, response) => {
      response.writeHead(200, { 'content-type': type });
      const timer = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(timer));
    });
    const reply = await tollgate.chat(ask('via-box', stream));
    expect(reply.status).toBe(504);
    expect(await reply.text()).toContain('upstream_timeout');
    await expect.poll(() => provider.seen[0]?.aborted, { timeout: 10_000 }).toBe(true);
  });

  test('P6 many tiny pieces are one answer', async () => {
    const text = 'word '.repeat(4_000);
    provider.answer((request, response) => {
      const write = response.end.bind(response);
      response.end = ((bytes: string) => {
        for (const letter of bytes) response.write(letter);
        return write();
      }) as typeof response.end;
      return chatAnswer(text)(request, response);
    });
    const reply = await tollgate.chat(ask('via-box', false));
    expect(reply.status).toBe(200);
    expect(await reply.json()).toMatchObject({ choices: [{ message: { content: text } }] });
  });
});
