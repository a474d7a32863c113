import type { Socket } from 'node:net';
import { isAllOfItsMemory } from '../../body/give-back.ts';
import { DirectExchange } from './direct-exchange.ts';
import { readHead } from './request-head.ts';

const END_OF_HEAD = Buffer.from('\r\n\r\n');
/** What a client may send ahead while its call runs; then it has to wait. */
const AHEAD_BYTES = 64 * 1024;
/** How long a client may go on sending what nobody reads, so that the answer reaches it before the connection ends. */
const LINGER_MILLIS = 1_000;

/** What a connection asks of its listener. */
export interface ConnectionHost {
  readonly keepAliveSeconds: number;
  /** No connection is to be kept any more. */
  readonly closing: boolean;
  /** Who serves this target; undefined when that is not the direct listener's business. */
  route(target: string): ((exchange: DirectExchange) => void) | undefined;
  /** Takes the connection over for good, beginning with these bytes. */
  handOver(socket: Socket, bytes: Buffer): void;
  left(connection: DirectConnection): void;
}

/**
 * One client connection, read here as long as every request on it is perfectly ordinary: its head whole in the first
 * read, a POST to a route of ours, its body framed by `content-length`. The first request that is not goes to Node's
 * parser with all its bytes, and so does everything behind it.
 */
export class DirectConnection {
  readonly socket: Socket;
  /** When it last became idle or its request began, by `performance.now()`. */
  sinceMillis = performance.now();
  /** It has had a request. */
  used = false;
  readonly #host: ConnectionHost;
  #exchange: DirectExchange | null = null;
  /** Bytes that came ahead of their time. */
  #ahead: Buffer | null = null;

  constructor(socket: Socket, host: ConnectionHost) {
    this.socket = socket;
    this.#host = host;
    socket.on('data', this.#onData);
    socket.on('drain', this.#onDrain);
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onClose);
    socket.on('error', this.#onError);
  }

  get keepAliveSeconds(): number {
    return this.#host.keepAliveSeconds;
  }

  get closing(): boolean {
    return this.#host.closing;
  }

  /** Nothing is being received, answered or delivered. */
  get idle(): boolean {
    return (this.#exchange === null || this.#exchange.ended) && this.socket.writableLength === 0;
  }

  /** The body of its request has not come whole yet. */
  get receiving(): DirectExchange | null {
    return this.#exchange !== null && this.#exchange.missing > 0 ? this.#exchange : null;
  }

  serves(exchange: DirectExchange): boolean {
    return this.#exchange === exchange;
  }

  /** One system call, whatever the number of buffers. False when the client does not keep up. */
  write(buffers: readonly Buffer[]): boolean {
    const { socket } = this;
    if (buffers.length === 1) return socket.write(buffers[0]!);
    socket.cork();
    let kept = true;
    for (const buffer of buffers) kept = socket.write(buffer);
    socket.uncork();
    return kept;
  }

  /** The exchange has its whole answer. `unread`: of its body there is something left that nobody wants. */
  answered(close: boolean, unread: boolean): void {
    this.sinceMillis = performance.now();
    if (unread) this.#linger();
    else if (close) {
      this.#stopReading();
      this.socket.destroySoon();
    } else if (this.#ahead !== null) setImmediate(this.#goOn);
  }

  readonly #onData = (chunk: Buffer): void => {
    const exchange = this.#exchange;
    if (exchange !== null && exchange.missing > 0) {
      const { missing } = exchange;
      if (chunk.length <= missing) return exchange.take(chunk, isAllOfItsMemory(chunk));
      this.#keep(chunk.subarray(missing));
      exchange.take(chunk.subarray(0, missing), false);
    } else if (this.#free && this.#ahead === null) this.#read(chunk);
    else this.#keep(chunk);
  };

  /** The next request may be read: the last one is answered and its reader keeps up. */
  get #free(): boolean {
    return (this.#exchange === null || this.#exchange.ended) && !this.socket.writableNeedDrain;
  }

  #keep(bytes: Buffer): void {
    this.#ahead = this.#ahead === null ? bytes : Buffer.concat([this.#ahead, bytes]);
    if (this.#ahead.length > AHEAD_BYTES) this.socket.pause();
  }

  readonly #goOn = (): void => {
    const bytes = this.#ahead;
    if (bytes === null || !this.#free || this.socket.destroyed) return;
    this.#ahead = null;
    this.socket.resume();
    this.#read(bytes);
  };

  #read(bytes: Buffer): void {
    const end = bytes.indexOf(END_OF_HEAD);
    const head = end < 0 ? null : readHead(bytes.toString('latin1', 0, end + 2));
    const route = head === null ? undefined : this.#host.route(head.target);
    if (head === null || route === undefined) return this.#handOver(bytes);
    const start = end + END_OF_HEAD.length;
    const bodyEnd = start + head.contentLength;
    const whole = bytes.length <= bodyEnd;
    if (!whole) this.#keep(bytes.subarray(bodyEnd));
    this.used = true;
    this.sinceMillis = performance.now();
    const early = bytes.subarray(start, whole ? bytes.length : bodyEnd);
    const exchange = new DirectExchange(this, head, early, whole && isAllOfItsMemory(bytes));
    this.#exchange = exchange;
    route(exchange);
  }

  #handOver(bytes: Buffer): void {
    const { socket } = this;
    this.#stopReading();
    socket.off('drain', this.#onDrain);
    socket.off('end', this.#onEnd);
    socket.off('close', this.#onClose);
    socket.off('error', this.#onError);
    this.#host.left(this);
    this.#host.handOver(socket, bytes);
  }

  #stopReading(): void {
    this.#ahead = null;
    this.socket.off('data', this.#onData);
  }

  /** A socket that is closed with bytes unread resets its other side, which then may never see the answer. */
  #linger(): void {
    const { socket } = this;
    this.#stopReading();
    socket.on('data', discard);
    socket.resume();
    socket.end();
    const timer = setTimeout(() => socket.destroy(), LINGER_MILLIS).unref();
    socket.once('close', () => clearTimeout(timer));
  }

  readonly #onDrain = (): void => {
    const exchange = this.#exchange;
    if (exchange !== null && !exchange.ended) exchange.owner?.clientReady();
    else this.#goOn();
  };

  /** Like Node's server, takes a client that closed its side for one that left. */
  readonly #onEnd = (): void => {
    const exchange = this.#exchange;
    if (exchange === null || exchange.ended) return this.socket.destroySoon();
    exchange.lost();
    this.socket.destroy();
  };

  readonly #onClose = (): void => {
    this.#exchange?.lost();
    this.#host.left(this);
  };

  /** `close` follows and says all that matters: the connection is gone. */
  readonly #onError = (): void => {
    this.socket.destroy();
  };
}

const discard = (): void => undefined;
