import { COLON, CR, hexDigit, isText, isToken, LF, SEMICOLON } from './octets.ts';

/** Digits, extensions and all. They mean nothing to us and are passed over. */
const SIZE_LINE_BYTES = 1024;
const SIZE_DIGITS = 16;
const TRAILERS = 128;

const SIZE = 0;
const EXTENSION = 1;
const SIZE_LF = 2;
const DATA = 3;
const DATA_CR = 4;
const DATA_LF = 5;
const TRAILER = 6;
const TRAILER_NAME = 7;
const TRAILER_VALUE = 8;
const TRAILER_LF = 9;
const LAST_LF = 10;
const DONE = 11;

/**
 * Reads the chunked coding strictly: CRLF is the only line end, a size is hexadecimal digits and nothing else. Makes
 * no call and no object; what it found is in its members after each `decode`.
 */
export class ChunkedDecoder {
  /** The payload of the last `decode` is `[start, end)` of its buffer. */
  start = 0;
  end = 0;
  /** Why the coding is broken; empty while it is not. */
  failure = '';

  #state = SIZE;
  /** Bytes of the chunk that are still to come. */
  #left = 0;
  #digits = 0;
  #lineBytes = 0;
  #trailers = 0;
  #trailerBytes = 0;
  readonly #trailerLimit: number;

  constructor(trailerLimit: number) {
    this.#trailerLimit = trailerLimit;
  }

  get done(): boolean {
    return this.#state === DONE;
  }

  reset(): void {
    this.start = 0;
    this.end = 0;
    this.failure = '';
    this.#state = SIZE;
    this.#left = 0;
    this.#digits = 0;
    this.#lineBytes = 0;
    this.#trailers = 0;
    this.#trailerBytes = 0;
  }

  /**
   * Reads `buffer` from `at` to its end or to the end of the body; answers where it stopped. Payloads of several chunks
   * are moved together in place, so that a read gives its handler one piece: the buffer must be ours.
   */
  decode(buffer: Buffer, at: number): number {
    const { length } = buffer;
    this.start = at;
    this.end = at;
    while (at < length && this.#state !== DONE && this.failure === '') {
      if (this.#state === DATA) {
        const bytes = Math.min(this.#left, length - at);
        this.#take(buffer, at, bytes);
        at += bytes;
      } else this.#frame(buffer[at++]!);
    }
    return at;
  }

  #take(buffer: Buffer, at: number, bytes: number): void {
    if (this.end === this.start) {
      this.start = at;
      this.end = at;
    }
    if (this.end !== at) buffer.copyWithin(this.end, at, at + bytes);
    this.end += bytes;
    this.#left -= bytes;
    if (this.#left === 0) this.#state = DATA_CR;
  }

  #frame(octet: number): void {
    switch (this.#state) {
      case SIZE:
      case EXTENSION:
        return this.#sizeLine(octet);
      case SIZE_LF:
        if (octet !== LF) return this.#fail('a chunk size without its line end');
        this.#state = this.#left === 0 ? TRAILER : DATA;
        this.#digits = 0;
        this.#lineBytes = 0;
        return;
      case DATA_CR:
        if (octet !== CR) return this.#fail('a chunk longer than its size');
        this.#state = DATA_LF;
        return;
      case DATA_LF:
        if (octet !== LF) return this.#fail('a chunk without its line end');
        this.#state = SIZE;
        return;
      default:
        return this.#trailer(octet);
    }
  }

  #sizeLine(octet: number): void {
    if (++this.#lineBytes > SIZE_LINE_BYTES) return this.#fail('a chunk size line that is too long');
    if (this.#state === EXTENSION) {
      if (octet === CR) this.#state = SIZE_LF;
      else if (isText[octet] === 0) this.#fail('a control character in a chunk extension');
      return;
    }
    const digit = hexDigit[octet]!;
    if (digit >= 0) {
      this.#left = this.#left * 16 + digit;
      if (++this.#digits > SIZE_DIGITS || this.#left > Number.MAX_SAFE_INTEGER) this.#fail('a chunk size too large');
      return;
    }
    if (this.#digits === 0) return this.#fail('a chunk without a size');
    if (octet === CR) this.#state = SIZE_LF;
    else if (octet === SEMICOLON) this.#state = EXTENSION;
    else this.#fail('a chunk size that is not hexadecimal');
  }

  #trailer(octet: number): void {
    if (++this.#trailerBytes > this.#trailerLimit) return this.#fail('trailers that are too long');
    switch (this.#state) {
      case TRAILER:
        if (octet === CR) this.#state = LAST_LF;
        else if (isToken[octet] === 0) this.#fail('a trailer without a name');
        else if (++this.#trailers > TRAILERS) this.#fail('too many trailers');
        else this.#state = TRAILER_NAME;
        return;
      case TRAILER_NAME:
        if (octet === COLON) this.#state = TRAILER_VALUE;
        else if (isToken[octet] === 0) this.#fail('a trailer with a name that is not one');
        return;
      case TRAILER_VALUE:
        if (octet === CR) this.#state = TRAILER_LF;
        else if (isText[octet] === 0) this.#fail('a control character in a trailer');
        return;
      default:
        if (octet !== LF) return this.#fail('a trailer without its line end');
        this.#state = this.#state === LAST_LF ? DONE : TRAILER;
    }
  }

  #fail(failure: string): void {
    this.failure = failure;
  }
}
