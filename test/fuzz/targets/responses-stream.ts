import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkResponsesReply } from '../../../src/gateway/dialects/openai-responses/reply.ts';
import { ResponsesStreamReader } from '../../../src/gateway/dialects/openai-responses/stream.ts';
import { responsesAnswers } from '../corpus/streams.ts';
import { cutsOf, refusedOr } from '../engine/expectations.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';

const count = fc.oneof(fc.nat(5_000), fc.constantFrom(-1, 1e15, 0.5, '7', null, true));
const usage = fc.oneof(
  fc.constant(null),
  fc.record({ input_tokens: count, output_tokens: count, total_tokens: count }, { requiredKeys: [] }),
);
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '\n\nevent: error\n\n', '"delta":"x"', '\\"'));
const types = [
  'response.created',
  'response.in_progress',
  'response.output_item.added',
  'response.output_text.delta',
  'response.function_call_arguments.delta',
  'response.completed',
  'response.incomplete',
  'response.failed',
  'error',
  'unknown',
];
const data = fc.record(
  {
    type: fc.constantFrom(...types),
    delta: text,
    item: fc.record({ type: fc.constantFrom('message', 'function_call', 'reasoning') }),
    response: fc.record({ id: text, usage, error: fc.constantFrom(null, 'x', { message: 'broken' }), status: text }),
    message: text,
  },
  { requiredKeys: ['type'] },
);
const event = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(data, fc.boolean(), fc.constantFrom(undefined, 1)).map(([value, named, indent]) => {
      const lines = JSON.stringify(value, null, indent).replaceAll(/^/gm, 'data: ');
      return named ? `event: ${value.type}\n${lines}` : lines;
    }),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(': ping', 'data: [DONE]', 'data:', 'data: {', 'event: error\ndata: "x"', 'id: 1'),
  },
);

const stream: fc.Arbitrary<Buffer> = fc
  .tuple(fc.array(event, { maxLength: 8 }), fc.constantFrom('\n', '\r\n', '\r'), fc.boolean())
  .map(([events, end, complete]) => {
    const whole = events.map(lines => `${lines.replaceAll('\n', end)}${end}${end}`).join('');
    return Buffer.from(complete ? whole : whole.slice(0, -1));
  });

/** Everything that comes of a stream that arrives in these pieces. */
function readStream(chunks: readonly Buffer[]) {
  const reader = new ResponsesStreamReader({ redact: said => said });
  const out = Buffer.concat(chunks.map(piece => reader.push(piece) ?? Buffer.alloc(0)));
  reader.end();
  const { finished, contentSeen, outputBytes, usage, flags, failure } = reader;
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
  };
}

function run(bytes: Buffer): void {
  const whole = readStream([bytes]);
  for (const chunks of cutsOf(bytes)) assert.deepEqual(readStream(chunks), whole);
  assert(!(whole.finished && whole.failure !== undefined), 'finished and failed');
  for (const tokens of Object.values(whole.usage ?? {})) {
    assert(Number.isSafeInteger(tokens) && tokens >= 0 && tokens <= 1e9, `${tokens} tokens`);
  }
  const reply = refusedOr(() => checkResponsesReply(bytes, said => said));
  if ('refusal' in reply) assert.equal(reply.refusal.code, 'upstream_invalid');
  else assert(reply.value.outputBytes >= 0 && reply.value.outputBytes <= bytes.length);
}

export const target: FuzzTarget = {
  name: 'responses-stream',
  run,
  seeds: () => responsesAnswers,
  words: [
    ...['\n\n', '\r\n\r\n', '\r\r', 'data: ', 'data: [DONE]\n\n', ': ping\n\n', 'data:\n\n', '\ufeff'],
    ...types.map(type => `event: ${type}\n`),
    ...['"usage":{"input_tokens":1},', '"error":{},', '"delta":"x",', '"response":{', '"type":"response.completed",'],
    ...['\\u0022', '\\"', '}}', '"id":"x",', '"__proto__":{},', 'null', '"item":{"type":"message"},'],
  ],
  generator: stream,
};
