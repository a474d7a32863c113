import { type Dispatcher, errors, Pool } from 'undici';
import { limits } from '../../spec/limits.ts';
import type {
  UpstreamClient,
  UpstreamExchange,
  UpstreamFailure,
  UpstreamHandler,
  UpstreamRequest,
} from '../../spec/upstream.ts';

/** Longest time a connection attempt may take at all; a policy's own, shorter limit is kept by the watch. */
const CONNECT_MILLIS = 30_000;
const KEEP_ALIVE_MILLIS = 30_000;

/**
 * Providers over the network: one undici pool per origin, HTTP/1.1 without pipelining. Nothing is retried, redirected
 * or decompressed here, and an aborted exchange takes its socket with it.
 */
export function undiciClient(): UpstreamClient {
  const pools = new Map<string, Pool>();

  const poolOf = (origin: string): Pool => {
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
      return exchange;
    },
    async close() {
      await Promise.all([...pools.values()].map(pool => pool.destroy()));
      pools.clear();
    },
  };
}

const dispatchOptions = (request: UpstreamRequest): Dispatcher.DispatchOptions => ({
  path: request.path,
  method: request.method,
  headers: request.headers as string[],
  body: request.body,
});

type Controller = Dispatcher.DispatchController;

class Exchange implements UpstreamExchange, Dispatcher.DispatchHandler {
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

  onResponseError(_controller: Controller | null, error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#handler.onError(toFailure(error));
  }
}

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);
const RESET = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CLOSED', 'UND_ERR_DESTROYED']);

/** Which of our failures an undici or system error is. Anything that is not about the network is a bad answer. */
function toFailure(error: Error): UpstreamFailure {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const detail = `${code}: ${error.message}`;
  if (error instanceof errors.ConnectTimeoutError) return { code: 'timeout', detail };
  if (UNREACHABLE.has(code)) return { code: 'unreachable', detail };
  if (RESET.has(code)) return { code: 'reset', detail };
  return { code: 'invalid', detail };
}
