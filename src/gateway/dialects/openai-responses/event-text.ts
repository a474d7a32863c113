import { byte, skipSpace } from '../../body/json-scalars.ts';
import { NameTable } from '../../body/name-table.ts';
import { closingQuote } from '../generated-text.ts';

const sought = new NameTable(['delta']);

/**
 * Bytes of generated text in the data of one `…delta` event, found in one walk that builds nothing. The data may be
 * unchecked, so anything odd ends the count instead of failing.
 */
export function deltaBytes(data: Buffer, start: number, end: number): number {
  let bytes = 0;
  for (let at = start; at < end; at++) {
    if (data[at] !== byte.quote) continue;
    const close = closingQuote(data, at + 1, end);
    const colon = skipSpace(data, close + 1);
    if (data[colon] !== byte.colon || sought.find(data, at + 1, close) === null) {
      at = close;
      continue;
    }
    const value = skipSpace(data, colon + 1);
    at = colon;
    if (data[value] !== byte.quote) continue;
    const last = closingQuote(data, value + 1, end);
    bytes += last - value - 1;
    at = last;
  }
  return bytes;
}
