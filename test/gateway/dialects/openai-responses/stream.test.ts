import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  flatten,
  responseEncoder,
  toNeutral,
} from '../../../../src/gateway/dialects/openai-responses/neutral/index.ts';
import { checkResponsesReply } from '../../../../src/gateway/dialects/openai-responses/reply.ts';
import { ResponsesStreamReader } from '../../../../src/gateway/dialects/openai-responses/stream.ts';
import { GatewayError } from '../../../../src/spec/gateway-error.ts';
import { serverEvents } from '../../../support/server-events.ts';
import { answer } from '../openai-chat/neutral/answers.ts';

let number = 0;
const event = (type: string, data: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number++, ...data })}\n\n`;
const usage = {
  input_tokens: 112,
  input_tokens_details: { cached_tokens: 100 },
  output_tokens: 7,
  output_tokens_details: { reasoning_tokens: 2 },
  total_tokens: 119,
};
const response = (more: object) => ({
  response: { id: 'resp_1', object: 'response', output: [], error: null, ...more },
});
const begin =
  event('response.created', response({ status: 'in_progress', usage: null })) +
  event('response.in_progress', response({ status: 'in_progress', usage: null }));
const item = event('response.output_item.added', {
  output_index: 0,
  item: { type: 'message', id: 'msg_1', content: [] },
});
const delta = (text: string) =>
  event('response.output_text.delta', { item_id: 'msg_1', delta: text, logprobs: [], obfuscation: 'abcdefg' });
const ending = event('response.completed', response({ status: 'completed', usage }));
const whole = begin + item + delta('Hé 🌍') + event('response.unknown', { x: 1 }) + ending;

const open = () => new ResponsesStreamReader({ redact: text => text.replaceAll('secret', '***') });

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

describe('a stream of the Responses dialect', () => {
  test.each([1, 2, 7, 33, 10_000])('passes as it came, cut into pieces of %i bytes', size => {
    const { reader, passed, end } = read(whole, size);
    expect(passed + end).toBe(whole);
    expect(end).toBe(ending);
    expect(reader.failure).toBeNull();
  });

  test('passes with other line ends', () => {
    const text = whole.replaceAll('\n', '\r\n');
    const { passed, end } = read(text, 5);
    expect(passed + end).toBe(text);
  });

  test('passes without type lines, and without its last blank line', () => {
    const bare = whole.replaceAll(/^event: .*\n/gm, '');
    expect(read(bare).reader.usage).toMatchObject({ input: 12, output: 5 });
    const { reader, passed, end } = read(whole.slice(0, -2), 9);
    expect(passed + end).toBe(whole);
    expect(reader.finished).toBe(true);
  });

  test('counts what its last event says, and the text for the case that none comes', () => {
    const { reader } = read(whole);
    expect(reader.usage).toMatchObject({ input: 12, cacheRead: 100, output: 5, reasoning: 2 });
    expect(reader.outputBytes).toBe(Buffer.byteLength('Hé 🌍'));
    const lie = read(begin + event('response.completed', response({ usage: { ...usage, output_tokens: -1 } }))).reader;
    expect([lie.usage, lie.flags]).toEqual([null, 'usage_implausible']);
  });

  test('has content with the first delta, or with an item that is something by itself', () => {
    const reader = open();
    reader.push(Buffer.from(begin + item));
    expect(reader.contentSeen).toBe(false);
    reader.push(Buffer.from(delta('x')));
    expect(reader.contentSeen).toBe(true);
    const other = open();
    other.push(Buffer.from(begin + event('response.output_item.added', { item: { type: 'function_call' } })));
    expect(other.contentSeen).toBe(true);
  });

  test('is whole when it says that it is incomplete', () => {
    const last = event('response.incomplete', response({ status: 'incomplete', usage }));
    const { reader, end } = read(begin + item + delta('half') + last);
    expect([reader.finished, end]).toEqual([true, last]);
  });

  test.each([
    ['after content', begin + item + delta('half')],
    ['amid its last event', begin + item + delta('half') + ending.slice(0, 90)],
  ])('is not whole when it was cut %s', (_where, text) => {
    const { reader } = read(text);
    expect([reader.finished, reader.failure]).toEqual([false, null]);
  });

  test.each([
    ['error', { code: 'server_is_overloaded', message: 'Overloaded (secret)', param: null }],
    ['error', { error: { code: 'server_is_overloaded', message: 'Overloaded (secret)' } }],
    [
      'response.failed',
      response({ status: 'failed', error: { code: 'server_is_overloaded', message: 'Overloaded (secret)' } }),
    ],
  ])("ends with the provider's %s, without its secrets", (type, data) => {
    const { reader, passed } = read(begin + item + delta('half') + event(type, data) + delta('more'));
    expect(passed).toMatch(/half/);
    expect(passed).not.toMatch(/more|Overloaded/);
    expect(reader.finished).toBe(false);
    expect(reader.failure).toMatchObject({ message: 'Overloaded (***)', status: 503 });
  });

  test('is ended as broken where it stands, under its own id', () => {
    number = 0;
    const { reader } = read(begin + item + delta('half'));
    const events = serverEvents(reader.brokenEnd(new GatewayError('upstream_reset'), 'id')!.toString());
    expect(events.map(({ type, data }) => [type, JSON.parse(data).sequence_number])).toEqual([
      ['error', 4],
      ['response.failed', 5],
    ]);
    expect(JSON.parse(events[1]!.data)).toMatchObject({ response: { id: 'resp_1', status: 'failed' } });
  });

  test('fails on what is no JSON', () => {
    const { reader } = read(`${begin}event: response.output_text.delta\ndata: {"type":\n\n`);
    expect(reader.failure?.code).toBe('upstream_invalid');
  });

  test('written here, however it is cut, is read as what was written', () => {
    const asked = flatten(toNeutral({ model: 'm', input: 'hi' }));
    fc.assert(
      fc.property(answer, fc.integer({ min: 1, max: 40 }), (parts, size) => {
        const encoder = responseEncoder({ id: 'a', model: 'm', createdSeconds: 1 }, asked);
        const text = `${encoder.push(parts) ?? ''}${encoder.endMark}`;
        const { reader, passed, end } = read(text, size);
        expect(passed + end).toBe(text);
        expect([reader.finished, reader.failure]).toEqual([true, null]);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a whole response', () => {
  const check = (value: unknown) => checkResponsesReply(Buffer.from(JSON.stringify(value)), text => text);

  test('says its usage, and the length of its text where it says none', () => {
    expect(check(response({ usage }).response).usage).toMatchObject({
      input: 12,
      cacheRead: 100,
      output: 5,
      reasoning: 2,
    });
    const output = [{ type: 'message', content: [{ type: 'output_text', text: 'Hello' }] }];
    expect(check({ output })).toMatchObject({ usage: null, outputBytes: 5 });
  });

  test('that failed is a failure', () => {
    const error = { code: 'rate_limit_exceeded', message: 'slow down' };
    expect(check({ status: 'failed', output: [], error }).failure).toMatchObject({ status: 429, message: 'slow down' });
    expect(check({ status: 'failed', output: [], error: null }).failure).not.toBeNull();
  });

  test.each([{}, { output: 'x' }, { choices: [] }])('is none without output: %j', value => {
    expect(() => check(value)).toThrow(GatewayError);
  });
});
