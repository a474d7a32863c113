import { expect, test } from 'vitest';
import { toError } from '../../../providers/azure/errors.ts';

const reply = (status: number, body: unknown) => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
const error = (code: string, message: string, more: object = {}) => ({ error: { code, message, ...more } });

test.each([
  [
    'a wrong key',
    401,
    error('401', 'Access denied due to invalid subscription key or wrong API endpoint.'),
    'auth',
    null,
  ],
  [
    'a role that is missing',
    401,
    error('PermissionDenied', 'The principal lacks the required data action.'),
    'auth',
    'PermissionDenied',
  ],
  [
    'keys that are switched off',
    403,
    error('AuthenticationTypeDisabled', 'Key based authentication is disabled.'),
    'auth',
    'AuthenticationTypeDisabled',
  ],
  ['a network that is shut', 403, error('403', 'Access denied due to Virtual Network/Firewall rules.'), 'auth', null],
  [
    'no such deployment',
    404,
    error('DeploymentNotFound', 'The API deployment for this resource does not exist.'),
    'invalid',
    'DeploymentNotFound',
  ],
  ['no such resource', 404, error('404', 'Resource not found'), 'invalid', null],
  ['a limit', 429, error('429', 'Requests have exceeded call rate limit.'), 'rate_limit', null],
  [
    'a model of another kind',
    400,
    error('OperationNotSupported', 'The chatCompletion operation does not work with it.'),
    'invalid',
    'OperationNotSupported',
  ],
  [
    'a request that is too long',
    400,
    error('context_length_exceeded', "This model's maximum context length is 8192 tokens."),
    'context',
    'context_length_exceeded',
  ],
  ['no capacity', 503, error('503', 'The server is busy.'), 'overloaded', null],
  [
    'the gateway in front',
    401,
    { statusCode: 401, message: 'Access denied due to missing subscription key.' },
    'auth',
    null,
  ],
])('%s is told from its status and code', (_what, status, body, cause, code) => {
  expect(toError(reply(status, body))).toMatchObject({ cause, code });
});

test('a limit says in words how long to wait where no header does', () => {
  const said = error('429', 'Your requests have exceeded the token rate limit. Please retry after 17 seconds.');
  expect(toError(reply(429, said))).toMatchObject({ cause: 'rate_limit', retryAfterSeconds: 17 });
  expect(toError(reply(400, said))).not.toHaveProperty('retryAfterSeconds');
});

test('what a content filter found is kept, and no text that somebody wrote', () => {
  const innererror = {
    code: 'ResponsibleAIPolicyViolation',
    content_filter_result: {
      hate: { filtered: false, severity: 'safe' },
      jailbreak: { filtered: true, detected: true },
      custom_blocklists: { filtered: true, details: [{ id: 'of the company', filtered: true }] },
      'a name, perhaps': { filtered: true },
    },
    revised_prompt: 'the prompt again',
  };
  const body = error('content_filter', 'The response was filtered.', {
    type: null,
    param: 'prompt',
    status: 400,
    innererror,
  });
  expect(toError(reply(400, body))).toEqual({
    cause: 'content',
    message: 'The response was filtered.',
    type: null,
    code: 'content_filter',
    param: 'prompt',
    inner: {
      code: 'ResponsibleAIPolicyViolation',
      content_filter_result: {
        hate: { filtered: false, severity: 'safe' },
        jailbreak: { filtered: true, detected: true },
        custom_blocklists: { filtered: true },
      },
    },
  });
});

test.each(['', '<html>', '[]', '{"error":null}', '{"error":{"innererror":[]}}'])('%j is read without failing', text => {
  expect(toError(reply(500, text))).toMatchObject({ cause: 'server' });
  expect(toError(reply(500, text))).not.toHaveProperty('inner');
});
