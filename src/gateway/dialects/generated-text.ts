import { byte, skipSpace } from '../body/json-scalars.ts';
import { NameTable } from '../body/name-table.ts';

/** Members of a message or delta whose text a model generated, in all providers' spellings. */
const generated = new NameTable([
  'content',
  'reasoning',
  'reasoning_content',
  'thinking',
  'refusal',
  'text',
  'arguments',
  'partial_json',
  'name',
  'transcript',
]);
/** What says again, or quotes from elsewhere, what other members hold. */
const repeated = new NameTable(['reasoning_details', 'annotations', 'citations', 'logprobs']);
/** Generated, but no text: its length says nothing about tokens. */
const opaque = new NameTable(['data']);

/**
 * Counts the generated text in one JSON value. Reads no more than it must: the value may be unchecked, so anything odd
 * ends the count instead of failing.
 */
export class GeneratedText {
  bytes = 0;
  /** Where the value ended. */
  end = 0;

  /** Counts in the array or object at `start`, which ends before `limit`. */
  count(value: Buffer, start: number, limit: number): void {
    let depth = 0;
    let counting = false;
    this.bytes = 0;
    let at = start;
    for (; at < limit; at++) {
      const code = value[at]!;
      if (code === byte.quote) {
        const close = closingQuote(value, at + 1, limit);
        const colon = skipSpace(value, close + 1);
        if (value[colon] === byte.colon) {
          counting = generated.find(value, at + 1, close) !== null;
          if (opaque.find(value, at + 1, close) !== null) this.bytes++;
          const again = repeated.find(value, at + 1, close) !== null;
          at = again ? containerEnd(value, skipSpace(value, colon + 1), limit) : colon;
        } else {
          if (counting) this.bytes += close - at - 1;
          at = close;
        }
      } else if (code === byte.openObject || code === byte.openArray) depth++;
      else if ((code === byte.closeObject || code === byte.closeArray) && --depth <= 0) break;
    }
    this.end = Math.min(at + 1, limit);
  }
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
