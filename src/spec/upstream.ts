/**
 * The narrow way to a provider: one request out, one answer back by callbacks. undici stands behind it, and providers
 * that answer in this process (the simulator) implement it too. There is no promise or timer per chunk.
 */
export interface UpstreamRequest {
  /** `https://host:port`, no path. */
  readonly origin: string;
  /** Absolute path with query, already encoded. */
  readonly path: string;
  readonly method: 'POST' | 'GET';
  /** Flat list of lower-case names and values; no `content-length`, no `host`. */
  readonly headers: readonly string[];
  readonly body: Buffer | null;
}

export interface UpstreamHandler {
  /** A connection is there and the request is on its way. */
  onSent?(): void;
  /** Called once, before any data. Names are lower-case; a repeated header is an array. */
  onHeaders(status: number, headers: Readonly<Record<string, string | string[] | undefined>>): void;
  onData(chunk: Buffer): void;
  /** The answer is complete as HTTP knows it. Neither `onEnd` nor `onError` is ever called after the other. */
  onEnd(): void;
  onError(failure: UpstreamFailure): void;
}

export interface UpstreamFailure {
  readonly code: 'unreachable' | 'reset' | 'timeout' | 'invalid' | 'aborted';
  /** For the log. */
  readonly detail: string;
}

export interface UpstreamExchange {
  /** Ends the exchange and destroys its socket. The handler hears nothing more. */
  abort(): void;
  pause(): void;
  resume(): void;
}

export interface UpstreamClient {
  send(request: UpstreamRequest, handler: UpstreamHandler): UpstreamExchange;
  close(): Promise<void>;
}
