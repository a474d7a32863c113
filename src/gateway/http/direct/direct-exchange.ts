import { GatewayError } from '../../../spec/gateway-error.ts';
import type { BodyMemory, BodyRead, Exchange, ExchangeOwner } from '../exchange.ts';
import { BodyCollector } from '../read-body.ts';
import { type AnswerHead, chunkOf, streamHead, wholeAnswer } from './answer-bytes.ts';
import type { DirectConnection } from './direct-connection.ts';
import type { RequestHead } from './request-head.ts';

/** An exchange on the direct listener. Its body is framed by `content-length`; chunked ones are Node's. */
export class DirectExchange implements Exchange {
  owner: ExchangeOwner | null = null;
  status = 0;
  ended = false;
  readonly method = 'POST';
  readonly rawHeaders: readonly string[];
  readonly #connection: DirectConnection;
  /** Bytes of the body that have not come yet. */
  #missing: number;
  /** What came of the body with its head; null once somebody asked for it. Who asks, asks before the next read. */
  #early: Buffer | null;
  readonly #earlyOwn: boolean;
  #collector: BodyCollector | null = null;
  /** Head of a streamed answer that has not left yet. */
  #head = '';
  #close = false;
  #gone = false;

  /** `own`: no other view of the memory of `early` is left. */
  constructor(connection: DirectConnection, head: RequestHead, early: Buffer, own: boolean) {
    this.#connection = connection;
    this.rawHeaders = head.headers;
    this.#early = early;
    this.#earlyOwn = own;
    this.#missing = head.contentLength - early.length;
  }

  get socket(): Exchange['socket'] {
    return this.#connection.socket;
  }

  header(name: string): string | undefined {
    const { rawHeaders } = this;
    let value: string | undefined;
    for (let index = 0; index < rawHeaders.length; index += 2) {
      if (rawHeaders[index] !== name) continue;
      value = value === undefined ? rawHeaders[index + 1]! : `${value}, ${rawHeaders[index + 1]!}`;
    }
    return value;
  }

  readBody(memory: BodyMemory, then: BodyRead): void {
    const collector = new BodyCollector(memory, then);
    const early = this.#early!;
    this.#early = null;
    if (early.length > 0 && !collector.add(early, this.#earlyOwn)) return;
    if (this.#missing === 0) collector.end();
    else if (this.#gone) collector.fail(new GatewayError('client_gone'));
    else this.#collector = collector;
  }

  /** Bytes of the body that are still to come. */
  get missing(): number {
    return this.#missing;
  }

  /** The next bytes of the body, never more than are missing. */
  take(chunk: Buffer, own: boolean): void {
    this.#missing -= chunk.length;
    if (this.#collector?.add(chunk, own) && this.#missing === 0) this.#collector.end();
  }

  /** The body took too long. */
  late(): void {
    this.#collector?.fail(new GatewayError('request_timeout'));
    if (!this.ended) this.destroy();
  }

  /** The connection is gone. */
  lost(): void {
    if (this.#gone) return;
    this.#gone = true;
    if (this.ended && this.#connection.socket.writableLength === 0) return;
    // Told first, so that the end of the body is not taken for something to answer.
    this.owner?.clientGone();
    this.#collector?.fail(new GatewayError('client_gone'));
  }

  get backedUp(): boolean {
    return this.#connection.socket.writableNeedDrain;
  }

  get waiting(): number {
    return this.#connection.socket.writableLength;
  }

  get delivered(): boolean {
    return this.#gone || (this.ended && (this.waiting === 0 || !this.#connection.serves(this)));
  }

  answer(status: number, lines: string, body: Buffer): void {
    if (this.ended || this.#gone) return;
    this.#connection.write(wholeAnswer(this.#answerHead(status, lines), body));
    this.#over();
  }

  open(status: number, lines: string): void {
    this.#head = streamHead(this.#answerHead(status, lines));
  }

  write(bytes: Buffer): boolean {
    if (this.ended || this.#gone) return true;
    const head = this.#head;
    this.#head = '';
    return this.#connection.write(chunkOf(head, bytes, false));
  }

  end(bytes: Buffer): void {
    if (this.ended || this.#gone) return;
    this.#connection.write(chunkOf(this.#head, bytes, true));
    this.#over();
  }

  destroy(): void {
    this.#connection.socket.destroy();
  }

  #answerHead(status: number, lines: string): AnswerHead {
    this.status = status;
    // A body that nobody asked for, or its rest, would be taken for the next request.
    this.#close = this.#unread || this.#connection.closing;
    return { status, lines, keepAliveSeconds: this.#connection.keepAliveSeconds, close: this.#close };
  }

  get #unread(): boolean {
    return this.#missing > 0 || (this.#early !== null && this.#early.length > 0);
  }

  #over(): void {
    this.ended = true;
    this.#connection.answered(this.#close, this.#unread);
  }
}
