import fc from 'fast-check';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { openaiChatCodec } from '../../../../../providers/openai-chat/index.ts';
import { chatEncoder, encodeAnswer } from '../../../../../src/gateway/dialects/openai-chat/neutral/index.ts';
import type { ChatPart } from '../../../../../src/spec/chat/chat-stream.ts';
import { collect } from '../../../../../src/spec/chat/collect.ts';
import { serverEvents } from '../../../../support/server-events.ts';
import { answer } from './answers.ts';

const codec = openaiChatCodec();
const head = { id: 'chatcmpl-1', model: 'm', createdSeconds: 1 };

function streamOf(parts: readonly ChatPart[]): string {
  const encoder = chatEncoder({ ...head, includeUsage: true });
  return parts.map(part => encoder.push([part])?.toString() ?? '').join('') + encoder.endMark;
}

function decoded(stream: string): readonly ChatPart[] {
  const decoder = codec.decoder();
  const parts = serverEvents(stream).flatMap(event => decoder.read(event));
  const { parts: last, complete } = decoder.end();
  expect(complete).toBe(true);
  return [...parts, ...last];
}

const wholeOf = (parts: readonly ChatPart[]) => JSON.parse(encodeAnswer(collect(parts), head).toString());

/** What the client's SDK makes of the stream. */
async function assembled(stream: string): Promise<unknown> {
  const fetch = async () => new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
  const client = new OpenAI({ apiKey: 'none', baseURL: 'http://127.0.0.1', fetch });
  const runner = client.chat.completions.stream({ model: 'm', n: 2, messages: [{ role: 'user', content: 'Hi' }] });
  return JSON.parse(JSON.stringify(await runner.finalChatCompletion()));
}

/** The SDK keeps only the last piece of members that it does not know, and puts its own reading beside the content. */
function withoutThoughts(completion: unknown): unknown {
  return JSON.parse(JSON.stringify(completion), (name, value) =>
    name === 'reasoning_content' || name === 'parsed' || name === 'parsed_arguments' ? undefined : value,
  );
}

/** Order among kinds is not the dialect's: thoughts, text, refusal and calls each stand by themselves. */
function canonical(parts: readonly ChatPart[]) {
  const collected = collect(parts);
  const joined = (type: 'text' | 'refusal', all: readonly { type: string }[]) =>
    all.flatMap(part => (part.type === type && 'text' in part ? [part.text] : [])).join('');
  return {
    ...collected,
    choices: collected.choices.map(({ parts: all, ...choice }) => ({
      ...choice,
      text: joined('text', all),
      refusal: joined('refusal', all),
      thoughts: all.filter(part => part.type === 'reasoning'),
      calls: all.filter(part => part.type === 'tool-call'),
    })),
  };
}

describe('a generated answer', () => {
  test('is the same answer after it went through the stream', () => {
    fc.assert(
      fc.property(answer, parts => {
        // Proofs travel at the end, with their texts, so the plain text alone says nothing about whose it was.
        expect(withoutOrder(canonical(decoded(streamOf(parts))))).toEqual(withoutOrder(canonical(parts)));
      }),
      { numRuns: 300 },
    );
  });

  test('is the same answer after it went through the whole form', () => {
    fc.assert(
      fc.property(answer, parts => {
        expect(canonical(codec.fromProvider(wholeOf(parts)))).toEqual(canonical(parts));
      }),
      { numRuns: 300 },
    );
  });

  test('put together by the SDK, is the whole answer', async () => {
    await fc.assert(
      fc.asyncProperty(answer, async parts => {
        expect(withoutThoughts(await assembled(streamOf(parts)))).toEqual(withoutThoughts(wholeOf(parts)));
      }),
      { numRuns: 150 },
    );
  });
});

/** In a stream the text of thoughts comes as it is thought and their proofs once all is said. */
function withoutOrder(collected: ReturnType<typeof canonical>) {
  return {
    ...collected,
    choices: collected.choices.map(({ thoughts, calls, ...choice }) => ({
      ...choice,
      thoughtText: thoughts.map(part => part.text).join(''),
      calls: calls.map(({ signature: _, source: __, ...call }) => call),
    })),
  };
}
