import { expect, test } from 'vitest';
import { gemini } from './codec.ts';

const failure = (status: number, body: unknown) =>
  gemini.toError({
    status,
    headers: {},
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  });
const error = (code: number, status: string, message: string, details: readonly object[] = []) => ({
  error: { code, status, message, details },
});
const info = (reason: string) => ({ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason });

test.for([
  [
    'a wrong key',
    400,
    error(400, 'INVALID_ARGUMENT', 'API key not valid.', [info('API_KEY_INVALID')]),
    'auth',
    'API_KEY_INVALID',
  ],
  [
    'a key that may not',
    403,
    error(403, 'PERMISSION_DENIED', 'No.', [info('SERVICE_DISABLED')]),
    'auth',
    'SERVICE_DISABLED',
  ],
  ['no key', 401, error(401, 'UNAUTHENTICATED', 'No.'), 'auth', null],
  [
    'a place that is not served',
    400,
    error(400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.'),
    'auth',
    null,
  ],
  [
    'too many requests',
    429,
    error(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota, please check your plan and billing details.'),
    'rate_limit',
    null,
  ],
  ['no money', 429, error(429, 'RESOURCE_EXHAUSTED', 'Your prepayment credits are depleted.'), 'quota', null],
  [
    'too long a prompt',
    400,
    error(
      400,
      'INVALID_ARGUMENT',
      'The input token count (1051234) exceeds the maximum number of tokens allowed (1048576).',
    ),
    'context',
    null,
  ],
  ['a model that is not there', 404, error(404, 'NOT_FOUND', 'models/x is not found'), 'invalid', null],
  ['a wrong request', 400, error(400, 'INVALID_ARGUMENT', 'Unknown name "x"'), 'invalid', null],
  ['an overload', 503, error(503, 'UNAVAILABLE', 'The model is overloaded.'), 'overloaded', null],
  ['a fault', 500, error(500, 'INTERNAL', 'Internal error'), 'server', null],
  ['a late answer', 504, error(504, 'DEADLINE_EXCEEDED', 'Deadline expired'), 'timeout', null],
  ['an error in a list', 503, [error(503, 'UNAVAILABLE', 'The model is overloaded.')], 'overloaded', null],
] as const)('%s has its cause', ([, status, body, cause, code]) => {
  const told = Array.isArray(body) ? body[0] : body;

  expect(failure(status, body)).toMatchObject({ cause, code, message: told.error.message, type: told.error.status });
});

test('tells how long to wait and what was wrong', () => {
  const details = [
    { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '48.2s' },
    {
      '@type': 'type.googleapis.com/google.rpc.BadRequest',
      fieldViolations: [{ field: 'contents', description: 'No.' }],
    },
  ];

  expect(failure(429, error(429, 'RESOURCE_EXHAUSTED', 'Wait', details))).toMatchObject({
    retryAfterSeconds: 49,
    param: 'contents',
  });
  expect(failure(429, error(429, 'RESOURCE_EXHAUSTED', 'Wait'))).not.toHaveProperty('retryAfterSeconds');
});

test.for(['<html>Bad gateway</html>', '', '{"error":'])('a body without a message lets the status decide: %s', body => {
  expect(failure(502, body)).toMatchObject({ cause: 'server', message: null });
});
