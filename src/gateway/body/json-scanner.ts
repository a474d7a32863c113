import { GatewayError } from '../../spec/gateway-error.ts';
import { limits } from '../../spec/limits.ts';
import { byte, escapeEnd, invalidJson, literalEnd, numberEnd, SIMPLE_ESCAPES, skipSpace } from './json-scalars.ts';

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
 * The top bit of each of four bytes that may end plain text; none where all four are plain. The top bit of each byte of
 * `x - y` is set where x borrows, that is where x < y. XOR makes equality that case with y = 1, and one with 2 moves the
 * quote to 0x20, right behind the control characters. Bytes of 0x80 and more are plain. A borrow spoils only bytes after
 * the one that it comes from, so the lowest mark is always right.
 */
const marksOf = (word: number): number =>
  (((word ^ 0x02020202) - 0x21212121) | ((word ^ 0x5c5c5c5c) - 0x01010101)) & ~word & 0x80808080;

/** How many bytes of a word, read as little-endian, come before its lowest mark. */
const bytesBefore = (marks: number): number => (31 - Math.clz32(marks & -marks)) >> 3;

/** Brackets that are open, innermost last. Scans never overlap, so one buffer serves them all. */
const closers = new Uint8Array(1024);

/** Checks the grammar of one JSON value in one pass that never looks back and builds nothing. */
export class JsonScanner {
  readonly #bytes: Buffer;
  readonly #limits: JsonLimits;
  readonly #sink: MemberSink;
  /** Reads words at any position and in one byte order on every machine. */
  readonly #view: DataView;

  constructor(bytes: Buffer, limits: JsonLimits, sink: MemberSink) {
    this.#bytes = bytes;
    this.#limits = limits;
    this.#sink = sink;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Scans the value at `start` and answers where it ends. Throws GatewayError. */
  value(start: number): number {
    const bytes = this.#bytes;
    const { depth: deepest, structure: most } = this.#limits;
    let at = start;
    let depth = 0;
    let structure = 0;
    for (;;) {
      const code = bytes[at]!;
      if (code === byte.quote) at = stringEnd(bytes, this.#view, at + 1);
      else if (code === byte.openObject || code === byte.openArray) {
        if (depth >= deepest) throw new GatewayError('json_too_deep');
        if (++structure > most) throw new GatewayError('json_too_complex');
        // Both closing brackets stand two after their opening ones.
        const closer = code + 2;
        closers[depth++] = closer;
        at = nextToken(bytes, at + 1);
        if (bytes[at] !== closer) {
          if (code === byte.openArray) continue;
          at = this.#name(at, depth);
          structure++;
          continue;
        }
      } else at = scalarEnd(bytes, at, code);

      for (;;) {
        if (depth === 0) return at;
        const closer = closers[depth - 1];
        if (depth === 1 && closer === byte.closeObject) this.#sink.close(at);
        at = nextToken(bytes, at);
        const next = bytes[at];
        if (++structure > most) throw new GatewayError('json_too_complex');
        if (next === byte.comma) {
          at = nextToken(bytes, at + 1);
          if (closer === byte.closeObject) {
            at = this.#name(at, depth);
            structure++;
          }
          break;
        }
        if (next !== closer) throw invalidJson(bytes, at);
        depth--;
        at++;
      }
    }
  }

  /** Reads a member's name and colon; answers where its value begins. */
  #name(at: number, depth: number): number {
    const bytes = this.#bytes;
    if (bytes[at] !== byte.quote) throw invalidJson(bytes, at);
    const end = stringEnd(bytes, this.#view, at + 1);
    if (end - at - 2 > limits.jsonNameBytes) throw invalidJson(bytes, at, 'member name that is too long');
    const colon = nextToken(bytes, end);
    if (bytes[colon] !== byte.colon) throw invalidJson(bytes, colon);
    const value = nextToken(bytes, colon + 1);
    if (depth === 1) this.#sink.open(at, end, value);
    return value;
  }
}

/** Mostly there is no white space to skip. */
const nextToken = (bytes: Buffer, at: number): number => (bytes[at]! > byte.space ? at : skipSpace(bytes, at));

function scalarEnd(bytes: Buffer, at: number, code: number): number {
  if (code === byte.minus || (code >= 0x30 && code <= 0x39)) return numberEnd(bytes, at);
  return literalEnd(bytes, at);
}

/**
 * Position after the closing quote of the string whose characters begin at `start`. Plain text is passed over sixteen
 * bytes at a time, which beats native search: text has an escape every sixty characters or so (measured).
 */
function stringEnd(bytes: Buffer, view: DataView, start: number): number {
  const lastBlock = bytes.length - 16;
  let at = start;
  for (;;) {
    let marks = 0;
    while (at <= lastBlock) {
      const first = marksOf(view.getInt32(at, true));
      const second = marksOf(view.getInt32(at + 4, true));
      const third = marksOf(view.getInt32(at + 8, true));
      const fourth = marksOf(view.getInt32(at + 12, true));
      if ((first | second | third | fourth) !== 0) {
        if (first !== 0) marks = first;
        else if (second !== 0) {
          marks = second;
          at += 4;
        } else if (third !== 0) {
          marks = third;
          at += 8;
        } else {
          marks = fourth;
          at += 12;
        }
        break;
      }
      at += 16;
    }
    if (marks !== 0) at += bytesBefore(marks);
    else while (at < bytes.length && PLAIN[bytes[at]!] === 1) at++;
    const code = bytes[at]!;
    if (code === byte.quote) return at + 1;
    if (code !== byte.backslash) throw invalidJson(bytes, at, 'control character in a string');
    at = SIMPLE_ESCAPES[bytes[at + 1]!] === 1 ? at + 2 : escapeEnd(bytes, at);
  }
}
