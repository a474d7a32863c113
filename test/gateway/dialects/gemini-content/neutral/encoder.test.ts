import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import gemini from '../../../../../providers/gemini/index.ts';
import { arrayFrame, eventFrame } from '../../../../../src/gateway/dialects/gemini-content/frames.ts';
import {
  contentEncoder,
  encodeContent,
  toNeutral,
} from '../../../../../src/gateway/dialects/gemini-content/neutral/index.ts';
import { ContentStreamReader } from '../../../../../src/gateway/dialects/gemini-content/stream.ts';
import type { ChatPart } from '../../../../../src/spec/chat/chat-stream.ts';
import { collect } from '../../../../../src/spec/chat/collect.ts';
import { noUsage } from '../../../../../src/spec/usage.ts';
import { serverEvents } from '../../../../support/server-events.ts';
import { answer } from '../../openai-chat/neutral/answers.ts';

const options = { id: 'r1', model: 'm' };
const codec = gemini.operations.chat!.chat!;

interface Answer {
  readonly candidates: readonly {
    readonly index: number;
    readonly content: { readonly parts: readonly Record<string, unknown>[] };
    readonly [member: string]: unknown;
  }[];
  readonly usageMetadata?: object;
}

const whole = (parts: readonly ChatPart[]): Answer => JSON.parse(encodeContent(parts, options).toString()) as Answer;

function streamed(parts: readonly ChatPart[], frame = eventFrame()): string {
  const encoder = contentEncoder(options, frame);
  const pieces = parts.map(part => encoder.push([part])?.toString() ?? '');
  return pieces.join('') + encoder.endMark.toString();
}

const told = (stream: string): readonly Answer[] => serverEvents(stream).map(({ data }) => JSON.parse(data) as Answer);

/** Answers as codecs read them, without what they make up themselves. */
function read(answers: readonly Answer[]) {
  const decoder = codec.decoder();
  const parts = answers.flatMap(each => decoder.read({ type: 'message', data: JSON.stringify(each) }));
  const end = decoder.end();
  expect(end.complete).toBe(true);
  return collect([...parts, ...end.parts]);
}

const choice = 0;
const said = (text: string): ChatPart => ({ type: 'text-delta', choice, text });
const stop: ChatPart = { type: 'finish', choice, reason: 'stop' };

test('a stream has one part a chunk, since an older client takes all parts of a chunk for its last', () => {
  fc.assert(
    fc.property(answer, parts => {
      const events = told(streamed(parts));
      const counts = events.flatMap(({ candidates }) => candidates.map(({ content }) => content.parts.length));
      expect(new Set(counts)).toEqual(new Set([1]));
    }),
  );
});

test('a stream says what the whole answer says, as events and as an array', () => {
  fc.assert(
    fc.property(answer, parts => {
      const events = told(streamed(parts));
      expect(read(events)).toEqual(read([whole(parts)]));
      expect(JSON.parse(streamed(parts, arrayFrame()))).toEqual(events);
      expect(events.slice(0, -1).some(each => each.candidates.some(({ finishReason }) => finishReason))).toBe(false);
      expect(events.every(({ candidates }) => candidates[0]?.index === 0)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('a generated stream passes as it came however it is cut, and counts as the codec counts it', () => {
  fc.assert(
    fc.property(answer, fc.integer({ min: 1, max: 200 }), (parts, size) => {
      const bytes = Buffer.from(streamed(parts));
      const reader = new ContentStreamReader({ redact: text => text });
      const passed: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        passed.push(reader.push(Buffer.from(bytes.subarray(at, at + size))) ?? Buffer.alloc(0));
      }
      reader.end();
      expect(Buffer.concat([...passed, reader.endMark]).equals(bytes)).toBe(true);
      expect([reader.finished, reader.failure]).toEqual([true, null]);
      expect(reader.usage).toEqual(read(told(bytes.toString())).usage);
    }),
    { numRuns: 100 },
  );
});

describe('an answer in the dialect of generateContent', () => {
  test('tells a call in one part, whole, with what says that nobody of this dialect signed it', () => {
    const parts: readonly ChatPart[] = [
      { type: 'tool-input-start', choice, index: 0, id: 'a', name: 'look' },
      { type: 'tool-input-delta', choice, index: 0, text: '{"at":' },
      { type: 'tool-input-start', choice, index: 1, id: 'b', name: 'look' },
      { type: 'tool-input-delta', choice, index: 0, text: '"sea"}' },
      { type: 'finish', choice, reason: 'tool-calls' },
    ];
    expect(whole(parts).candidates).toMatchObject([
      {
        finishReason: 'STOP',
        content: {
          parts: [
            { functionCall: { id: 'a', name: 'look', args: { at: 'sea' } } },
            { functionCall: { id: 'b', name: 'look', args: {} } },
          ],
        },
      },
    ]);
    const chunks = told(streamed(parts)).map(({ candidates }) => candidates[0]!);
    expect(chunks.flatMap(({ content }) => content.parts)).toEqual(whole(parts).candidates[0]?.content.parts);
    expect(chunks.map(({ finishReason }) => finishReason)).toEqual([undefined, 'STOP']);
  });

  test.each([
    ['length', undefined, 'MAX_TOKENS'],
    ['content-filter', undefined, 'SAFETY'],
    ['content-filter', 'RECITATION', 'RECITATION'],
    ['content-filter', 'content_filter', 'SAFETY'],
    ['other', 'MALFORMED_FUNCTION_CALL', 'MALFORMED_FUNCTION_CALL'],
    ['other', 'pause_turn', 'OTHER'],
  ] as const)('ends by %s (%s) with %s', (reason, raw, word) => {
    const finish: ChatPart = { type: 'finish', choice, reason, ...(raw && { raw }) };
    expect(whole([said('x'), finish]).candidates[0]).toMatchObject({ finishReason: word });
  });

  test("tells a refusal in the model's words as text, and a provider's reason beside the answer", () => {
    const refusal: ChatPart = { type: 'refusal-delta', choice, text: 'No.' };
    expect(whole([refusal, stop]).candidates[0]?.content.parts).toEqual([{ text: 'No.' }]);
    const refused = whole([refusal, { type: 'finish', choice, reason: 'refusal' }]).candidates[0];
    expect(refused).toMatchObject({ finishReason: 'SAFETY', finishMessage: 'No.', content: { parts: [{ text: '' }] } });
  });

  test('counts every token of the prompt, and the answer without thoughts', () => {
    const usage = { ...noUsage, input: 10, cacheRead: 5, cacheWrite5m: 3, output: 7, reasoning: 4, audioOut: 2 };
    expect(whole([said('x'), stop, { type: 'usage', usage }]).usageMetadata).toEqual({
      promptTokenCount: 18,
      candidatesTokenCount: 9,
      totalTokenCount: 31,
      cachedContentTokenCount: 5,
      thoughtsTokenCount: 4,
      candidatesTokensDetails: [
        { modality: 'TEXT', tokenCount: 7 },
        { modality: 'AUDIO', tokenCount: 2 },
      ],
    });
  });

  test('tells each source once, and its stretches in bytes', () => {
    const cite = (start: number, end: number): ChatPart => ({
      type: 'citation',
      choice,
      citation: { url: 'https://a.test', title: 'A', start, end },
    });
    const { candidates } = whole([said('Hé there'), cite(0, 2), cite(3, 8), stop]);
    expect(candidates[0]).toMatchObject({
      groundingMetadata: {
        groundingChunks: [{ web: { uri: 'https://a.test', title: 'A' } }],
        groundingSupports: [
          { segment: { startIndex: 0, endIndex: 3, text: 'Hé' }, groundingChunkIndices: [0] },
          { segment: { startIndex: 4, endIndex: 9, text: 'there' }, groundingChunkIndices: [0] },
        ],
      },
    });
  });

  test('shows images that models of another dialect made', () => {
    const value = { images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,QUJD' } }] };
    const { candidates } = whole([said('x'), { type: 'provider-part', choice, dialect: 'openai-chat', value }, stop]);
    const image = { inlineData: { mimeType: 'image/png', data: 'QUJD' } };
    expect(candidates[0]?.content.parts).toEqual([{ text: 'x' }, image]);
  });

  test('tells probabilities in its own form', () => {
    const entry = { token: 'x', logprob: -0.5, bytes: [120] };
    const value = { content: [{ ...entry, top_logprobs: [entry] }], refusal: null };
    const { candidates } = whole([said('x'), { type: 'logprobs', choice, value }, stop]);
    const chosen = { token: 'x', logProbability: -0.5 };
    expect(candidates[0]).toMatchObject({
      logprobsResult: { chosenCandidates: [chosen], topCandidates: [{ candidates: [chosen] }] },
    });
  });

  test.each(['anthropic', 'openai-responses', 'vendor'])('carries a proof of %s there and back', source => {
    const proof = { source, encrypted: 'YWJj', id: 'rs_1' };
    const parts: readonly ChatPart[] = [
      { type: 'reasoning-delta', choice, text: 'Hm.' },
      { type: 'reasoning-proof', choice, ...proof },
      said('Yes.'),
      stop,
    ];
    for (const contents of [
      [{ role: 'model', parts: whole(parts).candidates[0]!.content.parts }],
      told(streamed(parts)).map(({ candidates }) => ({ role: 'model', ...candidates[0]!.content })),
    ]) {
      const { messages } = toNeutral({ contents: JSON.parse(JSON.stringify(contents)) as unknown }, false).request;
      expect(messages[0]?.parts).toEqual([
        { type: 'reasoning', text: 'Hm.', ...proof },
        { type: 'text', text: 'Yes.' },
      ]);
    }
  });
});
