import { describe, expect, test } from 'vitest';
import { chatEncoder, encodeAnswer, toNeutral } from '../../../src/gateway/dialects/openai-chat/neutral/index.ts';
import { chatReading } from '../../../src/gateway/translation/chat-reading.ts';
import type { NeutralCall } from '../../../src/gateway/translation/neutral-dialect.ts';
import { collect } from '../../../src/spec/chat/collect.ts';
import { serverEvents } from '../../support/server-events.ts';
import { cohereChat, ended, event, opened } from './codec.ts';

const neutral: NeutralCall = {
  ...toNeutral({ messages: [{ role: 'user', content: 'Hi' }] }),
  encoder: options => chatEncoder(options),
  answer: (parts, options) => encodeAnswer(collect(parts), options),
};
const reading = chatReading(cohereChat, neutral, {
  id: 'c',
  model: 'm',
  createdSeconds: 1,
  includeUsage: true,
  inputEstimate: 0,
});

const events = [
  opened,
  event('content-delta', 0, { content: { thinking: 'Grüße? 🌍' } }),
  event('content-delta', 1, { content: { text: 'Blau, 青い 🌍' } }),
  event('citation-start', 0, { citations: { start: 6, end: 8, text: '青い', type: 'TEXT_CONTENT', content_index: 1 } }),
  event('tool-call-start', 0, { tool_calls: { id: 'c1', function: { name: 'look', arguments: '' } } }),
  event('tool-call-delta', 0, { tool_calls: { function: { arguments: '{"at":"🌍"}' } } }),
  { type: 'tool-call-end', index: 0 },
  ended('TOOL_CALL'),
];
const bytesWith = (end: string) =>
  Buffer.from(
    `${events.map(one => `event: ${one.type}${end}data: ${JSON.stringify(one)}${end}${end}`).join('')}data: [DONE]${end}${end}`,
  );

/** What the client gets of pieces, as text. */
function sent(pieces: readonly Buffer[]) {
  const stream = reading.openStream!({ choices: 1, hideUsage: false, costOf: () => '0.5', redact: text => text });
  const out = pieces.map(piece => stream.push(piece) ?? Buffer.alloc(0));
  stream.end();
  return { text: Buffer.concat([...out, stream.endMark]).toString('utf8'), finished: stream.finished };
}

describe.each(['\n', '\r\n'])('a stream with lines ended by %j', end => {
  const bytes = bytesWith(end);
  const whole = sent([bytes]);

  test('says what the whole answer says', () => {
    const chunks = serverEvents(whole.text).flatMap(({ data }) => (data === '[DONE]' ? [] : [JSON.parse(data)]));
    const said = (name: string) => chunks.map(({ choices }) => choices[0]?.delta[name] ?? '').join('');

    expect(whole.finished).toBe(true);
    expect(said('content')).toBe('Blau, 青い 🌍');
    expect(said('reasoning_content')).toBe('Grüße? 🌍');
    expect(chunks.flatMap(({ choices }) => choices[0]?.delta.annotations ?? [])).toMatchObject([
      { url_citation: { start_index: 6, end_index: 8 } },
    ]);
    expect(
      chunks
        .flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? [])
        .map(call => call.function.arguments)
        .join(''),
    ).toBe('{"at":"🌍"}');
    expect(chunks.at(-1).usage).toMatchObject({ prompt_tokens: 5, completion_tokens: 3, cost: 0.5 });
  });

  test('says the same cut at any byte', () => {
    for (let at = 1; at < bytes.length; at++) {
      expect(sent([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
    }
  });

  test('says the same byte by byte', () => {
    expect(sent([...bytes].map(byte => Buffer.from([byte])))).toEqual(whole);
  });
});
