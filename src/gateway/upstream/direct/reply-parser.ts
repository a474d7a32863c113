import { ChunkedDecoder } from './chunked-decoder.ts';
import { CR, LF } from './octets.ts';
import { ReplyHead, type ReplyHeaders } from './reply-head.ts';

/** Who hears what the parser finds. The end is not told here but read from `complete`. */
export interface ReplySink {
  onHead(status: number, headers: ReplyHeaders): void;
  /** A piece of the buffer that was fed, never a copy. */
  onBody(chunk: Buffer): void;
}

/** Interim answers (1xx) before the one that counts. */
const INTERIM_ANSWERS = 16;
const EMPTY_LINE = Buffer.from('\r\n\r\n');
const VERSION = Buffer.from('HTTP/1.');

const HEAD = 0;
const LENGTH = 1;
const CHUNKED = 2;
const UNTIL_CLOSE = 3;
const COMPLETE = 4;
const FAILED = 5;

/**
 * Reads the answers of one connection, one at a time, from bytes in any cut: the same bytes give the same answer, or
 * the same refusal, however they arrive. Knows no socket.
 */
export class ReplyParser {
  /** Why the bytes are no answer; empty while they are. */
  failure = '';

  readonly #sink: ReplySink;
  readonly #headLimit: number;
  readonly #head = new ReplyHead();
  readonly #chunks: ChunkedDecoder;
  #state = HEAD;
  /** Bytes of the body that are still to come. */
  #left = 0;
  #interim = 0;
  /** Bytes of all heads of this answer. */
  #headBytes = 0;
  /** A head that came in several reads; its size is the limit, so that it is never moved. */
  #held: Buffer | null = null;
  #heldBytes = 0;
  #persistent = false;

  /** @param headLimit bytes of an answer's heads together, and of its trailers. */
  constructor(sink: ReplySink, headLimit: number) {
    this.#sink = sink;
    this.#headLimit = headLimit;
    this.#chunks = new ChunkedDecoder(headLimit);
  }

  get complete(): boolean {
    return this.#state === COMPLETE;
  }

  /** After a complete answer: whether the connection may carry another. */
  get persistent(): boolean {
    return this.#persistent;
  }

  /** Seconds, as the server gave them for an idle connection; -1 where it did not. */
  get keepAliveSeconds(): number {
    return this.#head.keepAliveSeconds;
  }

  /** No byte of an answer has come. */
  get untouched(): boolean {
    return this.#state === HEAD && this.#headBytes === 0 && this.#heldBytes === 0;
  }

  /** Makes ready for the next answer on the connection. */
  reset(): void {
    this.failure = '';
    this.#state = HEAD;
    this.#left = 0;
    this.#interim = 0;
    this.#headBytes = 0;
    this.#held = null;
    this.#heldBytes = 0;
    this.#persistent = false;
  }

  /** Takes nothing more; safe inside a callback. */
  stop(): void {
    this.#state = FAILED;
  }

  /**
   * Answers how many bytes belong to the answer: fewer than were given when it is complete or broken. The buffer is
   * ours from here on: payloads of small chunks are moved together in it.
   */
  feed(bytes: Buffer): number {
    let at = 0;
    while (this.#state === HEAD && at < bytes.length) at = this.#readHead(bytes, at);
    if (at >= bytes.length) return at;
    switch (this.#state) {
      case LENGTH:
        return this.#readLength(bytes, at);
      case CHUNKED:
        return this.#readChunks(bytes, at);
      case UNTIL_CLOSE:
        this.#sink.onBody(at === 0 ? bytes : bytes.subarray(at));
        return bytes.length;
      default:
        return at;
    }
  }

  /** The other side sends nothing more. Only an answer without a length may end so. */
  finish(): void {
    if (this.#state === UNTIL_CLOSE) this.#state = COMPLETE;
  }

  #readHead(bytes: Buffer, at: number): number {
    if (this.#held !== null) return this.#readHeld(this.#held, bytes, at);
    const found = bytes.indexOf(EMPTY_LINE, at);
    if (found === -1) return this.#hold(bytes, at);
    const end = found + 4;
    this.#headBytes += end - at;
    if (this.#headBytes > this.#headLimit) this.#fail('a head that is too long');
    else this.#understand(bytes, at, end);
    return end;
  }

  #hold(bytes: Buffer, at: number): number {
    this.#held = Buffer.allocUnsafe(this.#headLimit);
    this.#heldBytes = 0;
    return this.#readHeld(this.#held, bytes, at);
  }

  #readHeld(held: Buffer, bytes: Buffer, at: number): number {
    const before = this.#heldBytes;
    const room = this.#headLimit - this.#headBytes - before;
    const copied = bytes.copy(held, before, at, Math.min(bytes.length, at + room));
    const all = before + copied;
    const found = held.subarray(0, all).indexOf(EMPTY_LINE, Math.max(0, before - 3));
    if (found === -1) {
      this.#heldBytes = all;
      if (at + copied < bytes.length) this.#fail('a head that is too long');
      else this.#checkBeginning(held, before, all);
      return at + copied;
    }
    const end = found + 4;
    this.#held = null;
    this.#heldBytes = 0;
    this.#headBytes += end;
    this.#understand(held, 0, end);
    return at + end - before;
  }

  /** What can no more become a head is refused at once: its end may never come. */
  #checkBeginning(held: Buffer, before: number, all: number): void {
    const version = Math.min(all, VERSION.length);
    if (held.compare(VERSION, 0, version, 0, version) !== 0) return this.#fail('no HTTP/1.1 status line');
    for (let at = before; at < all; at++) {
      const octet = held[at];
      if (octet === 0) return this.#fail('a zero byte in a head');
      if ((octet === LF) !== (at > 0 && held[at - 1] === CR)) return this.#fail('a line end that is not CRLF');
    }
  }

  #understand(bytes: Buffer, from: number, to: number): void {
    const head = this.#head;
    head.read(bytes, from, to);
    if (head.failure !== '') return this.#fail(head.failure);
    if (head.status < 200) return this.#passOver(head);
    this.#choose(head);
    // The sink may stop us, so the state is complete before it is called.
    this.#sink.onHead(head.status, head.headers);
  }

  #passOver(head: ReplyHead): void {
    if (head.status === 101) this.#fail('a change of protocol that nobody asked for');
    else if (head.chunked || head.contentLength > 0) this.#fail('an interim answer with a body');
    else if (++this.#interim > INTERIM_ANSWERS) this.#fail('too many interim answers');
  }

  #choose(head: ReplyHead): void {
    this.#persistent = head.persistent;
    if (head.status === 204 || head.status === 304) {
      this.#state = COMPLETE;
      // They have no body whatever the head says; who says there is one may send it.
      if (head.chunked || (head.status === 204 && head.contentLength > 0)) this.#persistent = false;
    } else if (head.chunked) {
      this.#state = CHUNKED;
      this.#chunks.reset();
    } else if (head.contentLength >= 0) {
      this.#left = head.contentLength;
      this.#state = this.#left === 0 ? COMPLETE : LENGTH;
    } else {
      this.#state = UNTIL_CLOSE;
      this.#persistent = false;
    }
  }

  #readLength(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left);
    this.#left -= end - at;
    if (this.#left === 0) this.#state = COMPLETE;
    this.#sink.onBody(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end));
    return end;
  }

  #readChunks(bytes: Buffer, at: number): number {
    const chunks = this.#chunks;
    const end = chunks.decode(bytes, at);
    if (chunks.done) this.#state = COMPLETE;
    if (chunks.failure !== '') this.#fail(chunks.failure);
    if (chunks.end > chunks.start) this.#sink.onBody(bytes.subarray(chunks.start, chunks.end));
    return end;
  }

  #fail(failure: string): void {
    this.failure = failure;
    this.#state = FAILED;
  }
}
