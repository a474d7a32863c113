import { type ErrorCode, type ErrorKind, errorTable, type Retry } from './error-table.ts';

export interface ErrorOptions {
  /** Public, replaces the table's sentence; must not hold a secret. */
  readonly message?: string;
  /** Path of the offending member or name of the header, e.g. `messages[2].content`. */
  readonly param?: string;
  /** Private: log only. */
  readonly detail?: string;
  /** Seconds, for the `retry-after` header. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
  /** Status of the provider, where it is kept for the caller. */
  readonly status?: number;
  /** The provider's own error type and code, where they are kept for the caller. */
  readonly provider?: {
    readonly type?: string | null;
    readonly code?: string | null;
    readonly param?: string | null;
    readonly inner?: Readonly<Record<string, unknown>>;
  };
}

/** An error from the closed table. `message` is what a client may see; `detail` and `cause` are for the log. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly kind: ErrorKind;
  readonly retry: Retry;
  readonly param: string | undefined;
  readonly detail: string | undefined;
  readonly retryAfter: number | undefined;
  readonly provider: ErrorOptions['provider'];

  constructor(code: ErrorCode, options: ErrorOptions = {}) {
    const row = errorTable[code];
    super(options.message ?? row.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'GatewayError';
    this.code = code;
    this.status = options.status ?? row.status;
    this.kind = row.kind;
    this.retry = row.retry;
    this.param = options.param;
    this.detail = options.detail;
    this.retryAfter = options.retryAfter;
    this.provider = options.provider;
  }

  /** The same error about a member under another name. */
  about(param: string): GatewayError {
    const { code, message, status, detail, retryAfter, provider, cause } = this;
    return new GatewayError(code, {
      message,
      param,
      status,
      cause,
      ...(detail !== undefined && { detail }),
      ...(retryAfter !== undefined && { retryAfter }),
      ...(provider !== undefined && { provider }),
    });
  }
}
