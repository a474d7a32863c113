import { describe, expect, test } from 'vitest';
import {
  readResponsesEnding,
  readResponsesFailure,
  responsesStatus,
} from '../../../src/spec/chat/responses-failure.ts';
import { readResponsesUsage, writeResponsesUsage } from '../../../src/spec/chat/responses-usage.ts';
import { noUsage } from '../../../src/spec/usage.ts';

describe('usage', () => {
  test('is divided into classes, and written as it was', () => {
    const wire = {
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
      output_tokens: 50,
      output_tokens_details: { reasoning_tokens: 20 },
      total_tokens: 150,
    };
    const { usage, flags } = readResponsesUsage(wire);
    expect(usage).toEqual({ ...noUsage, input: 30, cacheRead: 60, cacheWrite5m: 10, output: 30, reasoning: 20 });
    expect(flags).toBe('');
    expect(writeResponsesUsage(usage!)).toEqual(wire);
  });

  test.each([null, undefined, [], 'x', {}, { input_tokens: 0, output_tokens: 0 }])('is none in %j', wire => {
    expect(readResponsesUsage(wire)).toEqual({ usage: null, flags: '' });
  });

  test.each([
    { input_tokens: -1, output_tokens: 1 },
    { input_tokens: 1, input_tokens_details: { cached_tokens: 2 }, output_tokens: 1 },
    { input_tokens: 1e12, output_tokens: 1 },
  ])('is not believed in %j', wire => {
    expect(readResponsesUsage(wire)).toEqual({ usage: null, flags: 'usage_implausible' });
  });
});

describe('a failure', () => {
  test.each([
    ['server_error', 'Oh', 'server'],
    ['rate_limit_exceeded', 'Slow down', 'rate_limit'],
    ['insufficient_quota', 'Pay', 'quota'],
    ['context_length_exceeded', 'Too long', 'context'],
    ['invalid_prompt', 'Your prompt was flagged as potentially violating our usage policy.', 'content'],
    ['invalid_prompt', 'Wrong', 'invalid'],
    ['image_too_large', 'Too large', 'invalid'],
    ['bio_policy', 'No', 'content'],
    ['server_is_overloaded', 'Busy', 'overloaded'],
    ['unheard_of', 'Your input exceeds the context window of this model.', 'context'],
    ['unheard_of', 'What', 'server'],
  ])('with the code %s that says %j is for %s', (code, message, cause) => {
    const failed = { type: 'response.failed', response: { error: { code, message } } };
    expect(readResponsesFailure(failed)).toEqual({ cause, message, type: null, code });
    expect(readResponsesFailure({ type: 'error', code, message })).toEqual({ cause, message, type: null, code });
  });

  test.each([{}, { error: null }, { response: { error: 'x' } }, { message: 1 }])('is read from %j', wire => {
    expect(readResponsesFailure(wire)).toMatchObject({ cause: 'server', message: null, code: null });
  });
});

test.each(['stop', 'length', 'content-filter'] as const)('an answer that ended for %s is told so', reason => {
  expect(readResponsesEnding(responsesStatus(reason) as object as Record<string, unknown>, false)).toEqual({ reason });
});
