import { expect, test } from 'vitest';
import { vertex } from './codec.ts';

const failure = (status: number, body: unknown) =>
  vertex.toError({
    status,
    headers: {},
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  });
const google = (code: number, status: string, message: string) => ({ error: { code, status, message } });
const claude = (type: string, message: string) => ({
  type: 'error',
  error: { type, message },
  request_id: 'req_vrtx_1',
});

test.for([
  ['a token that is over', 401, google(401, 'UNAUTHENTICATED', 'Request had invalid credentials.'), 'auth'],
  ['an account that may not', 403, google(403, 'PERMISSION_DENIED', "Permission 'x' denied."), 'auth'],
  ['a quota that is used up', 429, google(429, 'RESOURCE_EXHAUSTED', 'Resource exhausted.'), 'rate_limit'],
  [
    "a quota of Claude's, in a list",
    429,
    [google(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded for online_prediction_requests_per_base_model.')],
    'rate_limit',
  ],
  ['a model that is not there', 404, google(404, 'NOT_FOUND', 'Publisher Model was not found.'), 'invalid'],
  ['a full region', 503, google(503, 'UNAVAILABLE', 'The service is currently unavailable.'), 'overloaded'],
  [
    'a prompt that is too long',
    400,
    google(400, 'INVALID_ARGUMENT', 'The input token count (9) exceeds the maximum number of tokens allowed (8).'),
    'context',
  ],
  ['a request Claude refuses', 400, claude('invalid_request_error', 'messages: Field required'), 'invalid'],
  ['a prompt too long for Claude', 400, claude('invalid_request_error', 'prompt is too long: 9 > 8'), 'context'],
  ['too much for Claude', 429, claude('rate_limit_error', 'Slow down.'), 'rate_limit'],
  ['Claude is overloaded', 529, claude('overloaded_error', 'Overloaded'), 'overloaded'],
  ['a page of a proxy', 502, '<html>Bad Gateway</html>', 'server'],
] as const)('%s', ([_name, status, body, cause]) => {
  expect(failure(status, body).cause).toBe(cause);
});

test('message and type are kept', () => {
  expect(failure(400, claude('invalid_request_error', 'No.'))).toMatchObject({
    message: 'No.',
    type: 'invalid_request_error',
  });
  expect(failure(400, google(400, 'INVALID_ARGUMENT', 'No.'))).toMatchObject({
    message: 'No.',
    type: 'INVALID_ARGUMENT',
  });
});
