import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ArrayStreamReader } from '../../../src/gateway/dialects/gemini-content/array-stream.ts';
import { checkContentReply } from '../../../src/gateway/dialects/gemini-content/reply.ts';
import { ContentStreamReader } from '../../../src/gateway/dialects/gemini-content/stream.ts';
import type { StreamReader } from '../../../src/gateway/ingress/ingress.ts';
import { geminiAnswers } from '../corpus/streams.ts';
import { cutsOf, refusedOr } from '../engine/expectations.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';

const count = fc.oneof(fc.nat(5_000), fc.constantFrom(-1, 1e15, 0.5, '7', null, true));
const usageMetadata = fc.record(
  { promptTokenCount: count, candidatesTokenCount: count, thoughtsTokenCount: count, cachedContentTokenCount: count },
  { requiredKeys: [] },
);
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '\n\ndata: x\n\n', '"finishReason":"STOP"'));
const part = fc.oneof(
  fc.record({ text }),
  fc.record({ functionCall: fc.record({ name: text, args: fc.dictionary(text, fc.jsonValue()) }) }),
  fc.constantFrom(null, 1, {}),
);
const candidate = fc.record(
  {
    index: fc.constantFrom(0, 1, -1, 'x'),
    content: fc.record({ parts: fc.array(part, { maxLength: 2 }) }),
    finishReason: fc.constantFrom('STOP', '', null, 1),
    groundingMetadata: fc.constantFrom({ webSearchQueries: ['a'] }, null),
  },
  { requiredKeys: [] },
);
const chunk = fc.record(
  {
    candidates: fc.oneof(fc.array(candidate, { maxLength: 2 }), fc.constantFrom(null, {}, 'x')),
    usageMetadata,
    promptFeedback: fc.constantFrom({ blockReason: 'SAFETY' }, {}, null),
    error: fc.constantFrom(null, null, null, { code: 500, message: 'broken' }, 'x'),
  },
  { requiredKeys: ['candidates'] },
);
const event = fc.oneof(
  { weight: 6, arbitrary: chunk.map(value => `data: ${JSON.stringify(value)}`) },
  { weight: 2, arbitrary: fc.constantFrom(': ping', 'data:', 'data: {', 'data: {"a":}', 'data: [{}]', 'event: x') },
);
const stream = fc
  .tuple(fc.array(event, { maxLength: 8 }), fc.constantFrom('\n', '\r\n', '\r'), fc.boolean())
  .map(([events, end, complete]) => {
    const whole = events.map(lines => `${lines}${end}${end}`).join('');
    return Buffer.from(complete ? whole : whole.slice(0, -1));
  });

function readAll(chunks: readonly Buffer[], reader: StreamReader) {
  const out = Buffer.concat(chunks.map(piece => reader.push(piece) ?? Buffer.alloc(0)));
  reader.end();
  const { finished, contentSeen, outputBytes, usage, partial, flags, failure } = reader;
  // What a lone CR ends is known complete only by what follows, so the last event may come with the end mark.
  const all = out.toString('latin1') + (finished ? reader.endMark.toString('latin1') : '');
  return { out: all, finished, contentSeen, outputBytes, usage, partial, flags, failure: failure?.code };
}

function run(bytes: Buffer): void {
  const open = () => new ContentStreamReader({ redact: said => said });
  const whole = readAll([bytes], open());
  const array = readAll([bytes], new ArrayStreamReader(open()));
  for (const chunks of cutsOf(bytes)) {
    assert.deepEqual(readAll(chunks, open()), whole);
    assert.deepEqual(readAll(chunks, new ArrayStreamReader(open())), array);
  }
  assert.equal(array.finished, whole.finished);
  if (array.finished) assert(Array.isArray(JSON.parse(Buffer.from(array.out, 'latin1').toString())));
  for (const tokens of Object.values({ ...whole.usage, ...whole.partial })) {
    assert(Number.isSafeInteger(tokens) && tokens >= 0 && tokens <= 1e10, `${tokens} tokens`);
  }
  const reply = refusedOr(() => checkContentReply(bytes, said => said));
  if ('refusal' in reply) assert.equal(reply.refusal.code, 'upstream_invalid');
  else assert(reply.value.outputBytes >= 0);
}

export const target: FuzzTarget = {
  name: 'content-stream',
  run,
  seeds: () => geminiAnswers,
  words: [
    ...['\n\n', '\r\n\r\n', '\r\r', 'data: ', ': ping\n\n', 'data:\n\n', '\ufeff', '\\"', '\\u0022', '}}', 'null'],
    ...['"finishReason":"STOP",', '"functionCall":{"name":"f","args":{}},', '"index":1,', '"error":{"code":500},'],
    ...['"usageMetadata":{"promptTokenCount":1},', '"candidates":[{}],', '"promptFeedback":{"blockReason":"OTHER"},'],
    ...['"webSearchQueries":["a"],', '"__proto__":{},', '"parts":[{"text":"x"}],'],
  ],
  generator: stream,
};
