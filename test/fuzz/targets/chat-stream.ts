import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkChatReply } from '../../../src/gateway/dialects/openai-chat/reply.ts';
import { ChatStreamReader } from '../../../src/gateway/dialects/openai-chat/stream.ts';
import { WholeCallStream } from '../../../src/gateway/dialects/openai-chat/whole-call-stream.ts';
import { openaiAnswers } from '../corpus/streams.ts';
import { cutsOf, refusedOr } from '../engine/expectations.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';

const count = fc.oneof(fc.nat(5_000), fc.constantFrom(-1, 1e15, 0.5, '7', null, true));
/** What providers write where usage belongs. */
export const wireUsage = fc.oneof(
  fc.constant(null),
  fc.record({ prompt_tokens: count, completion_tokens: count, total_tokens: count }, { requiredKeys: [] }),
);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '\n\ndata: [DONE]\n\n', '"usage":{"a":1}', '\\"'),
);
const delta = fc.record({ role: fc.constant('assistant'), content: text, reasoning: text }, { requiredKeys: [] });
const chunk = fc.record(
  {
    id: fc.constant('c'),
    choices: fc.array(fc.record({ delta, finish_reason: fc.constantFrom(null, '', 'stop') }), { maxLength: 2 }),
    usage: wireUsage,
    error: fc.constantFrom(null, null, null, 'x', { message: 'broken' }),
  },
  { requiredKeys: ['choices'] },
);
const event = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(chunk, fc.constantFrom(undefined, 1))
      .map(([value, indent]) => JSON.stringify(value, null, indent).replaceAll(/^/gm, 'data: ')),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ': ping',
      'data: [DONE]',
      'data:',
      'event: error\ndata: {"message":"x"}',
      'data: {',
      'data: {"a":}',
      'id: 1',
    ),
  },
);

/** Streams of OpenAI's chat dialect, sound and broken ones. */
export const chatStream: fc.Arbitrary<Buffer> = fc
  .tuple(fc.array(event, { maxLength: 8 }), fc.constantFrom('\n', '\r\n', '\r'), fc.boolean())
  .map(([events, end, complete]) => {
    const whole = events.map(lines => `${lines.replaceAll('\n', end)}${end}${end}`).join('');
    return Buffer.from(complete ? whole : whole.slice(0, -1));
  });

/** Everything that comes of a stream that arrives in these pieces. */
export function readStream(chunks: readonly Buffer[], hideUsage: boolean) {
  const reader = new ChatStreamReader({ hideUsage, costOf: () => '0.5', redact: said => said });
  const out = Buffer.concat(chunks.map(piece => reader.push(piece) ?? Buffer.alloc(0)));
  reader.end();
  const { finished, contentSeen, outputBytes, usage, flags, failure, finishReasons, id } = reader;
  // What a lone CR ends is known complete only by what follows, so the last event may come with the end mark.
  const end = finished ? reader.endMark.toString('latin1') : '';
  return {
    out: out.toString('latin1') + end,
    finished,
    contentSeen,
    outputBytes,
    usage,
    flags,
    failure: failure?.code,
    finishReasons,
    id,
  };
}

/** The same for a client that takes calls only whole. */
function readWholeCalls(chunks: readonly Buffer[]): string {
  const inner = new ChatStreamReader({ hideUsage: false, costOf: () => '0.5', redact: said => said });
  const reader = new WholeCallStream(inner);
  const out = Buffer.concat(chunks.map(piece => reader.push(piece) ?? Buffer.alloc(0)));
  reader.end();
  return out.toString('latin1') + (reader.finished ? reader.endMark.toString('latin1') : '');
}

function run(bytes: Buffer): void {
  const calls = readWholeCalls([bytes]);
  for (const chunks of cutsOf(bytes)) assert.equal(readWholeCalls(chunks), calls);
  for (const hideUsage of [true, false]) {
    const whole = readStream([bytes], hideUsage);
    for (const chunks of cutsOf(bytes)) assert.deepEqual(readStream(chunks, hideUsage), whole);
    for (const tokens of Object.values(whole.usage ?? {})) {
      assert(Number.isSafeInteger(tokens) && tokens >= 0 && tokens <= 1e9, `${tokens} tokens`);
    }
  }
  const reply = refusedOr(() => checkChatReply(bytes, said => said));
  if ('refusal' in reply) assert.equal(reply.refusal.code, 'upstream_invalid');
  else assert(reply.value.outputBytes >= 0 && reply.value.outputBytes <= bytes.length);
}

export const target: FuzzTarget = {
  name: 'chat-stream',
  run,
  seeds: () => openaiAnswers,
  words: [
    ...[
      '\n\n',
      '\r\n\r\n',
      '\r\r',
      'data: ',
      'data: [DONE]\n\n',
      'event: error\n',
      ': ping\n\n',
      'data:\n\n',
      '\ufeff',
    ],
    ...['{"choices":[]}', '"usage":{"prompt_tokens":1},', '"error":{},', '"finish_reason":"stop",', '"content":"x",'],
    ...['"delta":{', '\\u0022', '\\"', '}}', '"id":"x",', '"__proto__":{},', '"tool_calls":[{}],', 'null', '"cost":1,'],
  ],
  generator: chatStream,
};
