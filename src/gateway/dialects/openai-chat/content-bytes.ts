import { byte, skipSpace } from '../../body/json-scalars.ts';
import { NameTable } from '../../body/name-table.ts';

/** Members of a message or delta whose text a model generated, in all providers' spellings. */
const generated = new NameTable([
  'content',
  'reasoning',
  'reasoning_content',
  'thinking',
  'refusal',
  'text',
  'arguments',
  'name',
  'transcript',
]);
/** What says again, or quotes from elsewhere, what other members hold. */
const repeated = new NameTable(['reasoning_details', 'annotations', 'citations', 'logprobs']);
/** Generated, but no text: its length says nothing about tokens. */
const opaque = new NameTable(['data']);

/**
 * Bytes of generated text in the JSON value at `start`, which ends at `end` or before it. Reads no more than it must:
 * the value may be unchecked, so anything odd ends the count instead of failing.
 */
export function contentBytes(bytes: Buffer, start: number, end: number): number {
  let depth = 0;
  let counting = false;
  let sum = 0;
  for (let at = start; at < end; at++) {
    const code = bytes[at]!;
    if (code === byte.quote) {
      const close = closingQuote(bytes, at + 1, end);
      const colon = skipSpace(bytes, close + 1);
      if (bytes[colon] === byte.colon) {
        counting = generated.find(bytes, at + 1, close) !== null;
        if (opaque.find(bytes, at + 1, close) !== null) sum++;
        at =
          repeated.find(bytes, at + 1, close) === null ? colon : containerEnd(bytes, skipSpace(bytes, colon + 1), end);
      } else {
        if (counting) sum += close - at - 1;
        at = close;
      }
    } else if (code === byte.openObject || code === byte.openArray) depth++;
    else if ((code === byte.closeObject || code === byte.closeArray) && --depth <= 0) return sum;
  }
  return sum;
}

/** Position of the bracket that ends the array or object at `start`; before `start` where there is none. */
function containerEnd(bytes: Buffer, start: number, end: number): number {
  let depth = 0;
  for (let at = start; at < end; at++) {
    const code = bytes[at]!;
    if (code === byte.quote) at = closingQuote(bytes, at + 1, end);
    else if (code === byte.openObject || code === byte.openArray) depth++;
    else if (code === byte.closeObject || code === byte.closeArray) depth--;
    if (depth <= 0) return depth === 0 && at > start ? at : start - 1;
  }
  return end;
}

/** Position of the quote that ends the string whose characters begin at `start`; `end` when there is none. */
export function closingQuote(bytes: Buffer, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const code = bytes[at]!;
    if (code === byte.quote) return at;
    if (code === byte.backslash) at++;
  }
  return end;
}
