import type { UpstreamExchange, UpstreamHandler, UpstreamRequest } from '../../../spec/upstream.ts';
import type { Connection } from './connection.ts';

/** One request and its answer; what the caller holds. Its connection outlives it and serves others. */
export class DirectExchange implements UpstreamExchange {
  readonly request: UpstreamRequest;
  readonly handler: UpstreamHandler;
  /** Request line and headers, written out. */
  readonly head: string;
  /** Null from the end on: no later call may reach a connection that serves another by then. */
  connection: Connection | null = null;

  constructor(request: UpstreamRequest, handler: UpstreamHandler, head: string) {
    this.request = request;
    this.handler = handler;
    this.head = head;
  }

  abort(): void {
    this.connection?.abandon();
  }

  pause(): void {
    this.connection?.pause();
  }

  resume(): void {
    this.connection?.resume();
  }

  get sent(): boolean {
    return this.connection === null || this.connection.sent;
  }
}

/** An exchange that never had a connection: the handler hears why, but not before it holds the exchange. */
export class RefusedExchange implements UpstreamExchange {
  #over = false;

  constructor(handler: UpstreamHandler, code: 'invalid' | 'aborted', detail: string) {
    process.nextTick(() => {
      if (!this.#over) handler.onError({ code, detail });
    });
  }

  abort(): void {
    this.#over = true;
  }

  pause(): void {}

  resume(): void {}

  readonly sent = true;
}
