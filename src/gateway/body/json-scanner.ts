import { GatewayError } from '../../spec/gateway-error.ts';
import { limits } from '../../spec/limits.ts';
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

/** 1 for what stands in a string for itself: neither a quote, nor a backslash, nor a control character. */
const PLAIN = new Uint8Array(256).fill(1, 0x20);
PLAIN[byte.quote] = 0;
PLAIN[byte.backslash] = 0;

/**
 * Whether none of four bytes ends plain text. The top bit of each byte of `x - y` is set where x borrows, that is where
 * x < y; XOR makes equality that case with y = 1. Bytes of 0x80 and more are plain. A borrow can reach the next byte
 * only from one that is not plain itself.
 */
const isPlain = (word: number): boolean =>
  (((word - 0x20202020) | ((word ^ 0x22222222) - 0x01010101) | ((word ^ 0x5c5c5c5c) - 0x01010101)) &
    ~word &
    0x80808080) ===
  0;

const NO_WORDS = new Int32Array(0);

/** Brackets that are open, innermost last. Scans never overlap, so one buffer serves them all. */
const closers = new Uint8Array(1024);

/** Checks the grammar of one JSON value in one pass that never looks back and builds nothing. */
export class JsonScanner {
  readonly #bytes: Buffer;
  readonly #limits: JsonLimits;
  readonly #sink: MemberSink;
  /** The bytes as words of four, from the first position where the machine can read them so. */
  readonly #words: Int32Array;
  readonly #aligned: number;
  #structure = 0;

  constructor(bytes: Buffer, limits: JsonLimits, sink: MemberSink) {
    this.#bytes = bytes;
    this.#limits = limits;
    this.#sink = sink;
    this.#aligned = (4 - (bytes.byteOffset & 3)) & 3;
    const words = (bytes.length - this.#aligned) >> 2;
    this.#words = words > 0 ? new Int32Array(bytes.buffer, bytes.byteOffset + this.#aligned, words) : NO_WORDS;
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

  /**
   * Position after the closing quote of the string whose characters begin at `start`. Plain text is passed over four
   * bytes at a time, which beats native search: text has an escape every sixty characters or so (measured).
   */
  #stringEnd(start: number): number {
    const bytes = this.#bytes;
    const words = this.#words;
    const aligned = this.#aligned;
    const length = bytes.length;
    let at = start;
    for (;;) {
      while (at < length && ((at - aligned) & 3) !== 0 && PLAIN[bytes[at]!] === 1) at++;
      if (((at - aligned) & 3) === 0) {
        let index = (at - aligned) >> 2;
        while (index < words.length && isPlain(words[index]!)) index++;
        at = aligned + index * 4;
        while (at < length && PLAIN[bytes[at]!] === 1) at++;
      }
      const code = bytes[at]!;
      if (code === byte.quote) return at + 1;
      if (code !== byte.backslash) throw invalidJson(bytes, at, 'control character in a string');
      at = escapeEnd(bytes, at);
    }
  }
}
