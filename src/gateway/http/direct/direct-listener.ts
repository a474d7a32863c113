import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { ClientTimes } from '../../../spec/limits.ts';
import type { Exchange } from '../exchange.ts';
import { type ConnectionHost, DirectConnection } from './direct-connection.ts';

export interface DirectListenerOptions {
  /** By exact request target: who serves POST there. */
  readonly routes: ReadonlyMap<string, (exchange: Exchange) => void>;
  /** Who serves POST at a target that is none of those; undefined where it is left to the server. */
  readonly otherRoute?: (target: string) => ((exchange: Exchange) => void) | undefined;
  readonly times: ClientTimes;
  /** Answers 408 on a connection that took too long, and closes it. */
  readonly refuseLate: (socket: Socket) => void;
}

/**
 * Serves ordinary calls straight from the socket, at less than half of what Node's HTTP server costs; everything else
 * on the same port stays with that server, its strict parser and its limits. It takes the place of the server's own
 * connection listener, which gets each connection at its first request that is not ordinary, before any of its bytes
 * was acted upon.
 */
export class DirectListener implements ConnectionHost {
  readonly keepAliveSeconds: number;
  closing = false;
  readonly #server: Server;
  readonly #options: DirectListenerOptions;
  readonly #connections = new Set<DirectConnection>();
  readonly #byNode: ((socket: Socket) => void)[];
  readonly #sweeping: NodeJS.Timeout;

  constructor(server: Server, options: DirectListenerOptions) {
    this.#server = server;
    this.#options = options;
    this.keepAliveSeconds = Math.floor(options.times.keepAlive / 1000);
    this.#byNode = server.listeners('connection') as ((socket: Socket) => void)[];
    server.removeAllListeners('connection');
    server.on('connection', (socket: Socket) => {
      this.#connections.add(new DirectConnection(socket, this));
    });
    this.#sweeping = setInterval(() => this.#sweep(performance.now()), options.times.check).unref();
  }

  route(target: string): ((exchange: Exchange) => void) | undefined {
    return this.#options.routes.get(target) ?? this.#options.otherRoute?.(target);
  }

  handOver(socket: Socket, bytes: Buffer): void {
    for (const listener of this.#byNode) listener.call(this.#server, socket);
    socket.resume();
    socket.emit('data', bytes);
  }

  left(connection: DirectConnection): void {
    this.#connections.delete(connection);
  }

  /** Keeps no connection beyond its next answer. */
  retire(): void {
    this.closing = true;
  }

  /** Connections that are served here. */
  get open(): number {
    return this.#connections.size;
  }

  /** Closes connections on which nothing has happened for so long. */
  closeIdle(millis: number): void {
    const now = performance.now();
    for (const connection of this.#connections) {
      if (connection.idle && now - connection.sinceMillis >= millis) connection.socket.destroy();
    }
  }

  closeAll(): void {
    clearInterval(this.#sweeping);
    for (const { socket } of this.#connections) socket.destroy();
  }

  /** One timer for all: idle connections, and requests whose body does not come. */
  #sweep(now: number): void {
    const { times, refuseLate } = this.#options;
    for (const connection of this.#connections) {
      const millis = now - connection.sinceMillis;
      if (connection.receiving !== null) {
        if (millis > times.request) connection.receiving.late();
      } else if (!connection.idle) continue;
      else if (connection.used) {
        if (millis > times.keepAlive) connection.socket.destroy();
      } else if (millis > times.head) refuseLate(connection.socket);
    }
  }
}
