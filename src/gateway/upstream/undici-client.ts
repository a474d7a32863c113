import { type Dispatcher, errors, Pool } from 'undici';
import { limits } from '../../spec/limits.ts';
import {
  type UpstreamClient,
  type UpstreamExchange,
  type UpstreamHandler,
  type UpstreamRequest,
  wholeBody,
} from '../../spec/upstream.ts';
import { toUpstreamFailure } from './network-failure.ts';

/** Longest time a connection attempt may take at all; a policy's own, shorter limit is kept by the watch. */
const CONNECT_MILLIS = 30_000;
const KEEP_ALIVE_MILLIS = 30_000;

/**
 * Providers over the network: one undici pool per origin, HTTP/1.1 without pipelining. Nothing is retried, redirected
 * or decompressed here, and an aborted exchange takes its socket with it.
 */
export function undiciClient(): UpstreamClient {
  const pools = new Map<string, Pool>();
  let closed = false;

  const poolOf = (origin: string): Pool => {
    if (closed) throw new errors.ClientClosedError();
    let pool = pools.get(origin);
    if (pool === undefined) {
      pool = new Pool(origin, {
        pipelining: 1,
        connections: null,
        allowH2: false,
        maxHeaderSize: limits.upstreamHeaderBytes,
        // The watch keeps first-token, idle and total limits for all calls with one timer.
        headersTimeout: 0,
        bodyTimeout: 0,
        keepAliveTimeout: KEEP_ALIVE_MILLIS,
        connect: { timeout: CONNECT_MILLIS },
      });
      pools.set(origin, pool);
    }
    return pool;
  };

  return {
    send(request, handler) {
      const exchange = new Exchange(handler);
      try {
        poolOf(request.origin).dispatch(dispatchOptions(request), exchange);
      } catch (error) {
        exchange.onResponseError(null, error instanceof Error ? error : new Error(String(error)));
      }
      exchange.held = true;
      return exchange;
    },
    async close() {
      closed = true;
      await Promise.all([...pools.values()].map(pool => pool.destroy()));
      pools.clear();
    },
  };
}

const dispatchOptions = (request: UpstreamRequest): Dispatcher.DispatchOptions => ({
  path: request.path,
  method: request.method,
  headers: request.headers as string[],
  body: wholeBody(request.body),
});

type Controller = Dispatcher.DispatchController;

class Exchange implements UpstreamExchange, Dispatcher.DispatchHandler {
  /** The caller has it. undici tells some refusals at once, while it is being sent. */
  held = false;
  readonly sent = false;
  readonly #handler: UpstreamHandler;
  #controller: Controller | null = null;
  #over = false;

  constructor(handler: UpstreamHandler) {
    this.#handler = handler;
  }

  abort(): void {
    if (this.#over) return;
    this.#over = true;
    this.#controller?.abort(new Error('aborted'));
  }

  pause(): void {
    this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#over) controller.abort(new Error('aborted'));
    else this.#handler.onSent?.();
  }

  onRequestUpgrade(controller: Controller): void {
    controller.abort(new Error('upgrade refused'));
  }

  onResponseStart(
    _controller: Controller,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (!this.#over && status >= 200) this.#handler.onHeaders(status, headers);
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    if (!this.#over) this.#handler.onData(chunk);
  }

  onResponseEnd(): void {
    if (this.#over) return;
    this.#over = true;
    this.#handler.onEnd();
  }

  onResponseError(controller: Controller | null, error: Error): void {
    if (this.#over) return;
    if (!this.held) return process.nextTick(() => this.onResponseError(controller, error));
    this.#over = true;
    this.#handler.onError(toUpstreamFailure(error));
  }
}
