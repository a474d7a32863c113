import { GatewayError } from '../../spec/gateway-error.ts';
import { StreamOutput } from '../dialects/stream-output.ts';
import type { StreamReader } from '../ingress/ingress.ts';
import { EventCursor } from '../sse/event-cursor.ts';
import { type SealId, sealEvent } from './sealed-response.ts';

/** As they stand in the few events that hold a response; `"response.…"`, a type, stands in all of them. */
const RESPONSE = Buffer.from('"response"');
const RESPONSE_ID = Buffer.from('"response_id"');

/**
 * A stream of the Responses dialect whose ids of responses go out sealed. Only the events that hold one are looked into;
 * what comes between them is passed on as it is.
 */
export class SealedStream implements StreamReader {
  readonly #stream: StreamReader;
  readonly #seal: SealId;
  readonly #output = new StreamOutput();
  readonly #cursor = new EventCursor();
  #failure: GatewayError | null = null;

  constructor(stream: StreamReader, seal: SealId) {
    this.#stream = stream;
    this.#seal = seal;
  }

  push(chunk: Buffer): Buffer | null {
    if (this.#failure !== null) return null;
    const bytes = this.#stream.push(chunk);
    return bytes === null ? null : this.#sealed(bytes);
  }

  end(): void {
    this.#stream.end();
  }

  brokenEnd(error: GatewayError, requestId: string): Buffer | null {
    const events = this.#stream.brokenEnd?.(error, requestId) ?? null;
    return events === null ? null : this.#sealed(events);
  }

  get endMark(): Buffer {
    const { endMark } = this.#stream;
    return this.#sealed(endMark) ?? endMark;
  }

  get finished() {
    return this.#failure === null && this.#stream.finished;
  }

  get contentSeen() {
    return this.#stream.contentSeen;
  }

  get outputBytes() {
    return this.#stream.outputBytes;
  }

  get usage() {
    return this.#stream.usage;
  }

  get partial() {
    return this.#stream.partial ?? null;
  }

  get flags() {
    return this.#stream.flags;
  }

  get failure() {
    return this.#failure ?? this.#stream.failure;
  }

  /** What of these whole events goes out; up to the first that cannot be understood, which ends the stream. */
  #sealed(bytes: Buffer): Buffer | null {
    if (!bytes.includes(RESPONSE) && !bytes.includes(RESPONSE_ID)) return bytes;
    const cursor = this.#cursor;
    cursor.enter(bytes);
    this.#output.begin(bytes);
    try {
      while (cursor.next()) if (cursor.hasData) this.#event(bytes);
    } catch (cause) {
      if (!(cause instanceof GatewayError)) throw cause;
      this.#failure = new GatewayError('upstream_invalid', { detail: cause.message, cause });
      return this.#output.finish(cursor.start);
    }
    return this.#output.finish(bytes.length);
  }

  #event(stretch: Buffer): void {
    const { bytes, dataStart, dataEnd, start, end, type } = this.#cursor;
    const data = bytes.subarray(dataStart, dataEnd);
    if (!data.includes(RESPONSE) && !data.includes(RESPONSE_ID)) return;
    const sealed = sealEvent(data, this.#seal);
    if (sealed === data) return;
    if (bytes === stretch) return this.#output.replace(dataStart, dataEnd, sealed);
    // Data of several lines: a raw line end inside JSON is only white space.
    const line = sealed.toString('utf8').replaceAll(/[\r\n]/g, ' ');
    const head = type === '' ? '' : `event: ${type}\n`;
    this.#output.replace(start, end, Buffer.from(`${head}data: ${line}\n\n`));
  }
}
