import { connect, isIP, type OnReadOpts, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectSecurely, createSecureContext, type SecureContext } from 'node:tls';
import type { UpstreamFailure } from '../../../spec/upstream.ts';
import { Connection, type ConnectionOwner, type OpeningSocket } from './connection.ts';
import type { DirectExchange } from './exchange.ts';
import { InvalidRequest } from './request-head.ts';

export interface ConnectionTimes {
  /** Longest time a connection attempt may take at all; a policy's own, shorter limit is kept by the watch. */
  readonly connectMillis: number;
  /** How long an idle connection is kept where the server does not name a shorter time. */
  readonly keepAliveMillis: number;
}

/** The connections to one scheme, host and port. There are as many as exchanges at one time. */
export class OriginPool implements ConnectionOwner {
  /** As it stands in the `host` header. */
  readonly host: string;

  readonly #secure: boolean;
  readonly #hostname: string;
  readonly #port: number;
  readonly #times: ConnectionTimes;
  readonly #connections = new Set<Connection>();
  /** The last one used is at the end and is used first: the others may grow old and go. */
  readonly #idle: Connection[] = [];
  #context: SecureContext | undefined;
  #session: Buffer | undefined;

  constructor(origin: string, times: ConnectionTimes) {
    const url = URL.canParse(origin) ? new URL(origin) : null;
    if (url === null || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`)
      throw new InvalidRequest('the origin is not one');
    this.host = url.host;
    this.#secure = url.protocol === 'https:';
    this.#hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
    this.#port = url.port === '' ? (this.#secure ? 443 : 80) : Number(url.port);
    this.#times = times;
  }

  send(exchange: DirectExchange): void {
    const connection = this.#takeIdle();
    if (connection !== null) connection.take(exchange);
    else this.#connect(exchange);
  }

  idle(connection: Connection): void {
    this.#idle.push(connection);
  }

  gone(connection: Connection): void {
    this.#connections.delete(connection);
    const place = this.#idle.lastIndexOf(connection);
    if (place !== -1) this.#idle.splice(place, 1);
  }

  /** Drops what was idle for too long and attempts that take too long; called about once a second. */
  sweep(nowMillis: number): void {
    for (const connection of [...this.#idle]) {
      if (connection.expiresMillis <= nowMillis) connection.abandon();
      else connection.unreference();
    }
    for (const connection of [...this.#connections]) {
      const before = connection.connectBeforeMillis;
      if (before > 0 && before <= nowMillis)
        connection.end({ code: 'timeout', detail: `no connection in ${this.#times.connectMillis} ms` });
    }
  }

  /** Ends all connections at once; resolves when their sockets are closed. */
  async close(failure: UpstreamFailure): Promise<void> {
    const connections = [...this.#connections];
    const closed = connections.map(connection => connection.closed());
    for (const connection of connections) connection.end(failure);
    await Promise.all(closed);
  }

  /** A timer that is late must not keep what the server has long closed. */
  #takeIdle(): Connection | null {
    let connection = this.#idle.pop();
    if (connection === undefined) return null;
    const now = performance.now();
    while (connection !== undefined && connection.expiresMillis <= now) {
      connection.abandon();
      connection = this.#idle.pop();
    }
    return connection ?? null;
  }

  #connect(exchange: DirectExchange): void {
    const connection = new Connection(this, exchange, this.#open, {
      connectBeforeMillis: performance.now() + this.#times.connectMillis,
      keepAliveMillis: this.#times.keepAliveMillis,
    });
    this.#connections.add(connection);
  }

  readonly #open = (onread: OnReadOpts): OpeningSocket => {
    const where = { host: this.#hostname, port: this.#port, onread };
    if (this.#secure) return { socket: this.#secureSocket(where), readyEvent: 'secureConnect' };
    return { socket: connect(where), readyEvent: 'connect' };
  };

  #secureSocket(where: ConnectionOptions): Socket {
    this.#context ??= createSecureContext();
    const socket = connectSecurely({
      ...where,
      secureContext: this.#context,
      ALPNProtocols: ['http/1.1'],
      ...(isIP(this.#hostname) === 0 ? { servername: this.#hostname } : {}),
      ...(this.#session === undefined ? {} : { session: this.#session }),
    });
    socket.on('session', session => {
      this.#session = session;
    });
    return socket;
  }
}
