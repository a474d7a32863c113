import { expect, test } from 'vitest';
import { anthropic } from './codec.ts';

const failure = (status: number, body: unknown) =>
  anthropic.toError({
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  });
const error = (type: string, message: string) => ({ type: 'error', error: { type, message }, request_id: 'req_1' });

test.each([
  [401, 'authentication_error', 'invalid x-api-key', 'auth'],
  [403, 'permission_error', 'Your API key may not use this.', 'auth'],
  [404, 'not_found_error', 'model: claude-x', 'invalid'],
  [413, 'request_too_large', 'Request exceeds the maximum size', 'invalid'],
  [429, 'rate_limit_error', 'This request would exceed your rate limit', 'rate_limit'],
  [402, 'billing_error', 'Check your payment', 'quota'],
  [500, 'api_error', 'Internal server error', 'server'],
  [504, 'timeout_error', 'Request timed out', 'timeout'],
  [529, 'overloaded_error', 'Overloaded', 'overloaded'],
  [400, 'invalid_request_error', 'messages: at least one message is required', 'invalid'],
  [400, 'invalid_request_error', 'prompt is too long: 201000 tokens > 200000 maximum', 'context'],
  [
    400,
    'invalid_request_error',
    'input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000',
    'context',
  ],
  [400, 'invalid_request_error', 'Your credit balance is too low to access the Anthropic API.', 'quota'],
  [400, 'invalid_request_error', 'You have reached your specified API usage limits.', 'quota'],
  [400, 'invalid_request_error', 'Output blocked by content filtering policy', 'content'],
])('%i %s: %s', (status, type, message, cause) => {
  expect(failure(status, error(type, message))).toEqual({ cause, message, type, code: null, param: null });
});

test('the closer cause of newer errors is their code', () => {
  const body = {
    error: { type: 'invalid_request_error', message: 'm', details: { error_code: 'tool_name_conflict' } },
  };

  expect(failure(400, body)).toMatchObject({ type: 'invalid_request_error', code: 'tool_name_conflict' });
});

test('what is not its own is read by the status', () => {
  expect(failure(503, '<html>busy</html>')).toMatchObject({ cause: 'overloaded', message: null });
  expect(failure(429, '')).toMatchObject({ cause: 'rate_limit', type: null });
});
