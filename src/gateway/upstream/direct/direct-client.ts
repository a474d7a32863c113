import type { UpstreamClient } from '../../../spec/upstream.ts';
import { DirectExchange, RefusedExchange } from './exchange.ts';
import { type ConnectionTimes, OriginPool } from './origin-pool.ts';
import { InvalidRequest, requestHead } from './request-head.ts';

export interface DirectClientTimes extends ConnectionTimes {
  /** How often idle connections and connection attempts are looked at. */
  readonly sweepMillis: number;
}

const TIMES: DirectClientTimes = { connectMillis: 30_000, keepAliveMillis: 30_000, sweepMillis: 1_000 };

/**
 * Providers over the network: HTTP/1.1 on our own sockets, one pool per origin, no pipelining. Nothing is retried,
 * redirected or decompressed here, an aborted exchange takes its socket with it, and an answer that leaves any doubt
 * about where it ends is refused.
 */
export function directClient(times: DirectClientTimes = TIMES): UpstreamClient {
  const pools = new Map<string, OriginPool>();
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  const poolOf = (origin: string): OriginPool => {
    let pool = pools.get(origin);
    if (pool === undefined) {
      pool = new OriginPool(origin, times);
      pools.set(origin, pool);
      timer ??= setInterval(sweep, times.sweepMillis).unref();
    }
    return pool;
  };

  const sweep = () => {
    const now = performance.now();
    for (const pool of pools.values()) pool.sweep(now);
  };

  return {
    send(request, handler) {
      if (closed) return new RefusedExchange(handler, 'aborted', 'the client is closed');
      try {
        const pool = poolOf(request.origin);
        const exchange = new DirectExchange(request, handler, requestHead(request, pool.host));
        pool.send(exchange);
        return exchange;
      } catch (error) {
        if (error instanceof InvalidRequest) return new RefusedExchange(handler, 'invalid', error.message);
        throw error;
      }
    },
    async close() {
      closed = true;
      if (timer !== null) clearInterval(timer);
      await Promise.all(
        [...pools.values()].map(pool => pool.close({ code: 'aborted', detail: 'the client was closed' })),
      );
    },
  };
}
