import type { ErrorKind } from '../../../spec/error-table.ts';
import type { GatewayError } from '../../../spec/gateway-error.ts';

/** OpenAI's type names. */
const types: Readonly<Record<ErrorKind, string>> = {
  invalid_request: 'invalid_request_error',
  authentication: 'authentication_error',
  permission: 'permission_error',
  not_found: 'not_found_error',
  too_large: 'invalid_request_error',
  rate_limit: 'rate_limit_error',
  quota: 'insufficient_quota',
  unsupported: 'invalid_request_error',
  upstream: 'api_error',
  overloaded: 'server_error',
  timeout: 'server_error',
  internal: 'server_error',
};

/** What a status is called where the provider's own word is of another dialect. */
function typeOfStatus(status: number): string | null {
  if (status === 401) return types.authentication;
  if (status === 403) return types.permission;
  if (status === 404) return types.not_found;
  if (status === 429) return types.rate_limit;
  return status >= 400 && status < 500 ? types.invalid_request : null;
}

/** Types of this dialect are lower-case words; those of others go under `code`, where any word may stand. */
const isOwnType = (type: string | null | undefined): type is string =>
  typeof type === 'string' && /^[a-z_]+$/.test(type);

/** What a provider said of its error is kept where it said something, also that it has no code. */
function shape(error: GatewayError, requestId: string): unknown {
  const { provider } = error;
  const message = error.kind === 'internal' ? `${error.message} Request id: ${requestId}` : error.message;
  const own = provider === undefined ? null : typeOfStatus(error.status);
  const foreign = provider?.type != null && !isOwnType(provider.type) ? provider.type : null;
  return {
    error: {
      message,
      type: isOwnType(provider?.type) ? provider?.type : (own ?? types[error.kind]),
      param: provider?.param === undefined ? (error.param ?? null) : provider.param,
      code: provider?.code === undefined ? error.code : (provider.code ?? foreign),
      ...(provider?.inner !== undefined && { innererror: provider.inner }),
    },
  };
}

/** The body of an error answer in OpenAI's shape. */
export const renderChatError = (error: GatewayError, requestId: string): Buffer =>
  Buffer.from(JSON.stringify(shape(error, requestId)));

/** The event that ends a broken stream. JSON has no raw line end, so no text can begin an event of its own. */
export const renderChatErrorEvent = (error: GatewayError, requestId: string): Buffer =>
  Buffer.from(`data: ${JSON.stringify(shape(error, requestId))}\n\n`);
