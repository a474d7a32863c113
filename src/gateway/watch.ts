import { GatewayError } from '../spec/gateway-error.ts';
import type { Call } from './call.ts';
import type { Exchange } from './http/exchange.ts';
import type { Attempt } from './upstream/attempt.ts';
import { openEventStream } from './upstream/reply-head.ts';

const TICK_MILLIS = 100;
/** Silence after which a stream gets a comment, so that clients and proxies do not hang up. */
const KEEP_ALIVE_MILLIS = 10_000;

/** An answer whose last bytes still wait for their reader: how many did at the last look, and since when. */
interface Draining {
  readonly exchange: Exchange;
  waiting: number;
  sinceMillis: number;
}

/**
 * One timer for all open calls: keeps their time limits and keeps silent streams alive.
 *
 * Calls stand in an array and know their place in it. A map would be made anew every few dozen calls, each old one
 * holding on to its successor, and the calls of a second would look alive to the collector.
 */
export class Watch {
  readonly #calls: Call[] = [];
  #lingering: Attempt[] = [];
  #draining: Draining[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly readerStallMillis: number;

  constructor(readerStallMillis: number) {
    this.readerStallMillis = readerStallMillis;
    this.#timer = setInterval(() => this.#tick(performance.now()), TICK_MILLIS);
    this.#timer.unref();
  }

  get open(): number {
    return this.#calls.length + this.#draining.length;
  }

  enter(call: Call): void {
    call.place = this.#calls.length;
    this.#calls.push(call);
  }

  leave(call: Call): void {
    const last = this.#calls.pop()!;
    if (last !== call) {
      this.#calls[call.place] = last;
      last.place = call.place;
    }
    const { attempt, exchange } = call;
    if (attempt !== null && !attempt.over) this.#lingering.push(attempt);
    if (exchange.delivered) return;
    this.#draining.push({ exchange, waiting: exchange.waiting, sinceMillis: performance.now() });
  }

  /** Ends every open call with this error; for the end of the grace period. */
  stopAll(error: GatewayError): void {
    for (const { attempt } of [...this.#calls]) attempt?.stop(error);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #tick(now: number): void {
    // Backwards, because a call that ends here leaves its place to the last one.
    for (let place = this.#calls.length - 1; place >= 0; place--) {
      const call = this.#calls[place];
      if (call !== undefined) this.#keepTimes(call, now);
    }
    for (const attempt of this.#lingering) attempt.tick(now);
    this.#lingering = this.#lingering.filter(attempt => !attempt.over);
    for (const draining of this.#draining) this.#deliver(draining, now);
    this.#draining = this.#draining.filter(({ exchange }) => !exchange.delivered);
  }

  #keepTimes(call: Call, now: number): void {
    this.#keepAlive(call, now);
    const { attempt } = call;
    if (attempt === null) return;
    const total = call.policy!.timeouts.totalMillis;
    if (now - call.startedMillis > total)
      attempt.stop(new GatewayError('upstream_timeout', { detail: `no end in ${total} ms` }));
    else attempt.tick(now);
  }

  /** A reader that is slow but reads is left alone; one that does not is given up. */
  #deliver(seen: Draining, now: number): void {
    const { exchange } = seen;
    if (exchange.delivered) return;
    if (exchange.waiting !== seen.waiting) {
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
    call.exchange.write(call.ingress.client.keepAlive);
    call.writtenMillis = now;
  }
}
