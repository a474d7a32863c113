import { describe, expect, test } from 'vitest';
import { ChatStreamReader } from '../../../src/gateway/dialects/openai-chat/stream.ts';
import { noUsage } from '../../../src/spec/usage.ts';
import { inPieces } from '../sse/events-of.ts';

const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: 'c-1', choices: [{ index: 0, delta, finish_reason: finish }], usage: null })}\n\n`;
const role = chunk({ role: 'assistant', content: '' });
const hello = chunk({ content: 'hello' });
const stop = chunk({}, 'stop');
const usage = 'data: {"id":"c-1","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}\n\n';
const done = 'data: [DONE]\n\n';

function read(
  text: string,
  options: { hideUsage?: boolean; cost?: string | null; size?: number; choices?: number } = {},
) {
  const reader = new ChatStreamReader({
    hideUsage: options.hideUsage ?? false,
    costOf: () => options.cost ?? null,
    redact: said => said.replaceAll('CANARY', '[redacted]'),
    choices: options.choices ?? 1,
  });
  const bytes = Buffer.from(text);
  const out = inPieces(bytes, options.size ?? bytes.length).map(piece => reader.push(piece)?.toString() ?? '');
  reader.end();
  return { reader, out: out.join('') };
}

describe('a chat stream', () => {
  test('passes on unchanged, with its end mark held back until it was recorded', () => {
    const { reader, out } = read(`: hello\n\n${role}${hello}${stop}${done}`);

    expect(out).toBe(`: hello\n\n${role}${hello}${stop}`);
    expect(reader.endMark.toString()).toBe(done);
    expect(reader).toMatchObject({ finished: true, failure: null, id: 'c-1', outputBytes: 5, finishReasons: ['stop'] });
  });

  test.each([
    ['is no object', 'data: oops\n\n'],
    ['has broken usage', 'data: {"id":"c-1","choices":[],"usage":{"prompt_tokens":3,}}\n\n'],
    ['is a broken error', 'event: error\ndata: {"error":{"message":"x",}}\n\n'],
  ])('shows all that came before an event that %s, in one chunk as in many', (_what, broken) => {
    for (const size of [1, 9, 10_000]) {
      const { reader, out } = read(role + hello + broken + stop + done, { size });
      expect(out).toBe(role + hello);
      expect([reader.finished, reader.failure?.code]).toEqual([false, 'upstream_invalid']);
    }
  });

  test('shows usage with our cost to who asked for it', () => {
    const { reader, out } = read(role + hello + stop + usage + done, { cost: '0.000123' });

    expect(reader.usage).toEqual({ ...noUsage, input: 3, output: 2 });
    expect(out).toBe(role + hello + stop + usage.replace('_tokens":2}', '_tokens":2,"cost":0.000123}'));
  });

  test('shows an unknown price as null, in the place of what the provider called its cost', () => {
    const priced = 'data: {"choices":[],"usage":{"prompt_tokens":3,"cost":{"total":9}, "completion_tokens":2}}\n\n';

    expect(read(hello + stop + priced + done).out).toContain('"cost":null, "completion_tokens":2}}\n\n');
  });

  test('leaves the usage event out for who did not ask, and nothing else', () => {
    const beside = stop.replace('"usage":null', '"usage":{"prompt_tokens":3,"completion_tokens":2}');

    expect(read(hello + stop + usage + done, { hideUsage: true }).out).toBe(hello + stop);
    expect(read(hello + beside + done, { hideUsage: true }).out).toBe(hello + beside);
    expect(read(hello + beside + done, { hideUsage: true }).reader.usage).toMatchObject({ input: 3 });
  });

  test('takes the last usage of a stream that counts along, and prices only that', () => {
    const along = (tokens: number, finish: string | null) =>
      chunk({ content: 'x' }, finish).replace(
        '"usage":null',
        `"usage":{"prompt_tokens":3,"completion_tokens":${tokens}}`,
      );
    const { reader, out } = read(along(1, null) + along(2, null) + along(3, 'stop') + done, { cost: '1' });

    expect(reader.usage).toMatchObject({ output: 3 });
    expect(out.match(/"cost":1/g)).toHaveLength(1);
  });

  test.each([
    ['x_groq', 'data: {"choices":[],"x_groq":{"usage":{"prompt_tokens":3,"completion_tokens":2}}}\n\n'],
    ['the last choice', 'data: {"choices":[{"delta":{},"usage":{"prompt_tokens":3,"completion_tokens":2}}]}\n\n'],
  ])('finds usage in %s', (_, event) => {
    expect(read(hello + stop + event + done).reader.usage).toEqual({ ...noUsage, input: 3, output: 2 });
  });

  test('flags usage that cannot be believed', () => {
    const lie = 'data: {"choices":[],"usage":{"prompt_tokens":-3,"completion_tokens":2}}\n\n';
    const { reader, out } = read(hello + stop + lie + done, { cost: '1' });

    expect(reader).toMatchObject({ usage: null, flags: 'usage_implausible' });
    expect(out).toContain('"cost":null');
  });

  test('reads nothing out of the text of an answer', () => {
    const text = '{"usage":{"prompt_tokens":1}} "error":{} data: [DONE]\n\ndata: [DONE]\n\n"finish_reason":"stop"';
    const { reader, out } = read(chunk({ content: text }));

    expect(reader).toMatchObject({ finished: false, failure: null, usage: null, finishReasons: [] });
    expect(out).toBe(chunk({ content: text }));
  });
});

describe('the first content of a chat stream', () => {
  test.each([
    { content: 'x' },
    { reasoning: 'x' },
    { reasoning_content: 'x' },
    { refusal: 'x' },
    { content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'x' }] }] },
    { tool_calls: [{ index: 0, id: 'call', function: { name: 'f', arguments: '' } }] },
    { tool_calls: [{ index: 0, function: { arguments: '{' } }] },
    { audio: { id: 'a', data: 'AAAA' } },
  ])('is %j', delta => {
    expect(read(chunk(delta)).reader.contentSeen).toBe(true);
  });

  test.each([{}, { role: 'assistant' }, { content: '' }, { content: null, refusal: null }, { tool_calls: [] }])(
    'is not %j',
    delta => {
      expect(read(chunk(delta)).reader.contentSeen).toBe(false);
    },
  );

  test('is a finish reason where nothing was said', () => {
    expect(read(stop).reader.contentSeen).toBe(true);
    expect(read(chunk({}, '')).reader.contentSeen).toBe(false);
  });
});

describe('the end of a chat stream', () => {
  test('is given where the provider forgot it', () => {
    const { reader, out } = read(hello + stop);

    expect(out).toBe(hello + stop);
    expect(reader.finished).toBe(true);
    expect(reader.endMark.toString()).toBe(done);
  });

  test('wants a finish reason for every choice where there is no end mark', () => {
    expect(read(hello + stop, { choices: 2 }).reader.finished).toBe(false);
    expect(read(hello + stop + stop, { choices: 2 }).reader.finished).toBe(true);
  });

  test.each([hello, hello.slice(0, -20), hello + stop.slice(0, -10), hello + stop + usage.slice(0, 30), ''])(
    'is not there after %j',
    text => {
      expect(read(text).reader).toMatchObject({ finished: false, failure: null });
    },
  );

  test('is seen although the last blank line is missing', () => {
    const { reader, out } = read(hello + stop + usage.trimEnd());

    expect(out).toBe(hello + stop);
    expect(reader).toMatchObject({ finished: true, usage: { input: 3 } });
    expect(reader.endMark.toString()).toBe(`${usage.replace('_tokens":2}', '_tokens":2,"cost":null}')}${done}`);
    expect(read(`${hello}data: [DONE]`).reader.finished).toBe(true);
  });

  test('keeps the line ends of the provider', () => {
    const { reader } = read(`${hello}data: [DONE]\r\n\r\n`);

    expect(reader.endMark.toString()).toBe('data: [DONE]\r\n\r\n');
  });

  test('lets nothing through that comes after it', () => {
    const { reader, out } = read(hello + stop + done + hello + done);

    expect(out).toBe(hello + stop);
    expect(reader.push(Buffer.from(hello))).toBeNull();
  });
});

describe('a chat stream that fails', () => {
  test.each([
    ['data: {"error":{"message":"it broke CANARY","type":"server_error","code":"x"}}\n\n', 'upstream_error'],
    [
      'data: {"choices":[{"delta":{},"finish_reason":"error"}],"error":{"message":"it broke CANARY"}}\n\n',
      'upstream_error',
    ],
    ['event: error\ndata: {"message":"it broke CANARY"}\n\n', 'upstream_error'],
    ['event: error\ndata: it broke CANARY\n\n', 'upstream_error'],
    ['data: {"error":"it broke CANARY"}\n\n', 'upstream_error'],
  ])('ends before the event %j', (event, code) => {
    for (const before of ['', role, role + hello]) {
      const { reader, out } = read(before + event + hello + done);
      expect(out).toBe(before);
      expect(reader).toMatchObject({ finished: false, failure: { code, message: 'it broke [redacted]' } });
    }
  });

  test('says nothing of what the provider says about our key', () => {
    const { failure } = read('data: {"error":{"message":"bad key sk-CANARY","code":"invalid_api_key"}}\n\n').reader;

    expect(failure?.code).toBe('provider_auth');
    expect(failure?.message).not.toContain('sk-');
  });

  test.each(['data: <html>\n\n', 'data: 5\n\n', 'data: [1]\n\n', 'data: {"a":\n\n', 'data: [DONE] \n\n'])(
    'cannot be understood: %j',
    event => {
      const { reader, out } = read(role + event + hello);
      expect(out).toBe(role);
      expect(reader.failure?.code).toBe('upstream_invalid');
    },
  );

  test('is checked in full until there is content', () => {
    expect(read('data: {"choices":[}\n\n').reader.failure?.code).toBe('upstream_invalid');
    expect(read(`${hello}data: {"usage":{"prompt_tokens":}}\n\n`).reader.failure?.code).toBe('upstream_invalid');
  });

  test('ends when an event grows beyond all bounds', () => {
    const reader = read(hello).reader;
    const other = new ChatStreamReader({ hideUsage: true, costOf: () => null, redact: text => text });
    const piece = Buffer.alloc(9 * 1024 * 1024, 'x');
    other.push(piece);

    expect(other.push(piece)).toBeNull();
    expect(other.failure?.code).toBe('upstream_invalid');
    expect(reader.failure).toBeNull();
  });

  test('is no failure where a member named error is null, empty or deeper inside', () => {
    const odd = ['{"error":null,"choices":[]}', '{"choices":[{"delta":{"content":"error"},"error":{"a":1}}]}'];
    for (const data of odd) expect(read(`data: ${data}\n\n`).reader.failure).toBeNull();
  });
});

describe('unusual events of a chat stream', () => {
  test('are read like others: several data lines, type, white space', () => {
    const lines =
      'event: message\nid: 7\ndata: {"choices":[],\ndata: "usage":{"prompt_tokens":3,\ndata: "completion_tokens":2}}\n\n';
    const { reader, out } = read(hello + stop + lines + done, { cost: '2' });

    expect(reader.usage).toMatchObject({ input: 3, output: 2 });
    expect(out).toBe(
      `${hello}${stop}data: {"choices":[], "usage":{"prompt_tokens":3, "completion_tokens":2,"cost":2}}\n\n`,
    );
  });

  test('keep their other lines when their data change', () => {
    const typed = usage.replace('data:', 'event: message\ndata:');

    expect(read(hello + stop + typed, { cost: '2' }).out).toContain('event: message\ndata: {"id"');
  });

  test('are left out when they are empty', () => {
    expect(read(`${hello}data:\n\ndata:  \n\n${stop}${done}`).out).toBe(hello + stop);
  });
});
