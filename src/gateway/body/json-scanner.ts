import { GatewayError } from '../../spec/gateway-error.ts';
import { limits } from '../../spec/limits.ts';
import { hasControlBytes } from './control-bytes.ts';
import { byte, escapeEnd, invalidJson, literalEnd, numberEnd, skipSpace } from './json-scalars.ts';

/** Told about each member of the outermost object, in order. Positions are bytes; `end` comes when the value is over. */
export interface MemberSink {
  open(nameStart: number, nameEnd: number, valueStart: number): void;
  close(valueEnd: number): void;
}

export interface JsonLimits {
  readonly depth: number;
  /** Structural characters outside strings. */
  readonly structure: number;
}

/**
 * Characters that are walked before native search takes over. Text has an escape every sixty characters or so, and a
 * walk of these costs less than two searches (measured); what is longer is mostly an image.
 */
const NEAR = 256;
/** 1 for what stands in a string for itself: neither a quote, nor a backslash, nor a control character. */
const PLAIN = new Uint8Array(256).fill(1, 0x20);
PLAIN[byte.quote] = 0;
PLAIN[byte.backslash] = 0;
const closers = new Uint8Array(1024);

/**
 * Checks the grammar of one JSON value in one pass, without building anything. Strings are jumped with native search;
 * each search result is kept until it is passed, so the work stays linear however quotes and backslashes are mixed.
 */
export class JsonScanner {
  readonly #bytes: Buffer;
  readonly #limits: JsonLimits;
  readonly #sink: MemberSink;
  /** Some byte is a control character, so no string may be jumped unseen; found out when first a string is long. */
  #controls: boolean | null = null;
  #structure = 0;
  #quote = -1;
  #backslash = -1;

  constructor(bytes: Buffer, limits: JsonLimits, sink: MemberSink) {
    this.#bytes = bytes;
    this.#limits = limits;
    this.#sink = sink;
  }

  /** Scans the value at `start` and answers where it ends. Throws GatewayError. */
  value(start: number): number {
    const bytes = this.#bytes;
    let at = start;
    let depth = 0;
    for (;;) {
      const code = bytes[at]!;
      if (code === byte.openObject || code === byte.openArray) {
        if (depth >= this.#limits.depth) throw new GatewayError('json_too_deep');
        this.#count();
        // Both closing brackets stand two after their opening ones.
        const closer = code + 2;
        closers[depth++] = closer;
        at = skipSpace(bytes, at + 1);
        if (bytes[at] !== closer) {
          if (code === byte.openObject) at = this.#name(at, depth);
          continue;
        }
      } else at = this.#scalar(at, code);

      for (;;) {
        if (depth === 0) return at;
        if (depth === 1 && closers[0] === byte.closeObject) this.#sink.close(at);
        at = skipSpace(bytes, at);
        const next = bytes[at];
        const closer = closers[depth - 1];
        this.#count();
        if (next === byte.comma) {
          at = skipSpace(bytes, at + 1);
          if (closer === byte.closeObject) at = this.#name(at, depth);
          break;
        }
        if (next !== closer) throw invalidJson(bytes, at);
        depth--;
        at++;
      }
    }
  }

  #count(): void {
    if (++this.#structure > this.#limits.structure) throw new GatewayError('json_too_complex');
  }

  #scalar(at: number, code: number): number {
    if (code === byte.quote) return this.#stringEnd(at + 1);
    if (code === byte.minus || (code >= 0x30 && code <= 0x39)) return numberEnd(this.#bytes, at);
    return literalEnd(this.#bytes, at);
  }

  /** Reads a member's name and colon; answers where its value begins. */
  #name(at: number, depth: number): number {
    const bytes = this.#bytes;
    if (bytes[at] !== byte.quote) throw invalidJson(bytes, at);
    const end = this.#stringEnd(at + 1);
    if (end - at - 2 > limits.jsonNameBytes) throw invalidJson(bytes, at, 'member name that is too long');
    const colon = skipSpace(bytes, end);
    if (bytes[colon] !== byte.colon) throw invalidJson(bytes, colon);
    this.#count();
    const value = skipSpace(bytes, colon + 1);
    if (depth === 1) this.#sink.open(at, end, value);
    return value;
  }

  /** Position after the closing quote of the string whose characters begin at `start`. */
  #stringEnd(start: number): number {
    const bytes = this.#bytes;
    let at = start;
    for (;;) {
      const near = Math.min(at + NEAR, bytes.length);
      while (at < near && PLAIN[bytes[at]!] === 1) at++;
      if (at === near) at = this.#jump(at);
      const code = bytes[at]!;
      if (code === byte.quote) return at + 1;
      if (code !== byte.backslash) throw invalidJson(bytes, at, 'control character in a string');
      at = escapeEnd(bytes, at);
    }
  }

  /** Position of the next byte of a long string that is not plain text. */
  #jump(from: number): number {
    const bytes = this.#bytes;
    this.#controls ??= hasControlBytes(bytes);
    if (this.#controls) {
      let at = from;
      while (at < bytes.length && PLAIN[bytes[at]!] === 1) at++;
      return at;
    }
    if (this.#quote < from) this.#quote = this.#find(byte.quote, from);
    if (this.#backslash < from) this.#backslash = this.#find(byte.backslash, from);
    return Math.min(this.#quote, this.#backslash);
  }

  #find(code: number, from: number): number {
    const found = this.#bytes.indexOf(code, from);
    return found < 0 ? this.#bytes.length : found;
  }
}
