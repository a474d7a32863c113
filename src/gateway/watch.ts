import type { ServerResponse } from 'node:http';
import { GatewayError } from '../spec/gateway-error.ts';
import { limits } from '../spec/limits.ts';
import type { Call } from './call.ts';
import type { Attempt } from './upstream/attempt.ts';
import { openEventStream } from './upstream/reply-head.ts';

const TICK_MILLIS = 100;
/** Silence after which a stream gets a comment, so that clients and proxies do not hang up. */
const KEEP_ALIVE_MILLIS = 10_000;

/** One timer for all open calls: keeps their time limits and keeps silent streams alive. */
export class Watch {
  readonly #calls = new Map<Call, Attempt | null>();
  readonly #lingering = new Set<Attempt>();
  /** Answers whose last bytes still wait for their readers. */
  readonly #draining = new Set<ServerResponse>();
  readonly #timer: NodeJS.Timeout;

  constructor() {
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
    const { response } = call;
    if (response.writableFinished || response.destroyed) return;
    this.#draining.add(response);
    response.once('close', () => this.#draining.delete(response));
    // Counts progress, so a reader that is slow but reads is left alone.
    response.setTimeout(limits.readerStallMillis, () => response.destroy());
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
  }

  #keepAlive(call: Call, now: number): void {
    if (!call.parsed?.stream || call.policy === null || call.gone || call.response.writableEnded) return;
    if (now - Math.max(call.startedMillis, call.writtenMillis) < KEEP_ALIVE_MILLIS) return;
    // A reader that does not read needs no sign of life, and its backlog must not grow.
    if (call.response.writableNeedDrain) return;
    openEventStream(call, { target: null, upstreamRequestId: null });
    call.response.write(call.ingress.keepAlive);
    call.writtenMillis = now;
  }
}
