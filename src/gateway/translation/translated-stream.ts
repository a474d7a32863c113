import type { ChatDecoder } from '../../spec/chat/chat-codec.ts';
import type { ChatPart } from '../../spec/chat/chat-stream.ts';
import { GatewayError } from '../../spec/gateway-error.ts';
import type { Usage } from '../../spec/usage.ts';
import type { StreamReader } from '../ingress/ingress.ts';
import { streamFailure } from '../upstream/failures.ts';
import type { EventReader } from './event-reader.ts';
import type { ChatEncoder } from './neutral-dialect.ts';
import { contentLength } from './part-facts.ts';

/**
 * Turns a provider's stream into one of the client's dialect: bytes to events by its framing, events to parts by the
 * codec's decoder, parts to bytes by the dialect's encoder. Bytes are handed on once per read.
 */
export class TranslatedStream implements StreamReader {
  finished = false;
  contentSeen = false;
  outputBytes = 0;
  usage: Usage | null = null;
  flags = '';
  failure: GatewayError | null = null;

  readonly #events: EventReader;
  readonly #decoder: ChatDecoder;
  readonly #encoder: ChatEncoder;
  readonly #redact: (text: string) => string;
  /** What the connection's end has left to say. */
  #late: Buffer | null = null;
  #over = false;

  constructor(events: EventReader, decoder: ChatDecoder, encoder: ChatEncoder, redact: (text: string) => string) {
    this.#events = events;
    this.#decoder = decoder;
    this.#encoder = encoder;
    this.#redact = redact;
  }

  get endMark(): Buffer {
    const { endMark } = this.#encoder;
    return this.#late === null ? endMark : Buffer.concat([this.#late, endMark]);
  }

  /** Bytes for the client; null when the chunk made none. Never throws: what cannot be understood is a failure. */
  push(chunk: Buffer): Buffer | null {
    if (this.#over) return null;
    try {
      this.#events.push(chunk);
      return this.#read();
    } catch (error) {
      return this.#broken(error);
    }
  }

  brokenEnd(error: GatewayError, requestId: string): Buffer | null {
    return this.#encoder.broken?.(error, requestId) ?? null;
  }

  end(): void {
    if (this.#over) return;
    const last = this.#last();
    this.#over = true;
    if (this.finished) this.#late = last;
  }

  /** What is left of the stream, and what the decoder still holds. */
  #last(): Buffer | null {
    try {
      this.#events.end();
      const bytes = this.#read();
      if (this.#over) return bytes;
      const { parts, complete } = this.#decoder.end();
      const all = joined(bytes, this.#encode(parts));
      this.finished = complete && this.failure === null;
      return all;
    } catch (error) {
      return this.#broken(error);
    }
  }

  /** What was understood before something that cannot be understood is still the client's. */
  #read(): Buffer | null {
    const pieces: Buffer[] = [];
    try {
      this.#readInto(pieces);
    } catch (error) {
      this.#broken(error);
    }
    return whole(pieces);
  }

  #readInto(pieces: Buffer[]): void {
    const add = (bytes: Buffer | null) => void (bytes !== null && pieces.push(bytes));
    while (!this.#over) {
      const event = this.#events.next();
      if (event === null) return;
      add(this.#encode(this.#decoder.read(event)));
      if (this.failure === null && this.#decoder.ended) add(this.#rest());
    }
  }

  /** The provider has said its last word; what the decoder still holds goes out with it. */
  #rest(): Buffer | null {
    const bytes = this.#encode(this.#decoder.end().parts);
    this.finished = this.failure === null;
    this.#over = true;
    return bytes;
  }

  #encode(parts: readonly ChatPart[]): Buffer | null {
    if (parts.length === 0) return null;
    for (const part of parts) this.#note(part);
    return this.failure === null ? this.#encoder.push(parts) : null;
  }

  #note(part: ChatPart): void {
    switch (part.type) {
      case 'usage':
        this.usage = part.billed ?? part.usage;
        this.flags = part.flags ?? '';
        break;
      case 'error':
        this.#fail(streamFailure(part.error, this.#redact));
        break;
      case 'start':
        break;
      default:
        this.contentSeen = true;
        this.outputBytes += contentLength(part);
    }
  }

  /** What cannot be understood ends the stream as a failure. */
  #broken(error: unknown): null {
    const detail = error instanceof Error ? error.name : 'no event';
    this.#fail(error instanceof GatewayError ? error : new GatewayError('upstream_invalid', { detail, cause: error }));
    return null;
  }

  #fail(error: GatewayError): void {
    this.failure ??= error;
    this.#over = true;
  }
}

/** Mostly one read brings one event. */
const whole = (pieces: readonly Buffer[]): Buffer | null =>
  pieces.length > 1 ? Buffer.concat(pieces) : (pieces[0] ?? null);

const joined = (first: Buffer | null, second: Buffer | null): Buffer | null => {
  if (first === null || second === null) return first ?? second;
  return Buffer.concat([first, second]);
};
