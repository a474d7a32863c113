import type { OnReadOpts, Socket } from 'node:net';
import { limits } from '../../../spec/limits.ts';
import type { UpstreamFailure } from '../../../spec/upstream.ts';
import { toUpstreamFailure } from '../network-failure.ts';
import type { DirectExchange } from './exchange.ts';
import type { ReplyHeaders } from './reply-head.ts';
import { ReplyParser, type ReplySink } from './reply-parser.ts';
import { sharedRead } from './shared-read.ts';
import { writeRequest } from './write-request.ts';

/** A server's keep-alive time is cut by this, so that its end does not cross a request on the way. */
const KEEP_ALIVE_MARGIN_SECONDS = 1;
/** An answer may be thought over for minutes; routers on the way forget connections that are silent for long. */
const PROBE_AFTER_MILLIS = 60_000;

/** A socket that has begun to connect, and the event by which it says that it may be written to. */
export interface OpeningSocket {
  readonly socket: Socket;
  readonly readyEvent: 'connect' | 'secureConnect';
}

/** What a connection tells its pool. */
export interface ConnectionOwner {
  /** It has finished an exchange cleanly and waits for another, at most until `expiresMillis`. */
  idle(connection: Connection): void;
  gone(connection: Connection): void;
}

/**
 * One socket and the exchange on it. It serves one exchange at a time, and another only after an answer that was
 * complete, said nothing of closing and had nothing behind it.
 */
export class Connection implements ReplySink {
  /** When a connection attempt is given up, as `performance.now()`; 0 when there is none. */
  connectBeforeMillis: number;
  /** Idle until then, as `performance.now()`. */
  expiresMillis = 0;

  readonly #owner: ConnectionOwner;
  readonly #socket: Socket;
  readonly #keepAliveMillis: number;
  readonly #parser = new ReplyParser(this, limits.upstreamHeaderBytes);
  #exchange: DirectExchange | null;
  #exchanges = 0;
  #connected = false;
  #paused = false;
  #referenced = true;
  #over = false;

  /** Begins to connect with the first exchange already on board. */
  constructor(
    owner: ConnectionOwner,
    first: DirectExchange,
    open: (onread: OnReadOpts) => OpeningSocket,
    times: { readonly connectBeforeMillis: number; readonly keepAliveMillis: number },
  ) {
    this.#owner = owner;
    this.#exchange = first;
    this.#keepAliveMillis = times.keepAliveMillis;
    this.connectBeforeMillis = times.connectBeforeMillis;
    first.connection = this;
    const { socket, readyEvent } = open(sharedRead(chunk => this.#read(chunk)));
    this.#socket = socket;
    socket.on(readyEvent, () => this.#ready());
    socket.on('end', () => this.#ended());
    socket.on('error', error => this.#broken(error));
    socket.on('close', () => this.end({ code: 'reset', detail: 'the connection was closed' }));
  }

  /** Sends a request over a connection that is idle. */
  take(exchange: DirectExchange): void {
    this.#exchange = exchange;
    exchange.connection = this;
    this.#parser.reset();
    if (!this.#referenced) {
      this.#referenced = true;
      this.#socket.ref();
    }
    this.#send(exchange);
  }

  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#socket.resume();
  }

  /** Nothing of what it was given waits in this process. */
  get sent(): boolean {
    return this.#connected && this.#socket.writableLength === 0;
  }

  /** Lets the process end although the connection is still there. */
  unreference(): void {
    if (!this.#referenced) return;
    this.#referenced = false;
    this.#socket.unref();
  }

  /** Ends the connection; the handler of a running exchange hears why. */
  end(failure: UpstreamFailure): void {
    const exchange = this.#exchange;
    this.abandon();
    exchange?.handler.onError(failure);
  }

  /** Ends the connection; the handler of a running exchange hears nothing more. */
  abandon(): void {
    if (this.#exchange !== null) {
      this.#exchange.connection = null;
      this.#exchange = null;
    }
    if (this.#over) return;
    this.#over = true;
    this.#parser.stop();
    this.#owner.gone(this);
    this.#socket.destroy();
  }

  /** Resolves when the socket is closed. */
  closed(): Promise<void> {
    const socket = this.#socket;
    return new Promise(resolve => (socket.closed ? resolve() : socket.once('close', () => resolve())));
  }

  onHead(status: number, headers: ReplyHeaders): void {
    this.#exchange!.handler.onHeaders(status, headers);
  }

  onBody(chunk: Buffer): void {
    this.#exchange!.handler.onData(chunk);
  }

  #ready(): void {
    if (this.#over) return;
    this.connectBeforeMillis = 0;
    this.#connected = true;
    this.#socket.setNoDelay(true);
    this.#socket.setKeepAlive(true, PROBE_AFTER_MILLIS);
    this.#send(this.#exchange!);
  }

  #send(exchange: DirectExchange): void {
    this.#exchanges++;
    try {
      writeRequest(this.#socket, exchange.head, exchange.request);
      exchange.handler.onSent?.();
    } catch (error) {
      // Not before the caller holds the exchange.
      process.nextTick(() => this.end(mistake(error)));
    }
  }

  #read(chunk: Buffer): void {
    const exchange = this.#exchange;
    // Nobody asked: whatever it is, the next caller must not take it for an answer.
    if (exchange === null || !this.#connected) return this.abandon();
    const parser = this.#parser;
    let used: number;
    try {
      used = parser.feed(chunk);
    } catch (error) {
      return this.end(mistake(error));
    }
    // The handler may have aborted.
    if (this.#exchange !== exchange) return;
    if (parser.failure !== '') this.end({ code: 'invalid', detail: parser.failure });
    else if (parser.complete) this.#finish(exchange, used === chunk.length);
  }

  /** Before the handler hears the end, so that what it sends next can go over this connection. */
  #finish(exchange: DirectExchange, clean: boolean): void {
    const now = performance.now();
    const keepAliveMillis = clean && this.#parser.persistent ? this.#idleMillis() : 0;
    // A server that answers before it has read all of the request may take the rest for the next one.
    if (keepAliveMillis > 0 && this.#socket.writableLength === 0) {
      this.#exchange = null;
      exchange.connection = null;
      this.expiresMillis = now + keepAliveMillis;
      if (this.#paused) this.resume();
      this.#owner.idle(this);
    } else this.abandon();
    exchange.handler.onEnd();
  }

  #idleMillis(): number {
    const seconds = this.#parser.keepAliveSeconds;
    if (seconds < 0) return this.#keepAliveMillis;
    return Math.min(this.#keepAliveMillis, (seconds - KEEP_ALIVE_MARGIN_SECONDS) * 1_000);
  }

  /** The other side sends nothing more. */
  #ended(): void {
    const exchange = this.#exchange;
    if (exchange === null || !this.#connected) return this.end({ code: 'reset', detail: 'closed while connecting' });
    this.#parser.finish();
    if (this.#parser.complete) return this.#finish(exchange, false);
    this.end({ code: 'reset', detail: this.#cut() });
  }

  #cut(): string {
    if (!this.#parser.untouched) return 'the connection ended before its answer was complete';
    return this.#exchanges > 1 ? 'a kept connection ended before an answer' : 'the connection ended before an answer';
  }

  #broken(error: Error): void {
    const failure = toUpstreamFailure(error);
    // A connection that was there and is no more may have carried the request.
    const code = this.#connected && failure.code === 'unreachable' ? 'reset' : failure.code;
    this.end({ code, detail: `${failure.detail} (${this.#connected ? this.#cut() : 'while connecting'})` });
  }
}

/** A handler that throws has ended its exchange, and nothing but its exchange. */
const mistake = (error: unknown): UpstreamFailure => ({
  code: 'invalid',
  detail: `the handler threw: ${String(error)}`,
});
