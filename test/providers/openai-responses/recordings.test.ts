import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { responsesChat } from '../../../providers/openai-responses/index.ts';
import { type CollectedAnswer, collect } from '../../../src/spec/chat/collect.ts';
import { recordings, whyNoRecordings } from '../../gateway/dialects/recordings.ts';
import { cutAt, eventsOf } from '../../gateway/sse/events-of.ts';
import { serverEvents } from '../../support/server-events.ts';

const codec = responsesChat();
const all = recordings('openai-responses');
const whole = all.filter(({ response }) => response.status === 200 && response.body !== undefined);
const streamed = all.filter(({ response }) => response.sse !== undefined);

function decoded(text: string, read = serverEvents) {
  const decoder = codec.decoder();
  const parts = read(text).flatMap(event => decoder.read(event));
  const { parts: last, complete } = decoder.end();
  return { parts: [...parts, ...last], complete };
}

const cutEvents = (text: string, cuts: readonly number[]) =>
  eventsOf(cutAt(Buffer.from(`${text}\n\n`), cuts)).events.map(({ type, data }) => ({ type: type || 'message', data }));

/** Log probabilities come in other pieces, and a thought is encrypted anew each time; everything else is alike. */
const said = ({ choices, usage, error }: CollectedAnswer) => ({
  usage,
  error,
  choices: choices.map(({ parts, finish, logprobs }) => ({
    parts: parts.map(part =>
      part.type === 'reasoning' && part.encrypted !== undefined ? { ...part, encrypted: 'proof' } : part,
    ),
    finish,
    sure: logprobs.length > 0,
  })),
});

/** The response that the stream ends with. */
function lastResponse(text: string): unknown {
  const events = serverEvents(text).map(({ data }) => JSON.parse(data) as { readonly response?: unknown });
  return events.findLast(event => event.response !== undefined)!.response;
}

test(`there are recordings${whyNoRecordings}`, () => {
  expect(all.length > 0).toBe(whyNoRecordings === '');
});

describe.each(whole)('the whole answer $id', ({ response }) => {
  test('has an end and something in it', () => {
    const [choice] = collect(codec.fromProvider(response.body)).choices;
    expect(choice!.finish).not.toBeNull();
    expect(choice!.parts.length).toBeGreaterThan(0);
  });
});

describe.each(streamed)('the stream $id', ({ response }) => {
  const text = response.sse!.join('');

  test('says what the response at its end says', () => {
    const { parts, complete } = decoded(text);
    expect(complete).toBe(true);
    expect(said(collect(parts))).toEqual(said(collect(codec.fromProvider(lastResponse(text)))));
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
