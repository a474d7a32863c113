import { crc32 } from 'node:zlib';
import { GatewayError } from '../../spec/gateway-error.ts';
import { limits } from '../../spec/limits.ts';
import { type FrameHeaders, readHeaders } from './frame-headers.ts';

/** One message of an AWS event stream. */
export interface Frame {
  readonly headers: FrameHeaders;
  /** A view of the bytes that came; they are the frame's own. */
  readonly payload: Buffer;
}

/** Total length, length of the headers, and the checksum of these two. */
const PRELUDE = 12;
const CHECKSUM = 4;
const SMALLEST = PRELUDE + CHECKSUM;
const HEADER_BYTES = 128 * 1024;
const EMPTY = Buffer.alloc(0);

/**
 * Cuts a byte stream of `application/vnd.amazon.eventstream` into frames, whatever the network's cuts:
 * https://smithy.io/2.0/aws/amazon-eventstream.html. Both checksums are compared, that of the prelude before anything
 * is awaited of the length it tells. The unfinished frame waits in one buffer that grows by doubling, so that its
 * arrival byte by byte costs no more than twice its size.
 */
export class FrameDecoder {
  /** What came and was not read; what waits for more bytes is a copy in a buffer with room behind it. */
  #bytes: Buffer = EMPTY;
  #at = 0;
  #store: Buffer | null = null;

  /** All frames of earlier bytes must have been asked for. */
  push(chunk: Buffer): void {
    if (this.#at === this.#bytes.length) {
      this.#bytes = chunk;
      this.#at = 0;
      this.#store = null;
    } else this.#append(chunk);
  }

  /**
   * The next frame that is complete, null when there is none. Throws `upstream_invalid`, and nothing else, for one that
   * is damaged or larger than 16 MiB, and so for ever after.
   */
  next(): Frame | null {
    const bytes = this.#bytes;
    const start = this.#at;
    if (bytes.length - start < PRELUDE) return null;
    const length = frameLength(bytes, start);
    if (bytes.length - start < length) return null;
    const frame = frameOf(bytes, start, length);
    this.#at += length;
    return frame;
  }

  /** Frames that were given away are views of the bytes before `#at`, so what is left moves to a buffer of its own. */
  #append(chunk: Buffer): void {
    const left = this.#bytes.length - this.#at;
    const size = left + chunk.length;
    if (this.#store === null || this.#at > 0 || size > this.#store.length) {
      const store = Buffer.allocUnsafe(Math.max(2 * left, size, 1024));
      this.#bytes.copy(store, 0, this.#at);
      this.#store = store;
    }
    chunk.copy(this.#store, left);
    this.#bytes = this.#store.subarray(0, size);
    this.#at = 0;
  }
}

function frameLength(bytes: Buffer, at: number): number {
  const length = bytes.readUInt32BE(at);
  const headers = bytes.readUInt32BE(at + 4);
  if (crc32(bytes.subarray(at, at + 8)) !== bytes.readUInt32BE(at + 8)) throw damaged('checksum of a prelude');
  if (length > limits.eventFrameBytes) throw damaged('length of a frame');
  if (length < SMALLEST || headers > HEADER_BYTES || headers > length - SMALLEST) throw damaged('prelude');
  return length;
}

function frameOf(bytes: Buffer, at: number, length: number): Frame {
  const end = at + length - CHECKSUM;
  if (crc32(bytes.subarray(at, end)) !== bytes.readUInt32BE(end)) throw damaged('checksum of a frame');
  const payload = at + PRELUDE + bytes.readUInt32BE(at + 4);
  const headers = readHeaders(bytes.subarray(at + PRELUDE, payload));
  if (headers === null) throw damaged('list of headers');
  return { headers, payload: bytes.subarray(payload, end) };
}

const damaged = (what: string): GatewayError =>
  new GatewayError('upstream_invalid', { detail: `an event stream with a wrong ${what}` });
