import type { ChatDecoder } from '../../spec/chat/chat-codec.ts';
import type { ChatPart } from '../../spec/chat/chat-stream.ts';
import { GatewayError } from '../../spec/gateway-error.ts';
import type { Usage } from '../../spec/usage.ts';
import type { StreamReader } from '../ingress/ingress.ts';
import { EventCursor } from '../sse/event-cursor.ts';
import { SseSplitter } from '../sse/sse-splitter.ts';
import { streamFailure } from '../upstream/failures.ts';
import type { ChatEncoder } from './neutral-dialect.ts';
import { contentLength } from './part-facts.ts';

const BLANK_LINE = Buffer.from('\n\n');

/**
 * Turns a provider's stream into one of the client's dialect: events to parts by the codec's decoder, parts to bytes by
 * the dialect's encoder. Bytes are handed on once per read.
 */
export class TranslatedStream implements StreamReader {
  finished = false;
  endMark: Buffer;
  contentSeen = false;
  outputBytes = 0;
  usage: Usage | null = null;
  flags = '';
  failure: GatewayError | null = null;

  readonly #splitter = new SseSplitter();
  readonly #cursor = new EventCursor();
  readonly #decoder: ChatDecoder;
  readonly #encoder: ChatEncoder;
  readonly #redact: (text: string) => string;
  #over = false;

  constructor(decoder: ChatDecoder, encoder: ChatEncoder, redact: (text: string) => string) {
    this.#decoder = decoder;
    this.#encoder = encoder;
    this.#redact = redact;
    this.endMark = encoder.endMark;
  }

  /** Bytes for the client; null when the chunk made none. Never throws: what cannot be understood is a failure. */
  push(chunk: Buffer): Buffer | null {
    if (this.#over) return null;
    return this.#guarded(() => {
      const stretch = this.#splitter.push(chunk);
      return stretch === null ? null : this.#read(stretch);
    });
  }

  end(): void {
    if (this.#over) return;
    const last = this.#guarded(() => {
      const rest = this.#splitter.end();
      const bytes = rest === null ? null : this.#read(Buffer.concat([rest, BLANK_LINE]));
      if (this.#over) return bytes;
      const { parts, complete } = this.#decoder.end();
      const more = this.#encode(parts);
      this.finished = complete && this.failure === null;
      return bytes === null ? more : more === null ? bytes : Buffer.concat([bytes, more]);
    });
    this.#over = true;
    if (this.finished && last !== null) this.endMark = Buffer.concat([last, this.endMark]);
  }

  #read(stretch: Buffer): Buffer | null {
    const cursor = this.#cursor;
    const pieces: Buffer[] = [];
    cursor.enter(stretch);
    while (!this.#over && cursor.next()) {
      if (!cursor.hasData) continue;
      const data = cursor.bytes.toString('utf8', cursor.dataStart, cursor.dataEnd);
      const bytes = this.#encode(this.#decoder.read({ type: cursor.type || 'message', data }));
      if (bytes !== null) pieces.push(bytes);
      if (this.failure === null && this.#decoder.ended) this.#complete(pieces);
    }
    return pieces.length === 0 ? null : pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  }

  /** The provider has said its last word; what the decoder still holds goes out with it. */
  #complete(pieces: Buffer[]): void {
    const bytes = this.#encode(this.#decoder.end().parts);
    if (bytes !== null) pieces.push(bytes);
    this.finished = this.failure === null;
    this.#over = true;
  }

  #encode(parts: readonly ChatPart[]): Buffer | null {
    if (parts.length === 0) return null;
    for (const part of parts) this.#note(part);
    return this.failure === null ? this.#encoder.push(parts) : null;
  }

  #note(part: ChatPart): void {
    switch (part.type) {
      case 'usage':
        this.usage = part.usage;
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

  #guarded(work: () => Buffer | null): Buffer | null {
    try {
      return work();
    } catch (error) {
      this.#fail(
        error instanceof GatewayError
          ? error
          : new GatewayError('upstream_invalid', {
              detail: error instanceof Error ? error.name : 'no event',
              cause: error,
            }),
      );
      return null;
    }
  }

  #fail(error: GatewayError): void {
    this.failure ??= error;
    this.#over = true;
  }
}
