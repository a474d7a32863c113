import type { StreamError } from '../../spec/chat/chat-stream.ts';
import type { ErrorCode } from '../../spec/error-table.ts';
import { GatewayError } from '../../spec/gateway-error.ts';
import type { ProviderFailure, ProviderReply } from '../../spec/provider.ts';
import type { UpstreamFailure } from '../../spec/upstream.ts';
import type { AttemptFailure } from '../routing/attempt-plan.ts';

const NETWORK: Readonly<Record<UpstreamFailure['code'], { code: ErrorCode; remedy: AttemptFailure['remedy'] }>> = {
  unreachable: { code: 'upstream_unreachable', remedy: 'same' },
  reset: { code: 'upstream_reset', remedy: 'same' },
  timeout: { code: 'upstream_timeout', remedy: 'next' },
  invalid: { code: 'upstream_invalid', remedy: 'same' },
  aborted: { code: 'upstream_reset', remedy: 'next' },
};

export function networkFailure(failure: UpstreamFailure): AttemptFailure {
  const { code, remedy } = NETWORK[failure.code];
  return { error: new GatewayError(code, { detail: failure.detail }), reason: code, remedy };
}

/** Where a redirect leads is told to the log alone; it is not followed. */
export function redirectFailure(status: number, location: string | string[] | undefined): AttemptFailure {
  const host = typeof location === 'string' && URL.canParse(location) ? new URL(location).host : 'an unreadable place';
  const error = new GatewayError('upstream_redirect', { detail: `status ${status} to ${host}` });
  return { error, reason: 'upstream_redirect', remedy: 'next' };
}

/** The provider is a gateway, and the call came back to one that it had been at: no other attempt ends better. */
const LOOP = 508;

/** A provider's error as the caller may see it: status and message kept, secrets taken out. */
export function providerFailure(
  failure: ProviderFailure,
  reply: ProviderReply,
  redact: (text: string) => string,
): AttemptFailure {
  const retryAfter = readRetryAfter(reply.headers, Date.now()) ?? failure.retryAfterSeconds;
  // The message may repeat the caller's prompt, so only a refused key of ours is told to the log in its words.
  const detail = `status ${reply.status} ${redact(failure.type ?? '')} ${redact(failure.code ?? '')}`.trimEnd();
  if (reply.status === LOOP) {
    return { error: new GatewayError('loop_detected', { detail }), reason: 'loop_detected', remedy: 'none' };
  }
  if (failure.cause === 'auth') {
    const detail = `status ${reply.status}: ${redact(failure.message ?? '')}`;
    return { error: new GatewayError('provider_auth', { detail }), reason: 'provider_auth', remedy: 'key' };
  }
  const error = new GatewayError(codeOf(failure), {
    ...(failure.message === null ? {} : { message: redact(failure.message) }),
    status: reply.status,
    detail,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    provider: {
      type: failure.type === null ? null : redact(failure.type),
      code: failure.code === null ? null : redact(failure.code),
      param: failure.param === null ? null : redact(failure.param),
      ...(failure.inner !== undefined && { inner: failure.inner }),
    },
  });
  return { error, reason: failure.cause, remedy: remedyOf(failure, reply.status) };
}

/** An error that a provider put into an answer which began as a success. */
export function streamFailure(error: StreamError, redact: (text: string) => string): GatewayError {
  const reply = { status: statusOf[error.cause], headers: {}, body: Buffer.alloc(0) };
  return providerFailure({ ...error, param: null }, reply, redact).error;
}

const statusOf: Readonly<Record<ProviderFailure['cause'], number>> = {
  auth: 401,
  rate_limit: 429,
  quota: 429,
  context: 400,
  content: 400,
  overloaded: 503,
  timeout: 504,
  invalid: 400,
  server: 500,
};

function codeOf(failure: ProviderFailure): ErrorCode {
  switch (failure.cause) {
    case 'rate_limit':
      return 'rate_limit_exceeded';
    case 'quota':
      return 'insufficient_quota';
    case 'context':
      return 'context_length_exceeded';
    case 'timeout':
      return 'upstream_timeout';
    default:
      return 'upstream_error';
  }
}

/** A model that one target does not have may exist at the next; anything else the caller got wrong stays wrong. */
function remedyOf(failure: ProviderFailure, status: number): AttemptFailure['remedy'] {
  switch (failure.cause) {
    case 'auth':
    case 'rate_limit':
    case 'quota':
      return 'key';
    case 'overloaded':
    case 'server':
      return 'same';
    case 'timeout':
      return 'next';
    default:
      return status === 404 ? 'next' : 'none';
  }
}

/** Seconds from `retry-after-ms` or `retry-after` (a number or a date); undefined when there is none. */
export function readRetryAfter(headers: ProviderReply['headers'], nowMillis: number): number | undefined {
  const millis = Number(single(headers['retry-after-ms']) ?? Number.NaN);
  if (Number.isFinite(millis) && millis >= 0) return Math.ceil(millis / 1000);
  const text = single(headers['retry-after']);
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return seconds >= 0 ? Math.ceil(seconds) : undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - nowMillis) / 1000));
}

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
