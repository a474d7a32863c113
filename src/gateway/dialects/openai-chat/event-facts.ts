import { limits } from '../../../spec/limits.ts';
import { byte, skipSpace } from '../../body/json-scalars.ts';
import { NameTable } from '../../body/name-table.ts';
import { closingQuote, GeneratedText } from '../generated-text.ts';

const sought = new NameTable(['delta', 'finish_reason', 'usage', 'error']);

/**
 * What one stream event holds, found in one walk over its bytes without building anything (a JSON.parse costs four
 * times as much). Names are found at any depth; who needs the exact place parses the event.
 */
export class EventFacts {
  /** Bytes of generated text. */
  contentBytes = 0;
  /** There is an object under `usage`. */
  hasUsage = false;
  /** There is an object or text under `error`. */
  hasError = false;
  readonly finishReasons: string[] = [];
  readonly #generated = new GeneratedText();

  read(bytes: Buffer, start: number, end: number): void {
    this.contentBytes = 0;
    this.hasUsage = false;
    this.hasError = false;
    if (this.finishReasons.length > 0) this.finishReasons.length = 0;
    for (let at = start; at < end; at++) {
      if (bytes[at] !== byte.quote) continue;
      const close = closingQuote(bytes, at + 1, end);
      const name = close < end ? sought.find(bytes, at + 1, close) : null;
      at = name === null ? close : Math.max(close, this.#member(name, bytes, skipSpace(bytes, close + 1), end));
    }
  }

  /** Answers up to where it has read, so that nothing is read twice however deep it is nested. */
  #member(name: string, bytes: Buffer, colon: number, end: number): number {
    if (bytes[colon] !== byte.colon) return colon - 1;
    const value = skipSpace(bytes, colon + 1);
    const code = bytes[value];
    // In all chunks but a few these members are null.
    if (code === byte.openObject) {
      if (name === 'usage') this.hasUsage = true;
      else if (name === 'error') this.hasError = true;
      else if (name === 'delta') {
        this.#generated.count(bytes, value, end);
        this.contentBytes += this.#generated.bytes;
        return this.#generated.end - 1;
      }
    } else if (code === byte.quote && bytes[value + 1] !== byte.quote) {
      if (name === 'error') this.hasError = true;
      else if (name === 'finish_reason') return this.#finish(bytes, value, end);
    }
    return value - 1;
  }

  #finish(bytes: Buffer, value: number, end: number): number {
    const close = closingQuote(bytes, value + 1, end);
    const reason = bytes.toString('utf8', value + 1, Math.min(close, value + 65));
    if (this.finishReasons.length < limits.choices) this.finishReasons.push(reason);
    return close;
  }
}
