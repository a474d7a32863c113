import { expect, test } from 'vitest';
import { bedrock } from './codec.ts';

const failure = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  bedrock.toError({
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  });
const named = (name: string) => ({
  'x-amzn-errortype': `${name}:http://internal.amazon.com/coral/com.amazon.bedrock/`,
});

test.each([
  [403, 'AccessDeniedException', "You don't have access to the model with the specified model ID.", 'auth'],
  [403, 'UnrecognizedClientException', 'The security token included in the request is invalid.', 'auth'],
  [403, 'ExpiredTokenException', 'The security token included in the request is expired', 'auth'],
  [403, 'InvalidSignatureException', 'The request signature we calculated does not match', 'auth'],
  [429, 'ThrottlingException', 'Too many tokens, please wait before trying again.', 'rate_limit'],
  [429, 'ModelNotReadyException', 'The model is not ready', 'overloaded'],
  [400, 'ServiceQuotaExceededException', 'Your request exceeds the service quota', 'quota'],
  [503, 'ServiceUnavailableException', 'Bedrock is unable to process your request.', 'overloaded'],
  [500, 'InternalServerException', 'The system encountered an unexpected error', 'server'],
  [408, 'ModelTimeoutException', 'The model timed out', 'timeout'],
  [424, 'ModelErrorException', 'The model produced an invalid sequence as part of ToolUse.', 'server'],
  [404, 'ResourceNotFoundException', 'Could not resolve the foundation model', 'invalid'],
  [400, 'SerializationException', 'Expected list or null', 'invalid'],
  [400, 'ValidationException', 'The provided model identifier is invalid.', 'invalid'],
  [400, 'ValidationException', 'The maximum tokens you requested exceeds the model limit of 4096.', 'invalid'],
  [400, 'ValidationException', 'Input is too long for requested model.', 'context'],
  [
    400,
    'ValidationException',
    'The model returned the following errors: prompt is too long: 200049 tokens > 200000 maximum',
    'context',
  ],
  [400, 'ValidationException', 'Input Tokens Exceeded: Number of input tokens exceeds maximum length.', 'context'],
  [
    400,
    'ValidationException',
    'input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000',
    'context',
  ],
  [400, 'ValidationException', "This model's maximum context length is 131072 tokens.", 'context'],
  [400, 'ValidationException', 'Output blocked by our content filter', 'content'],
])('%i %s: %s', (status, type, message, cause) => {
  const expected = { cause, message, type, code: null, param: null };
  expect(failure(status, { message }, named(type))).toEqual(expected);
  expect(failure(status, { __type: `com.amazon.coral.service#${type}`, Message: message })).toEqual(expected);
});

test('the request that was signed is not repeated, since the session token stands in it', () => {
  const message =
    "The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this request should have been\n'POST\n/\nx-amz-security-token:canary'";

  expect(failure(403, { message }, named('InvalidSignatureException')).message).toBe(
    'The request signature we calculated does not match the signature you provided.',
  );
});

test('what is not its own is read by the status', () => {
  expect(failure(503, '<html>busy</html>')).toMatchObject({ cause: 'overloaded', message: null, type: null });
  expect(failure(429, '')).toMatchObject({ cause: 'rate_limit', type: null });
  expect(failure(502, 'not JSON', { 'content-type': 'text/plain' })).toMatchObject({
    cause: 'server',
    message: 'not JSON',
  });
});
