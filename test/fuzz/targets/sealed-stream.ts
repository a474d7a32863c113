import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ResponsesStreamReader } from '../../../src/gateway/dialects/openai-responses/stream.ts';
import { SealedStream } from '../../../src/gateway/kept/sealed-stream.ts';
import { responsesAnswers } from '../corpus/streams.ts';
import { cutsOf } from '../engine/expectations.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';

const id = fc.constantFrom('resp_raw1', 'resp_raw2', '', '"', 7, null);
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"response"', '"response":{"id":"resp_raw1"}'));
const response = fc.record(
  { id, previous_response_id: id, output: fc.constant([]), usage: fc.constant(null), metadata: fc.record({ id }) },
  { requiredKeys: [] },
);
const event = fc.record(
  {
    type: fc.constantFrom(
      'response.created',
      'response.output_text.delta',
      'response.output_item.done',
      'response.completed',
      'error',
    ),
    response: fc.oneof(response, text),
    response_id: id,
    delta: text,
    item: fc.record({ id, response }),
  },
  { requiredKeys: ['type'] },
);
const stream = fc
  .tuple(
    fc.array(fc.tuple(event, fc.constantFrom(undefined, 1), fc.boolean()), { maxLength: 6 }),
    fc.constantFrom('\n', '\r\n', '\r'),
  )
  .map(([events, end]) =>
    Buffer.from(
      events
        .map(([value, indent, named]) => {
          const data = JSON.stringify(value, null, indent).replaceAll(/^/gm, 'data: ');
          return `${named ? `event: ${value.type}\n` : ''}${data}\n\n`.replaceAll('\n', end);
        })
        .join(''),
    ),
  );

function read(chunks: readonly Buffer[], seal: (id: string) => string) {
  const reader = new SealedStream(new ResponsesStreamReader({ redact: said => said }), seal);
  const out = Buffer.concat(chunks.map(piece => reader.push(piece) ?? Buffer.alloc(0)));
  reader.end();
  const end = reader.finished ? reader.endMark.toString('latin1') : '';
  return { out: out.toString('latin1') + end, finished: reader.finished, failure: reader.failure?.code };
}

function run(bytes: Buffer): void {
  const seal = (raw: string) => `sealed-${raw}`;
  const whole = read([bytes], seal);
  for (const chunks of cutsOf(bytes)) assert.deepEqual(read(chunks, seal), whole);
  // Where every id is sealed to itself, nothing but the spelling of what holds one may change.
  const same = read([bytes], raw => raw);
  assert.equal(same.finished, whole.finished);
  assert.equal(same.failure, whole.failure);
}

export const target: FuzzTarget = {
  name: 'sealed-stream',
  run,
  seeds: () => responsesAnswers,
  words: [
    '"response":',
    '"response_id":',
    '"id":"resp_raw1"',
    'event: response.completed\n',
    'data: ',
    '\n\n',
    '\r\n\r\n',
    '\r\r',
  ],
  generator: stream,
};
