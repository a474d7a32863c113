import type { ServerEvent } from '../../spec/chat/chat-codec.ts';
import { GatewayError } from '../../spec/gateway-error.ts';
import { limits } from '../../spec/limits.ts';
import type { EventReader } from '../translation/event-reader.ts';

const LF = 0x0a;
const EMPTY = Buffer.alloc(0);
const LINE_END = Buffer.from('\n');
/** A tail buffer up to this size is kept for the next line. */
const KEPT_BYTES = 64 * 1024;

/**
 * The lines of an `application/x-ndjson` stream that hold something, each one an event without a type. The unfinished
 * tail waits in one buffer that grows by doubling, so a line that comes byte by byte costs no more than twice its size.
 */
export class LineEvents implements EventReader {
  #chunk: Buffer = EMPTY;
  #at = 0;
  #tail: Buffer = EMPTY;
  #tailBytes = 0;

  push(chunk: Buffer): void {
    this.#chunk = chunk;
    this.#at = 0;
  }

  /** The last line may lack its end. */
  end(): void {
    this.push(LINE_END);
  }

  /** Throws `upstream_invalid` when a line grows beyond 16 MiB. */
  next(): ServerEvent | null {
    while (this.#at < this.#chunk.length) {
      const end = this.#chunk.indexOf(LF, this.#at);
      const piece = this.#chunk.subarray(this.#at, end < 0 ? undefined : end);
      this.#at += piece.length + 1;
      if (this.#tailBytes + piece.length > limits.ndjsonLineBytes) throw tooLong();
      if (end < 0) this.#keep(piece);
      else {
        const data = this.#line(piece).trim();
        if (data !== '') return { type: 'message', data };
      }
    }
    return null;
  }

  #line(piece: Buffer): string {
    if (this.#tailBytes === 0) return piece.toString('utf8');
    this.#keep(piece);
    const line = this.#tail.toString('utf8', 0, this.#tailBytes);
    this.#tailBytes = 0;
    if (this.#tail.length > KEPT_BYTES) this.#tail = EMPTY;
    return line;
  }

  #keep(bytes: Buffer): void {
    const size = this.#tailBytes + bytes.length;
    if (size > this.#tail.length) {
      const larger = Buffer.allocUnsafe(Math.max(2 * this.#tail.length, size, 1024));
      this.#tail.copy(larger, 0, 0, this.#tailBytes);
      this.#tail = larger;
    }
    bytes.copy(this.#tail, this.#tailBytes);
    this.#tailBytes = size;
  }
}

const tooLong = (): GatewayError =>
  new GatewayError('upstream_invalid', { detail: `a line of more than ${limits.ndjsonLineBytes} bytes` });
