import { expect, test } from 'vitest';
import { cohere } from './codec.ts';

const read = (status: number, message: string) =>
  cohere.toError({ status, headers: {}, body: Buffer.from(JSON.stringify({ id: 'e', message })) });

test.for([
  [401, 'invalid api token', 'auth'],
  [401, 'no api key supplied', 'auth'],
  [400, 'invalid api token', 'auth'],
  [402, 'Maximum billing reached for this API key as set in your dashboard', 'quota'],
  [429, 'You are using a Trial key, which is limited to 1000 API calls / month.', 'quota'],
  [429, 'You are using a Trial key, which is limited to 40 API calls / minute.', 'rate_limit'],
  [429, 'trial token rate limit exceeded, limit is 100000 tokens per minute', 'rate_limit'],
  [400, 'too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 4292.', 'context'],
  [400, 'too many tokens: max tokens must be less than or equal to 4096, the maximum output', 'invalid'],
  [400, 'invalid request: response_format is not supported with RAG.', 'invalid'],
  [404, "model 'xyz' not found, make sure the correct model ID was used", 'invalid'],
  [422, "invalid request: unknown field: parameter 'x' is not a valid field", 'invalid'],
  [498, 'invalid token', 'content'],
  [499, 'request cancelled', 'server'],
  [500, 'internal server error', 'server'],
  [503, 'service unavailable', 'overloaded'],
  [504, 'upstream timeout', 'timeout'],
] as const)('%i "%s" is %s', ([status, message, cause]) => {
  expect(read(status, message)).toMatchObject({ cause, message });
});

test('a page of something in between has no message', () => {
  expect(cohere.toError({ status: 502, headers: {}, body: Buffer.from('<html>') })).toMatchObject({
    cause: 'server',
    message: null,
  });
});
