import { byte, skipSpace } from '../../body/json-scalars.ts';
import { NameTable } from '../../body/name-table.ts';
import { closingQuote, contentBytes } from './content-bytes.ts';

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
  finishReasons: readonly string[] = none;

  read(bytes: Buffer, start: number, end: number): void {
    this.contentBytes = 0;
    this.hasUsage = false;
    this.hasError = false;
    this.finishReasons = none;
    for (let at = start; at < end; at++) {
      if (bytes[at] !== byte.quote) continue;
      const close = closingQuote(bytes, at + 1, end);
      const name = sought.find(bytes, at + 1, close);
      if (name !== null && close < end) this.#member(name, bytes, skipSpace(bytes, close + 1), end);
      at = close;
    }
  }

  #member(name: string, bytes: Buffer, colon: number, end: number): void {
    if (bytes[colon] !== byte.colon) return;
    const value = skipSpace(bytes, colon + 1);
    const code = bytes[value];
    // In all chunks but a few these members are null.
    if (code === byte.openObject) {
      if (name === 'delta') this.contentBytes += contentBytes(bytes, value, end);
      else if (name === 'usage') this.hasUsage = true;
      else if (name === 'error') this.hasError = true;
    } else if (code === byte.quote && bytes[value + 1] !== byte.quote) {
      if (name === 'error') this.hasError = true;
      if (name !== 'finish_reason') return;
      const reason = bytes.toString('utf8', value + 1, closingQuote(bytes, value + 1, end));
      this.finishReasons = [...this.finishReasons, reason];
    }
  }
}

const none: readonly string[] = [];
