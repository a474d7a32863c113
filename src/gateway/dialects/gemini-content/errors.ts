import type { GatewayError } from '../../../spec/gateway-error.ts';

/** https://cloud.google.com/apis/design/errors#error_codes */
const byStatus: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  402: 'FAILED_PRECONDITION',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  501: 'UNIMPLEMENTED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
  529: 'UNAVAILABLE',
};
/** Words that a provider of this dialect may use otherwise. */
const others = new Set(['INVALID_ARGUMENT', 'FAILED_PRECONDITION', 'OUT_OF_RANGE', 'ALREADY_EXISTS', 'UNKNOWN']);
const INTERNAL = 'INTERNAL';

/** The word of a provider is kept where it is of this dialect. */
function statusOf({ status, provider }: GatewayError): string {
  const own = provider?.type ?? '';
  if (others.has(own) || own === INTERNAL || Object.values(byStatus).includes(own)) return own;
  return byStatus[status] ?? (status < 500 ? 'INVALID_ARGUMENT' : INTERNAL);
}

const type = (name: string): string => `type.googleapis.com/google.rpc.${name}`;

/** What programs read of an error, in the forms that clients of this dialect know. */
function detailsOf(error: GatewayError, requestId: string): readonly object[] {
  const { code, param, provider, retryAfter, message } = error;
  const field = provider?.param ?? param;
  const reason = provider?.code ?? code.toUpperCase();
  return [
    { '@type': type('ErrorInfo'), reason, domain: 'tollgate' },
    { '@type': type('RequestInfo'), requestId },
    ...(field == null ? [] : [{ '@type': type('BadRequest'), fieldViolations: [{ field, description: message }] }]),
    ...(retryAfter === undefined ? [] : [{ '@type': type('RetryInfo'), retryDelay: `${retryAfter}s` }]),
  ];
}

const shape = (error: GatewayError, requestId: string): string =>
  JSON.stringify({
    error: {
      code: error.status,
      message: error.message,
      status: statusOf(error),
      details: detailsOf(error, requestId),
    },
  });

/** The body of an error answer in the shape of Google's APIs. */
export const renderContentError = (error: GatewayError, requestId: string): Buffer =>
  Buffer.from(shape(error, requestId));

/** The same where an array was asked for: it holds the error alone. */
export const renderContentErrorArray = (error: GatewayError, requestId: string): Buffer =>
  Buffer.from(`[${shape(error, requestId)}]`);

/** The event that ends a broken stream. JSON has no raw line end, so no text can begin an event of its own. */
export const renderContentErrorEvent = (error: GatewayError, requestId: string): Buffer =>
  Buffer.from(`data: ${shape(error, requestId)}\r\n\r\n`);

/** The element that ends a broken array; `begun` where it holds something already. */
export const renderContentErrorElement = (error: GatewayError, requestId: string, begun: boolean): Buffer =>
  Buffer.from(`${begun ? ',\r\n' : '['}${shape(error, requestId)}]`);
