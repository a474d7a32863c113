import type { ErrorKind } from '../../../spec/error-table.ts';
import type { GatewayError } from '../../../spec/gateway-error.ts';

/** The type names of the Messages dialect: https://platform.claude.com/docs/en/api/errors */
const types: Readonly<Record<ErrorKind, string>> = {
  invalid_request: 'invalid_request_error',
  authentication: 'authentication_error',
  permission: 'permission_error',
  not_found: 'not_found_error',
  too_large: 'request_too_large',
  rate_limit: 'rate_limit_error',
  quota: 'rate_limit_error',
  unsupported: 'api_error',
  upstream: 'api_error',
  overloaded: 'overloaded_error',
  timeout: 'timeout_error',
  internal: 'api_error',
};

const callersFault = new Set([
  'invalid_request_error',
  'authentication_error',
  'billing_error',
  'permission_error',
  'not_found_error',
  'conflict_error',
  'request_too_large',
  'rate_limit_error',
]);
const providersFault = new Set(['api_error', 'timeout_error', 'overloaded_error']);

const byStatus: Readonly<Record<number, string>> = {
  401: types.authentication,
  402: 'billing_error',
  403: types.permission,
  404: types.not_found,
  408: types.timeout,
  409: 'conflict_error',
  413: types.too_large,
  429: types.rate_limit,
  503: types.overloaded,
  504: types.timeout,
  529: types.overloaded,
};

/** The word of a provider is kept where it is of this dialect and fits its status. */
function typeOf({ kind, status, provider }: GatewayError): string {
  if (provider === undefined) return types[kind];
  const own = provider.type ?? '';
  if ((status < 500 ? callersFault : providersFault).has(own)) return own;
  return byStatus[status] ?? (status < 500 ? types.invalid_request : types.upstream);
}

const shape = (error: GatewayError, requestId: string) => ({
  type: 'error',
  error: { type: typeOf(error), message: error.message },
  request_id: requestId,
});

/** The body of an error answer in the shape of the Messages dialect. */
export const renderMessagesError = (error: GatewayError, requestId: string): Buffer =>
  Buffer.from(JSON.stringify(shape(error, requestId)));

/** The event that ends a broken stream. JSON has no raw line end, so no text can begin an event of its own. */
export const renderMessagesErrorEvent = (error: GatewayError, requestId: string): Buffer =>
  Buffer.from(`event: error\ndata: ${JSON.stringify(shape(error, requestId))}\n\n`);
