/**
 * The narrow way to a provider: one request out, one answer back by callbacks. Our own HTTP/1.1 client and undici stand
 * behind it, and providers that answer in this process (the simulator) implement it too. There is no promise or timer
 * per chunk.
 */
export interface UpstreamRequest {
  /** `https://host:port`, no path. */
  readonly origin: string;
  /** Absolute path with query, already encoded. */
  readonly path: string;
  readonly method: 'POST' | 'GET' | 'DELETE';
  /**
   * Flat list of lower-case names and values, without those that say how the message is framed (`host`,
   * `content-length`, `connection` and their like). A frozen list that is used again is checked and written out once.
   */
  readonly headers: readonly string[];
  /** Slices are sent one behind the other. Their bytes stay unchanged until the exchange is over. */
  readonly body: Buffer | readonly Buffer[] | null;
}

/** The body in one piece, for those who cannot take slices. */
export const wholeBody = (body: UpstreamRequest['body']): Buffer | null =>
  body === null || Buffer.isBuffer(body) ? body : Buffer.concat(body);

export interface UpstreamHandler {
  /** A connection is there and the request is on its way. */
  onSent?(): void;
  /** Called once, before any data. Names are lower-case, values latin1; a repeated header is an array. */
  onHeaders(status: number, headers: Readonly<Record<string, string | string[] | undefined>>): void;
  /** The chunk is the handler's to keep. */
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
  /** All of the request is with the operating system, so that its body may go; false also where that is not known. */
  readonly sent: boolean;
}

export interface UpstreamClient {
  /**
   * `onSent` may be called before this returns, every other callback comes later. What a request may not hold
   * (a line break in a header, a path that is none) never leaves this process: the handler hears `invalid`.
   */
  send(request: UpstreamRequest, handler: UpstreamHandler): UpstreamExchange;
  /** Ends what is still running; each handler hears `aborted`. */
  close(): Promise<void>;
}
