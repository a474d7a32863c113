import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import anthropic from '../../../../providers/anthropic/index.ts';
import { messageEncoder } from '../../../../src/gateway/dialects/anthropic-messages/neutral/index.ts';
import { MessagesStreamReader } from '../../../../src/gateway/dialects/anthropic-messages/stream.ts';
import { serverEvents } from '../../../support/server-events.ts';
import { answer } from '../openai-chat/neutral/answers.ts';

const event = (type: string, data: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
const begin = event('message_start', {
  message: {
    id: 'msg_1',
    content: [],
    usage: {
      input_tokens: 12,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 30,
      cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
      output_tokens: 1,
    },
  },
});
const block = event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
const delta = (text: string) => event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } });
const ending = event('message_delta', {
  delta: { stop_reason: 'end_turn' },
  usage: { input_tokens: 12, cache_read_input_tokens: 100, cache_creation_input_tokens: 30, output_tokens: 7 },
});
const stop = event('message_stop', {});
const whole = begin + event('ping', {}) + block + delta('Hé 🌍') + event('unknown_event', { x: 1 }) + ending + stop;

const open = () => new MessagesStreamReader({ redact: text => text.replaceAll('secret', '***') });

function read(text: string, size = text.length, reader = open()) {
  const bytes = Buffer.from(text);
  const passed: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const out = reader.push(Buffer.from(bytes.subarray(at, at + size)));
    if (out !== null) passed.push(out);
  }
  reader.end();
  return { reader, passed: Buffer.concat(passed).toString(), end: reader.finished ? reader.endMark.toString() : '' };
}

describe('a stream of the Messages dialect', () => {
  test.each([1, 2, 7, 33, 10_000])('passes as it came, cut into pieces of %i bytes', size => {
    const { reader, passed, end } = read(whole, size);
    expect(passed + end).toBe(whole);
    expect(end).toBe(stop);
    expect(reader.failure).toBeNull();
  });

  test('passes with other line ends', () => {
    const text = whole.replaceAll('\n', '\r\n');
    const { passed, end } = read(text, 5);
    expect(passed + end).toBe(text);
  });

  test('passes without type lines', () => {
    const bare = whole.replaceAll(/^event: .*\n/gm, '');
    const { reader, passed, end } = read(bare);
    expect(passed + end).toBe(bare);
    expect(reader.usage).toMatchObject({ input: 12, output: 7 });
  });

  test('counts what the end says, and does not add it to the beginning', () => {
    expect(read(whole).reader.usage).toMatchObject({
      input: 12,
      cacheRead: 100,
      cacheWrite5m: 10,
      cacheWrite1h: 20,
      output: 7,
    });
    expect(read(whole).reader.outputBytes).toBe(Buffer.byteLength('Hé 🌍'));
  });

  test('has content with the first delta, or with a block that opens with something', () => {
    const reader = open();
    reader.push(Buffer.from(begin + block));
    expect(reader.contentSeen).toBe(false);
    reader.push(Buffer.from(delta('x')));
    expect(reader.contentSeen).toBe(true);
    const other = open();
    other.push(Buffer.from(begin + event('content_block_start', { index: 0, content_block: { type: 'tool_use' } })));
    expect(other.contentSeen).toBe(true);
  });

  test('is whole without its last event once it said why it stopped', () => {
    const { reader, end } = read(begin + block + delta('x') + ending);
    expect(reader.finished).toBe(true);
    expect(end).toBe(stop);
  });

  test.each([
    ['after content', begin + block + delta('half')],
    ['amid an event', begin + block + delta('half') + ending.slice(0, 60)],
  ])('is not whole when it was cut %s', (_where, text) => {
    const { reader } = read(text);
    expect([reader.finished, reader.failure]).toEqual([false, null]);
  });

  test("ends with the provider's error, without its secrets", () => {
    const error = event('error', { error: { type: 'overloaded_error', message: 'Overloaded (secret)' } });
    const { reader, passed } = read(begin + block + delta('half') + error + delta('more'));
    expect(passed).toBe(begin + block + delta('half'));
    expect(reader.finished).toBe(false);
    expect(reader.failure).toMatchObject({ message: 'Overloaded (***)', provider: { type: 'overloaded_error' } });
  });

  test('fails on what is no JSON', () => {
    const { reader } = read(`${begin}event: content_block_delta\ndata: {"type":\n\n`);
    expect(reader.failure?.code).toBe('upstream_invalid');
  });

  test.each(['message_start', 'message_delta', 'error'])(
    'shows all that came before a broken %s, in one chunk as in many',
    type => {
      const before = begin + block + delta('Hé 🌍');
      const stream = `${before}event: ${type}\ndata: {"type":"${type}","delta":{\n\n${stop}`;
      for (const size of [1, 9, stream.length * 2]) {
        const { reader, passed } = read(stream, size);
        expect(passed).toBe(before);
        expect([reader.finished, reader.failure?.code]).toEqual([false, 'upstream_invalid']);
      }
    },
  );

  test('flags a count that cannot be, and a tier that has another price', () => {
    const ended = (usage: object) =>
      read(begin + delta('x') + event('message_delta', { delta: { stop_reason: 'end_turn' }, usage })).reader;
    const lie = ended({ output_tokens: -1 });
    expect([lie.usage, lie.flags]).toEqual([null, 'usage_implausible']);
    expect(ended({ speed: 'fast' }).flags).toBe('tier_unpriced');
  });

  test('knows what the request was when the answer is cut, and of the answer its length', () => {
    const { reader } = read(begin + block + delta('12345678'));
    expect(reader.usage).toBeNull();
    expect(reader.partial).toMatchObject({ input: 12, cacheRead: 100, cacheWrite1h: 20, output: 2 });
  });
});

test('a generated stream passes as it came however it is cut, and counts as the codec of a provider counts it', () => {
  fc.assert(
    fc.property(answer, fc.integer({ min: 1, max: 200 }), (parts, size) => {
      const encoder = messageEncoder({ id: 'msg_1', model: 'm', inputEstimate: 1 });
      const stream = `${encoder.push(parts)?.toString() ?? ''}${encoder.endMark}`;
      const { reader, passed, end } = read(stream, size);
      expect(passed + end).toBe(stream);

      const decoder = anthropic.operations.chat!.chat!.decoder();
      const told = serverEvents(stream).flatMap(each => decoder.read(each));
      expect(reader.usage).toEqual(told.find(part => part.type === 'usage')?.usage);
      expect([reader.finished, reader.failure]).toEqual([true, null]);
    }),
    { numRuns: 100 },
  );
});
