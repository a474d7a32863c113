import type { UpstreamFailure } from '../../spec/upstream.ts';

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);
const RESET = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);
const TIMEOUT = new Set(['UND_ERR_CONNECT_TIMEOUT']);
const ABORTED = new Set(['UND_ERR_CLOSED', 'UND_ERR_DESTROYED']);

/** Which of our failures a system or undici error is. Anything that is not about the network is a bad answer. */
export function toUpstreamFailure(error: Error): UpstreamFailure {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return { code: failureCode(code), detail: `${code}: ${messageOf(error)}` };
}

function failureCode(code: string): UpstreamFailure['code'] {
  if (UNREACHABLE.has(code)) return 'unreachable';
  if (RESET.has(code)) return 'reset';
  if (TIMEOUT.has(code)) return 'timeout';
  return ABORTED.has(code) ? 'aborted' : 'invalid';
}

/** Where several addresses were tried, the error itself says nothing. */
const messageOf = (error: Error): string =>
  error instanceof AggregateError ? error.errors.map(each => String(each?.message ?? each)).join('; ') : error.message;
