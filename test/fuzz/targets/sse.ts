import assert from 'node:assert/strict';
import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { eventsOf } from '../../gateway/sse/events-of.ts';
import { eventStreams } from '../corpus/streams.ts';
import { cutsOf } from '../engine/expectations.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';

const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
const line = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.constantFrom('data', 'event', 'id', 'retry', 'x'),
        fc.constantFrom(':', ': ', ':  ', ''),
        fc.string({ unit: 'grapheme', maxLength: 12 }),
      )
      .map(([name, colon, value]) => (colon === '' ? name : name + colon + value)),
  },
  { weight: 3, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(': comment', ':', ' data: x', 'data', 'dataset: 1', 'data: {"a":1}', 'data: [DONE]'),
  },
);

/** Lines with their ends; texts inside hold none of their own. */
export const eventStream: fc.Arbitrary<Buffer> = fc
  .tuple(fc.constantFrom('', '\ufeff'), fc.array(fc.tuple(line, lineEnd), { maxLength: 20 }))
  .map(([mark, lines]) =>
    Buffer.from(mark + lines.map(([text, end]) => text.replaceAll(/[\r\n]/g, '') + end).join('')),
  );

/** What the reference reads of the whole text. A stream that ends inside an event dispatches nothing for it. */
function reference(bytes: Buffer): { type: string; data: string }[] {
  const events: { type: string; data: string }[] = [];
  const parser = createParser({ onEvent: event => events.push({ type: event.event ?? '', data: event.data }) });
  // It drops a byte order mark only as text; and it waits for what follows a last CR.
  parser.feed(bytes.toString());
  if (bytes.at(-1) === 0x0d) parser.feed('\n');
  return events;
}

/** The same events as the reference reads, and every byte again, in this cut. */
export function agreesWithReference(bytes: Buffer, chunks: readonly Buffer[]): void {
  const whole = bytes.at(-1) === 0x0d ? [...chunks, Buffer.from('\n')] : chunks;
  const { events, joined } = eventsOf(whole);
  assert(joined.equals(Buffer.concat(whole)), 'bytes are lost or added');
  assert.deepEqual(
    events.map(({ type, data }) => ({ type, data })),
    reference(bytes),
  );
}

export const target: FuzzTarget = {
  name: 'sse',
  run: bytes => {
    agreesWithReference(bytes, [bytes]);
    for (const chunks of cutsOf(bytes)) agreesWithReference(bytes, chunks);
  },
  seeds: () => eventStreams,
  words: ['\n', '\r', '\r\n', '\n\n', '\r\r', 'data: ', 'data:', 'event: ', 'id: ', ':', ' ', '\ufeff', '\0', '\u2028'],
  generator: eventStream,
};
