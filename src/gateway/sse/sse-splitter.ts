import { GatewayError } from '../../spec/gateway-error.ts';
import { limits } from '../../spec/limits.ts';
import { endsOpen, LF, lastEventEnd } from './line-ends.ts';

const EMPTY = Buffer.alloc(0);
/** A tail buffer up to this size is kept for the next event. */
const KEPT_BYTES = 64 * 1024;

/**
 * Cuts a stream of server-sent events into stretches of complete events, whatever the network's cuts. What `push`
 * answers, joined, with the rest that `end` gives, is what went in. The unfinished tail waits in one buffer that grows
 * by doubling, so neither one long event nor its arrival byte by byte costs more than twice its size.
 */
export class SseSplitter {
  #tail: Buffer = EMPTY;
  #tailBytes = 0;
  #last = -1;
  /** The tail is a complete event but for an LF that may still belong to its CR. */
  #open = false;

  /**
   * The bytes up to the end of the last complete event; null when none is complete. Throws `upstream_invalid` when an
   * event grows beyond 16 MiB.
   */
  push(chunk: Buffer): Buffer | null {
    if (chunk.length === 0) return null;
    const completed = this.#open ? Number(chunk[0] === LF) : -1;
    const end = Math.max(completed, lastEventEnd(chunk, this.#last));
    this.#open = endsOpen(chunk, this.#last);
    this.#last = chunk[chunk.length - 1]!;
    if (end < 0) {
      this.#keep(chunk);
      return null;
    }
    const head = end === chunk.length ? chunk : chunk.subarray(0, end);
    const whole = this.#tailBytes === 0 ? head : this.#join(head);
    if (end < chunk.length) this.#keep(chunk.subarray(end));
    return whole;
  }

  /** The bytes of an event that was never completed; null when there are none. */
  end(): Buffer | null {
    return this.#tailBytes === 0 ? null : this.#join(EMPTY);
  }

  #join(head: Buffer): Buffer {
    const whole = Buffer.concat([this.#tail.subarray(0, this.#tailBytes), head]);
    this.#tailBytes = 0;
    if (this.#tail.length > KEPT_BYTES) this.#tail = EMPTY;
    return whole;
  }

  #keep(bytes: Buffer): void {
    const size = this.#tailBytes + bytes.length;
    if (size > limits.sseLineBytes) throw tooLong();
    if (size > this.#tail.length) {
      const larger = Buffer.allocUnsafe(Math.max(2 * this.#tail.length, size, 1024));
      this.#tail.copy(larger, 0, 0, this.#tailBytes);
      this.#tail = larger;
    }
    bytes.copy(this.#tail, this.#tailBytes);
    this.#tailBytes = size;
  }
}

export const tooLong = (): GatewayError =>
  new GatewayError('upstream_invalid', { detail: `an event of more than ${limits.sseLineBytes} bytes` });
