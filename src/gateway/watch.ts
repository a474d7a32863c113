import { GatewayError } from '../spec/gateway-error.ts';
import type { Call } from './call.ts';
import type { Exchange } from './http/exchange.ts';
import type { Attempt } from './upstream/attempt.ts';
import { openEventStream } from './upstream/reply-head.ts';

const TICK_MILLIS = 100;
/** Silence after which a stream gets a comment, so that clients and proxies do not hang up. */
const KEEP_ALIVE_MILLIS = 10_000;

/** One timer for all open calls: keeps their time limits and keeps silent streams alive. */
export class Watch {
  readonly #calls = new Map<Call, Attempt | null>();
  readonly #lingering = new Set<Attempt>();
  /** Answers whose last bytes still wait for their readers: how many did at the last look, and since when. */
  readonly #draining = new Map<Exchange, { waiting: number; sinceMillis: number }>();
  readonly #timer: NodeJS.Timeout;
  readonly readerStallMillis: number;

  constructor(readerStallMillis: number) {
    this.readerStallMillis = readerStallMillis;
    this.#timer = setInterval(() => this.#tick(performance.now()), TICK_MILLIS);
    this.#timer.unref();
  }

  get open(): number {
    return this.#calls.size + this.#draining.size;
  }

  enter(call: Call): void {
    this.#calls.set(call, null);
  }

  attempt(call: Call, attempt: Attempt): void {
    this.#calls.set(call, attempt);
  }

  leave(call: Call): void {
    const attempt = this.#calls.get(call);
    this.#calls.delete(call);
    if (attempt != null && !attempt.over) this.#lingering.add(attempt);
    const { exchange } = call;
    if (exchange.delivered) return;
    this.#draining.set(exchange, { waiting: exchange.waiting, sinceMillis: performance.now() });
  }

  /** Ends every open call with this error; for the end of the grace period. */
  stopAll(error: GatewayError): void {
    for (const attempt of this.#calls.values()) attempt?.stop(error);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #tick(now: number): void {
    for (const [call, attempt] of this.#calls) {
      this.#keepAlive(call, now);
      if (attempt === null) continue;
      const total = call.policy!.timeouts.totalMillis;
      if (now - call.startedMillis > total)
        attempt.stop(new GatewayError('upstream_timeout', { detail: `no end in ${total} ms` }));
      else attempt.tick(now);
    }
    for (const attempt of this.#lingering) {
      attempt.tick(now);
      if (attempt.over) this.#lingering.delete(attempt);
    }
    for (const [exchange, seen] of this.#draining) this.#deliver(exchange, seen, now);
  }

  /** A reader that is slow but reads is left alone; one that does not is given up. */
  #deliver(exchange: Exchange, seen: { waiting: number; sinceMillis: number }, now: number): void {
    if (exchange.delivered) {
      this.#draining.delete(exchange);
    } else if (exchange.waiting !== seen.waiting) {
      seen.waiting = exchange.waiting;
      seen.sinceMillis = now;
    } else if (now - seen.sinceMillis > this.readerStallMillis) exchange.destroy();
  }

  #keepAlive(call: Call, now: number): void {
    if (!call.parsed?.stream || call.policy === null || call.gone || call.exchange.ended) return;
    if (now - Math.max(call.startedMillis, call.writtenMillis) < KEEP_ALIVE_MILLIS) return;
    // A reader that does not read needs no sign of life, and its backlog must not grow.
    if (call.exchange.backedUp) return;
    openEventStream(call, { target: null, upstreamRequestId: null });
    call.exchange.write(call.ingress.keepAlive);
    call.writtenMillis = now;
  }
}
