import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import openai from '../../providers/openai.ts';
import type { ParsedRequest, Reading, StreamReader } from '../../src/gateway/ingress/ingress.ts';
import { openaiChat } from '../../src/gateway/ingress/openai-chat.ts';
import type { NeutralCall } from '../../src/gateway/translation/neutral-dialect.ts';
import { passThrough } from '../../src/gateway/upstream/pass-through.ts';
import { GatewayError } from '../../src/spec/gateway-error.ts';
import { wholeBody } from '../../src/spec/upstream.ts';
import { cutAt } from '../gateway/sse/events-of.ts';
import { Seeded } from '../support/seeded.ts';
import { chunksIn, streamMeaning, wholeMeaning } from './answer-meaning.ts';
import { generatedAnswer } from './generated-answers.ts';
import { type Fields, type GeneratedRequest, generatedRequests } from './generated-requests.ts';
import { shownChunks, withOurChanges } from './our-changes.ts';
import { plainCall, plainCodec, plainReading } from './plain-path.ts';
import { requestMeaning } from './request-meaning.ts';
import { spellJson } from './spell-json.ts';
import { type StreamEnd, spellStream } from './spell-stream.ts';

/** With the calls that go through a whole gateway these are 10,000. */
const BATCHES = 24;
const BATCH = 400;
/** The second wants one member by another name. */
const models = ['target-model', 'gpt-5-target'] as const;
const redact = (said: string) => said;
const costOf = () => '0.125';
const codec = openai.operations.chat!;

/** Ten times as fast as `toEqual`, which tells the difference where there is one. */
function same(one: unknown, other: unknown): void {
  if (!isDeepStrictEqual(one, other)) expect(one).toEqual(other);
}

/** A call that fails says by which seed and place it can be had again. */
function forEachCall(seed: number, check: (call: GeneratedRequest, random: Seeded) => void): void {
  generatedRequests(BATCH, seed).forEach((call, place) => {
    try {
      check(call, new Seeded(seed * 1_000 + place));
    } catch (error) {
      if (error instanceof Error) error.message = `call ${place} of seed ${seed}: ${error.message}`;
      throw error;
    }
  });
}

function sameRequest({ value }: GeneratedRequest, parsed: ParsedRequest, plain: NeutralCall, random: Seeded): void {
  const model = random.pick(models);
  const sent = passThrough(parsed, codec, model);
  const translated = plainCodec.toProvider(plain.request, model);
  const fast = JSON.parse(wholeBody(sent.body)!.toString('utf8')) as Fields;
  // Our own change, and nothing else: what the client wrote is there, unknown members and odd values included.
  same(fast, withOurChanges(model === 'gpt-5-target' ? renamed(value) : value, model));
  same(requestMeaning(fast), requestMeaning(JSON.parse(JSON.stringify(translated.body))));
}

function renamed(value: Fields): Fields {
  const { max_tokens, ...rest } = value;
  return max_tokens === undefined ? value : { ...rest, max_completion_tokens: max_tokens };
}

function sameFacts({ value }: GeneratedRequest, parsed: ParsedRequest): void {
  const options = value.stream_options as Fields | null | undefined;
  expect(parsed.model).toBe(value.model);
  expect(parsed.stream).toBe(value.stream === true);
  expect(parsed.includeUsage).toBe(options?.include_usage === true);
  expect(parsed.maxTokens).toBe(value.max_completion_tokens ?? value.max_tokens ?? null);
  expect(parsed.choices).toBe(value.n ?? 1);
}

function sameWholeAnswer(parsed: ParsedRequest, call: NeutralCall, random: Seeded): void {
  const { whole } = generatedAnswer(random, parsed.choices);
  const body = Buffer.from(spellJson(whole, random, { names: false }));
  const fast = openaiChat.readReply(body, redact);
  const plain = plainReading(call, parsed.includeUsage).readReply(body, redact);
  // No other body: the client gets the provider's own bytes.
  expect(fast.body).toBeUndefined();
  same([fast.failure, plain.failure], [null, null]);
  same(wholeMeaning(body), wholeMeaning(plain.body!));
  same([fast.usage, fast.flags], [plain.usage, plain.flags]);
}

/** What is no answer: an error inside a 200, or bytes that end too early. Both ways find the same failure. */
function sameFailure(parsed: ParsedRequest, call: NeutralCall, random: Seeded): void {
  const { whole } = generatedAnswer(random, parsed.choices);
  const error = {
    message: random.pick(['Overloaded', 'größer', '']),
    type: 'server_error',
    code: random.pick([null, 'x']),
  };
  const wrong = random.pick<Fields>([{ error }, { ...whole, choices: undefined, error }, { id: 'c' }, { choices: {} }]);
  const text = spellJson(random.chance(0.5) ? wrong : whole, random, { names: false }).trim();
  const body = Buffer.from(text.includes('"error"') ? text : text.slice(0, random.below(text.length)));
  const failureOf = (read: Reading['readReply']): unknown => {
    try {
      const { failure } = read(body, redact);
      return [failure?.code, failure?.message];
    } catch (thrown) {
      return thrown instanceof GatewayError ? thrown.code : thrown;
    }
  };
  same(failureOf(openaiChat.readReply), failureOf(plainReading(call, parsed.includeUsage).readReply));
}

function played(reader: StreamReader, chunks: readonly Buffer[]) {
  const out = chunks.map(chunk => reader.push(chunk)).filter(bytes => bytes !== null);
  reader.end();
  return Buffer.concat([...out, ...(reader.finished ? [reader.endMark] : [])]);
}

const ends: readonly StreamEnd[] = ['mark', 'mark', 'mark', 'mark', 'no mark', 'error', 'cut'];

function sameStream(parsed: ParsedRequest, call: NeutralCall, random: Seeded): void {
  const { chunks: all } = generatedAnswer(random, parsed.choices);
  const end = random.pick(ends);
  const chunks = end === 'cut' ? all.slice(0, random.below(all.length)) : all;
  const bytes = spellStream(chunks, end, random);
  const cuts = cutAt(
    bytes,
    Array.from({ length: random.below(12) }, () => random.below(bytes.length + 1)),
  );
  const options = { choices: parsed.choices, hideUsage: !parsed.includeUsage, costOf, redact };
  const fast = openaiChat.openStream!(options);
  const plain = plainReading(call, parsed.includeUsage).openStream!(options);
  const shown = played(fast, cuts);
  const told = played(plain, cuts);
  // Only the fast path knows how many choices were asked for, so it alone misses one of which no byte came.
  if (end !== 'cut' || parsed.choices === 1) expect(fast.finished).toBe(plain.finished);
  expect(fast.failure?.code).toBe(plain.failure?.code);
  if (end !== 'cut') expect(fast.finished).toBe(end !== 'error');
  if (!fast.finished) return;
  same([fast.usage, fast.flags], [plain.usage, plain.flags]);
  const [shownUsage, toldUsage] = [streamMeaning(shown), streamMeaning(told)];
  same(shownUsage.choices, toldUsage.choices);
  if (parsed.includeUsage) same(shownUsage.usage, toldUsage.usage);
  same(chunksIn(shown), shownChunks(chunks, parsed.includeUsage, Number(costOf())));
}

describe('a call means the same on the fast path and on the plain path', () => {
  test.each(Array.from({ length: BATCHES }, (_, seed) => seed + 1))('400 calls of seed %i', seed => {
    forEachCall(seed, (call, random) => {
      const parsed = openaiChat.parse(call.bytes);
      sameFacts(call, parsed);
      const plain = plainCall(call.bytes);
      sameRequest(call, parsed, plain, random);
      if (parsed.stream) sameStream(parsed, plain, random);
      else if (random.chance(0.1)) sameFailure(parsed, plain, random);
      else sameWholeAnswer(parsed, plain, random);
    });
  });
});
