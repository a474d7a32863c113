import { describe, expect, test } from 'vitest';
import { chatEncoder, encodeAnswer, toNeutral } from '../../../src/gateway/dialects/openai-chat/neutral/index.ts';
import { chatReading } from '../../../src/gateway/translation/chat-reading.ts';
import type { NeutralCall } from '../../../src/gateway/translation/neutral-dialect.ts';
import { collect } from '../../../src/spec/chat/collect.ts';
import { serverEvents } from '../../support/server-events.ts';
import { last, line, ollamaChat } from './codec.ts';

const neutral: NeutralCall = {
  ...toNeutral({ messages: [{ role: 'user', content: 'Hi' }] }),
  encoder: options => chatEncoder(options),
  answer: (parts, options) => encodeAnswer(collect(parts), options),
};
const options = { id: 'c', model: 'm', createdSeconds: 1, includeUsage: true, inputEstimate: 0 };
const reading = chatReading(ollamaChat, neutral, options, 'ndjson');

const lines = [
  line({ thinking: 'Grüße? 🌍' }),
  line({ content: 'Blau, ' }),
  line({ content: '青い 🌍' }),
  line({ tool_calls: [{ id: 'c1', function: { name: 'look', arguments: { at: '🌍' } } }] }),
  last(),
];
const bytesWith = (end: string) => Buffer.from(lines.map(one => JSON.stringify(one) + end).join(''));

/** What the client gets of pieces, as text. */
function sent(pieces: readonly Buffer[]) {
  const stream = reading.openStream!({ choices: 1, hideUsage: false, costOf: () => '0.5', redact: text => text });
  const out = pieces.map(piece => stream.push(piece) ?? Buffer.alloc(0));
  stream.end();
  const { finished, failure } = stream;
  return { text: Buffer.concat([...out, stream.endMark]).toString('utf8'), finished, failure: failure?.code };
}

test('a stream is asked for, and comes, as lines of JSON', () => {
  expect(reading.streamType).toBe('application/x-ndjson');
});

describe.each(['\n', '\r\n'])('a stream with lines ended by %j', end => {
  const bytes = bytesWith(end);
  const whole = sent([bytes]);

  test('says what the whole answer says', () => {
    const chunks = serverEvents(whole.text).flatMap(({ data }) => (data === '[DONE]' ? [] : [JSON.parse(data)]));
    const said = (name: string) => chunks.map(({ choices }) => choices[0]?.delta[name] ?? '').join('');
    const calls = chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);

    expect(whole.finished).toBe(true);
    expect(said('content')).toBe('Blau, 青い 🌍');
    expect(said('reasoning_content')).toBe('Grüße? 🌍');
    expect(calls.map(call => call.function.arguments).join('')).toBe('{"at":"🌍"}');
    expect(chunks.at(-1).usage).toMatchObject({ prompt_tokens: 12, completion_tokens: 5, cost: 0.5 });
  });

  test('says the same cut at any byte', () => {
    for (let at = 1; at < bytes.length; at++) {
      expect(sent([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
    }
  });

  test('says the same byte by byte', () => {
    expect(sent([...bytes].map(byte => Buffer.from([byte])))).toEqual(whole);
  });

  test('is not finished when it is cut before its last line, wherever that is', () => {
    const before = bytes.lastIndexOf('{"model"');
    for (let at = 1; at <= before; at += 7) expect(sent([bytes.subarray(0, at)]).finished).toBe(false);
    expect(sent([bytes.subarray(0, bytes.length - 5)])).toMatchObject({
      finished: false,
      failure: 'upstream_invalid',
    });
  });
});
