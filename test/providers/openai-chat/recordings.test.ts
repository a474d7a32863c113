import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openaiChatCodec } from '../../../providers/openai-chat/index.ts';
import { chatEncoder, encodeAnswer, toNeutral } from '../../../src/gateway/dialects/openai-chat/neutral/index.ts';
import type { ServerEvent } from '../../../src/spec/chat/chat-codec.ts';
import type { ChatPart } from '../../../src/spec/chat/chat-stream.ts';
import { type CollectedAnswer, collect } from '../../../src/spec/chat/collect.ts';
import { recordings, whyNoRecordings } from '../../gateway/dialects/recordings.ts';
import { cutAt, eventsOf } from '../../gateway/sse/events-of.ts';
import { serverEvents } from '../../support/server-events.ts';

const codec = openaiChatCodec();
const head = { id: 'chatcmpl-1', model: 'm', createdSeconds: 1 };
const all = recordings('openai-chat');
const whole = all.filter(({ response }) => response.status === 200 && response.body !== undefined);
const streamed = all.filter(({ response }) => response.sse !== undefined);
const asked = all.filter(({ request, response }) => request !== null && response.status === 200);

function decoded(text: string, read = serverEvents) {
  const decoder = codec.decoder();
  const parts = read(text).flatMap(event => decoder.read(event));
  const { parts: last, complete } = decoder.end();
  return { parts: [...parts, ...last], complete };
}

const encoded = (parts: readonly ChatPart[]) => {
  const encoder = chatEncoder({ ...head, includeUsage: true });
  return `${encoder.push(parts)?.toString() ?? ''}${encoder.endMark}`;
};

/** What an answer says, without the names that we give it. */
const said = ({ choices, usage }: CollectedAnswer) => ({
  usage,
  choices: choices.map(({ index, finish, parts }) => ({
    index,
    finish,
    text: parts.flatMap(part => (part.type === 'text' ? [part.text] : [])).join(''),
    thoughts: parts.flatMap(part => (part.type === 'reasoning' ? [part.text] : [])).join(''),
    citations: parts.flatMap(part => (part.type === 'text' ? (part.citations ?? []) : [])),
    calls: parts.filter(part => part.type === 'tool-call'),
  })),
});

/** What the client gets when the provider's word for the end has no other than `stop` in the dialect. */
const known = (answer: CollectedAnswer) => ({
  ...said(answer),
  choices: said(answer).choices.map(choice => ({
    ...choice,
    finish: choice.finish === 'other' ? 'stop' : choice.finish,
  })),
});

/** As the gateway reads them, from bytes that arrive cut at these places. */
const cutEvents = (text: string, cuts: readonly number[]): readonly ServerEvent[] =>
  eventsOf(cutAt(Buffer.from(`${text}\n\n`), cuts)).events.map(({ type, data }) => ({ type: type || 'message', data }));

test(`there are recordings${whyNoRecordings}`, () => {
  expect(all.length > 0).toBe(whyNoRecordings === '');
});

describe.each(whole)('the whole answer $id', ({ response }) => {
  test('says the same after it was written for a client', () => {
    const answer = collect(codec.fromProvider(response.body));

    expect(answer.choices.every(choice => choice.finish !== null)).toBe(true);
    expect(said(collect(codec.fromProvider(JSON.parse(encodeAnswer(answer, head).toString()))))).toEqual(known(answer));
  });

  test('says the same as a stream', () => {
    const parts = codec.fromProvider(response.body);

    expect(said(collect(decoded(encoded(parts)).parts))).toEqual(known(collect(parts)));
  });
});

describe.each(streamed)('the stream $id', ({ response }) => {
  const text = response.sse!.join('');

  test('says the same after it was written for a client, whole or as a stream', () => {
    const { parts, complete } = decoded(text);
    const answer = collect(parts);
    if (answer.error !== null) {
      expect(complete).toBe(false);
      return;
    }

    expect(complete).toBe(true);
    expect(said(collect(decoded(encoded(parts)).parts))).toEqual(known(answer));
    expect(said(collect(codec.fromProvider(JSON.parse(encodeAnswer(answer, head).toString()))))).toEqual(known(answer));
  });

  test('gives the same parts however its bytes are cut', () => {
    const { parts } = decoded(text);
    fc.assert(
      fc.property(fc.array(fc.nat(Buffer.byteLength(text)), { maxLength: 40 }), cuts => {
        expect(decoded(text, bytes => cutEvents(bytes, cuts)).parts).toEqual(parts);
      }),
      { numRuns: 20 },
    );
  });
});

describe.each(asked)('the request $id', ({ request }) => {
  test('is understood in full', () => {
    const { request: neutral, warnings } = toNeutral(request);

    expect(warnings).toEqual([]);
    expect(neutral.messages.length).toBe((request!.messages as unknown[]).length);
  });
});
