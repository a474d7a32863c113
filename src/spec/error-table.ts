/**
 * Every error Tollgate itself can answer with. `docs/errors.md` lists the same rows and a house test compares both.
 *
 * `kind` is what a client dialect maps to its own type names; `retry` says what helps: the same request later, another
 * target at once, or nothing. `message` is public: private detail goes into the log.
 */
export type ErrorKind =
  | 'invalid_request'
  | 'authentication'
  | 'permission'
  | 'not_found'
  | 'too_large'
  | 'rate_limit'
  | 'quota'
  | 'unsupported'
  | 'upstream'
  | 'overloaded'
  | 'timeout'
  | 'internal';

export type Retry = 'never' | 'later' | 'next-target';

interface ErrorRow {
  readonly status: number;
  readonly kind: ErrorKind;
  readonly retry: Retry;
  readonly message: string;
}

export const errorTable = {
  // Who calls
  missing_api_key: {
    status: 401,
    kind: 'authentication',
    retry: 'never',
    message: 'No API key was sent. Send your virtual key as "Authorization: Bearer tg_…".',
  },
  invalid_api_key: { status: 401, kind: 'authentication', retry: 'never', message: 'This API key is not valid.' },
  credential_ambiguous: {
    status: 400,
    kind: 'invalid_request',
    retry: 'never',
    message: 'The request carries several credentials that differ.',
  },
  too_many_failures: {
    status: 429,
    kind: 'rate_limit',
    retry: 'later',
    message: 'Too many requests with an invalid key came from this address.',
  },

  // What was sent
  unknown_url: { status: 404, kind: 'not_found', retry: 'never', message: 'There is nothing at this URL.' },
  method_not_allowed: {
    status: 405,
    kind: 'invalid_request',
    retry: 'never',
    message: 'This URL does not answer to this method.',
  },
  invalid_framing: {
    status: 400,
    kind: 'invalid_request',
    retry: 'never',
    message: 'The request is not well-formed HTTP.',
  },
  unsupported_media_type: {
    status: 415,
    kind: 'invalid_request',
    retry: 'never',
    message: 'The body must be application/json in UTF-8, without content-encoding.',
  },
  request_too_large: {
    status: 413,
    kind: 'too_large',
    retry: 'never',
    message: 'The body is larger than this gateway takes.',
  },
  request_timeout: { status: 408, kind: 'timeout', retry: 'later', message: 'The request did not arrive in time.' },
  invalid_json: { status: 400, kind: 'invalid_request', retry: 'never', message: 'The body is not valid JSON.' },
  json_too_deep: { status: 400, kind: 'invalid_request', retry: 'never', message: 'The body is nested too deeply.' },
  json_too_complex: {
    status: 400,
    kind: 'invalid_request',
    retry: 'never',
    message: 'The body has too many members or elements.',
  },
  duplicate_member: { status: 400, kind: 'invalid_request', retry: 'never', message: 'The body has a member twice.' },
  missing_required_parameter: {
    status: 400,
    kind: 'invalid_request',
    retry: 'never',
    message: 'A required member is missing.',
  },
  invalid_type: { status: 400, kind: 'invalid_request', retry: 'never', message: 'A member has the wrong type.' },
  invalid_value: {
    status: 400,
    kind: 'invalid_request',
    retry: 'never',
    message: 'A member has a value that is not allowed.',
  },
  media_unreachable: {
    status: 400,
    kind: 'invalid_request',
    retry: 'never',
    message: 'A file that the request points to could not be fetched.',
  },
  model_not_found: {
    status: 404,
    kind: 'not_found',
    retry: 'never',
    message: 'The model does not exist or this key may not use it.',
  },
  previous_response_not_found: {
    status: 400,
    kind: 'invalid_request',
    retry: 'never',
    message: 'There is no response with this id that the call could go on from.',
  },
  response_not_found: { status: 404, kind: 'not_found', retry: 'never', message: 'There is no response with this id.' },
  response_too_large: {
    status: 413,
    kind: 'too_large',
    retry: 'never',
    message: 'The response with its conversation is larger than this gateway keeps. Send "store": false.',
  },
  call_not_found: { status: 404, kind: 'not_found', retry: 'never', message: 'No call of this key has this id.' },
  operation_unsupported: {
    status: 501,
    kind: 'unsupported',
    retry: 'next-target',
    message: 'The provider of this model does not offer this operation.',
  },
  adapter_not_built: {
    status: 501,
    kind: 'unsupported',
    retry: 'next-target',
    message: 'The adapter for this provider is not built yet.',
  },
  not_built: { status: 501, kind: 'unsupported', retry: 'never', message: 'This feature is not built yet.' },

  // What providers did
  upstream_error: {
    status: 502,
    kind: 'upstream',
    retry: 'next-target',
    message: 'The provider answered with an error.',
  },
  provider_auth: {
    status: 502,
    kind: 'upstream',
    retry: 'next-target',
    message: "The provider refused the gateway's own key. The operator has been told.",
  },
  provider_key_missing: {
    status: 502,
    kind: 'upstream',
    retry: 'next-target',
    message: 'The gateway has no usable key for this provider.',
  },
  rate_limit_exceeded: {
    status: 429,
    kind: 'rate_limit',
    retry: 'next-target',
    message: "The provider's rate limit is reached.",
  },
  insufficient_quota: {
    status: 429,
    kind: 'quota',
    retry: 'next-target',
    message: 'The quota at the provider is used up.',
  },
  context_length_exceeded: {
    status: 400,
    kind: 'invalid_request',
    retry: 'never',
    message: "The request is longer than the model's context.",
  },
  upstream_unreachable: {
    status: 502,
    kind: 'upstream',
    retry: 'next-target',
    message: 'The provider could not be reached.',
  },
  upstream_reset: {
    status: 502,
    kind: 'upstream',
    retry: 'next-target',
    message: 'The provider closed the connection before its answer was complete.',
  },
  upstream_timeout: {
    status: 504,
    kind: 'timeout',
    retry: 'next-target',
    message: 'The provider did not answer in time.',
  },
  upstream_invalid: {
    status: 502,
    kind: 'upstream',
    retry: 'next-target',
    message: "The provider's answer could not be understood.",
  },
  upstream_redirect: {
    status: 502,
    kind: 'upstream',
    retry: 'next-target',
    message: 'The provider answered with a redirect, which is not followed.',
  },
  upstream_too_large: {
    status: 502,
    kind: 'upstream',
    retry: 'never',
    message: "The provider's answer is larger than this gateway takes.",
  },
  loop_detected: {
    status: 508,
    kind: 'upstream',
    retry: 'never',
    message: 'The call came back to a gateway that it had already passed.',
  },

  // What we are
  overloaded: {
    status: 503,
    kind: 'overloaded',
    retry: 'later',
    message: 'The gateway holds as many requests as its memory allows.',
  },
  ledger_unavailable: {
    status: 503,
    kind: 'overloaded',
    retry: 'later',
    message: 'The gateway cannot record usage at the moment, so it takes no calls.',
  },
  shutting_down: { status: 503, kind: 'overloaded', retry: 'later', message: 'This gateway is shutting down.' },
  not_ready: { status: 503, kind: 'overloaded', retry: 'later', message: 'This gateway is not ready yet.' },
  client_gone: { status: 499, kind: 'invalid_request', retry: 'never', message: 'The client closed the connection.' },
  internal_error: {
    status: 500,
    kind: 'internal',
    retry: 'later',
    message: 'The gateway failed. The request id finds the cause in its log.',
  },

  // Admin API
  admin_key_invalid: {
    status: 401,
    kind: 'authentication',
    retry: 'never',
    message: 'The admin key is missing or wrong.',
  },
  forbidden: { status: 403, kind: 'permission', retry: 'never', message: 'This is not allowed here.' },
  misdirected_host: {
    status: 421,
    kind: 'invalid_request',
    retry: 'never',
    message: 'This host name is not one the admin port answers to. TOLLGATE_ADMIN_HOSTS adds names.',
  },
  resource_not_found: { status: 404, kind: 'not_found', retry: 'never', message: 'There is no such resource.' },
  resource_exists: {
    status: 409,
    kind: 'invalid_request',
    retry: 'never',
    message: 'A resource with this name exists.',
  },
  database_unavailable: {
    status: 503,
    kind: 'overloaded',
    retry: 'later',
    message: 'The database cannot be reached at the moment.',
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;
