import type { ErrorCode } from '../../../spec/error-table.ts';
import { GatewayError } from '../../../spec/gateway-error.ts';

type Redact = (text: string) => string;

const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null;

const fields = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};

/** What an error's type, code or status says it is, in the order in which they are asked. */
const kinds: readonly (readonly [RegExp, ErrorCode])[] = [
  [/\b(?:invalid_api_key|authentication_error|permission_error|unauthorized|40[13])\b/i, 'provider_auth'],
  [/\binsufficient_quota\b/i, 'insufficient_quota'],
  [/\b(?:rate_limit\w*|too_many_requests|429)\b/i, 'rate_limit_exceeded'],
  [/\bcontext_length_exceeded\b/i, 'context_length_exceeded'],
];

/**
 * The error that a provider put into an answer that began as a success: `error` of a whole answer or of a stream event,
 * an object or a bare text. Its message, type and code are kept for the caller, redacted; what it says about our own
 * key goes into the log alone.
 */
export function embeddedFailure(error: unknown, redact: Redact): GatewayError {
  const { message, type, code, param, status } = fields(error);
  const said = text(message) ?? text(error);
  const signs = [type, code, status].map(text).filter(sign => sign !== null);
  const kind = kinds.find(([pattern]) => signs.some(sign => pattern.test(sign)))?.[1] ?? 'upstream_error';
  const detail = redact(said ?? 'an error without a message');
  if (kind === 'provider_auth') return new GatewayError(kind, { detail });
  const clean = (value: unknown): string | null => {
    const own = text(value);
    return own === null ? null : redact(own);
  };
  return new GatewayError(kind, {
    ...(said === null ? {} : { message: detail }),
    detail,
    provider: { type: clean(type), code: clean(code), param: clean(param) },
  });
}
