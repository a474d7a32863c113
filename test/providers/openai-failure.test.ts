import { describe, expect, test } from 'vitest';
import { openaiFailure } from '../../providers/openai-failure.ts';
import type { ProviderFailure } from '../../src/spec/provider.ts';

function failure(status: number, body: unknown, type = 'application/json'): ProviderFailure {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return openaiFailure({ status, headers: { 'content-type': type }, body: Buffer.from(text) });
}

describe('recorded errors', () => {
  // Each body is what the named provider sent, as recorded.
  test.each<[string, number, unknown, ProviderFailure]>([
    [
      'OpenAI: a value that is not allowed',
      400,
      {
        error: {
          code: 'invalid_value',
          message: "Invalid 'messages[3]'. Content blocks are expected to be either text or image_url type.",
          param: 'messages[3]',
          type: 'invalid_request_error',
        },
      },
      {
        cause: 'invalid',
        message: "Invalid 'messages[3]'. Content blocks are expected to be either text or image_url type.",
        type: 'invalid_request_error',
        code: 'invalid_value',
        param: 'messages[3]',
      },
    ],
    [
      'OpenAI: an unknown model',
      404,
      {
        error: {
          code: 'model_not_found',
          message: 'The model `nonexistent` does not exist or you do not have access to it.',
          param: null,
          type: 'invalid_request_error',
        },
      },
      {
        cause: 'invalid',
        message: 'The model `nonexistent` does not exist or you do not have access to it.',
        type: 'invalid_request_error',
        code: 'model_not_found',
        param: null,
      },
    ],
    [
      'Groq: a tool call that failed',
      400,
      {
        error: {
          code: 'tool_use_failed',
          failed_generation: 'maybe',
          message: 'Tool choice is required, but model did not call a tool',
          type: 'invalid_request_error',
        },
      },
      {
        cause: 'invalid',
        message: 'Tool choice is required, but model did not call a tool',
        type: 'invalid_request_error',
        code: 'tool_use_failed',
        param: null,
      },
    ],
    [
      'OpenRouter: no key; its numeric code is the status once more',
      401,
      { error: { message: 'Missing Authentication header', code: 401 } },
      { cause: 'auth', message: 'Missing Authentication header', type: null, code: null, param: null },
    ],
    [
      'Mistral: a wrong key',
      401,
      { detail: 'Invalid API Key' },
      { cause: 'auth', message: 'Invalid API Key', type: null, code: null, param: null },
    ],
    [
      'Cohere: a wrong key',
      401,
      { id: '2d4609a6', message: 'Incorrect API key provided: ***.' },
      { cause: 'auth', message: 'Incorrect API key provided: ***.', type: null, code: null, param: null },
    ],
    [
      'Gemini: a wrong key is a 400',
      400,
      [
        {
          error: { code: 400, message: 'API key not valid. Please pass a valid API key.', status: 'INVALID_ARGUMENT' },
        },
      ],
      {
        cause: 'auth',
        message: 'API key not valid. Please pass a valid API key.',
        type: 'INVALID_ARGUMENT',
        code: null,
        param: null,
      },
    ],
  ])('%s', (_name, status, body, expected) => {
    expect(failure(status, body)).toEqual(expected);
  });
});

describe('shapes of a body', () => {
  test.each<[string, unknown, Partial<ProviderFailure>]>([
    [
      'error as text, code beside it',
      { code: 'bad', error: 'No such thing' },
      { message: 'No such thing', code: 'bad' },
    ],
    ['error as a list of texts', { error: ['Input is empty'] }, { message: 'Input is empty' }],
    [
      'details of a validation',
      { detail: [{ loc: ['body', 'messages', 0, 'role'], msg: 'Field required', type: 'missing' }] },
      { message: 'Field required', param: 'messages.0.role' },
    ],
    [
      'members at the top',
      { object: 'error', message: 'Bad', type: 'BadRequestError', code: 400 },
      { message: 'Bad', type: 'BadRequestError', code: null },
    ],
    ['a number of its own as code', { error: { message: 'Bad', code: 1214 } }, { message: 'Bad', code: '1214' }],
    [
      'a problem document',
      { title: 'Bad Request', detail: 'n must be 1', status: 400 },
      { message: 'n must be 1', type: null },
    ],
    ['a list of errors', { errors: [{ code: 7003, message: 'No route' }] }, { message: 'No route', code: '7003' }],
    ['a JSON string', '"Bad gateway"', { message: 'Bad gateway' }],
    ['an empty object', {}, { message: null, type: null, code: null, param: null }],
    ['null', 'null', { message: null }],
    ['an empty list', [], { message: null }],
    ['half an object', '{"error": {"message": "cut', { message: null }],
    ['nothing', '', { message: null }],
  ])('%s', (_name, body, expected) => {
    expect(failure(400, body)).toMatchObject({ cause: 'invalid', ...expected });
  });

  test('plain text is the message, a page is none', () => {
    expect(failure(502, 'upstream connect error', 'text/plain').message).toBe('upstream connect error');
    expect(failure(502, '<html><h1>Bad gateway</h1>', 'text/html')).toMatchObject({ cause: 'server', message: null });
    expect(failure(502, 'Bad gateway', 'text/html; charset=utf-8').message).toBeNull();
    expect(failure(403, '<!DOCTYPE html>', 'text/plain')).toMatchObject({ cause: 'auth', message: null });
  });

  test('bytes that are no UTF-8 do no harm', () => {
    const reply = { status: 500, headers: {}, body: Buffer.from([0xff, 0xfe, 0x00]) };

    expect(openaiFailure(reply).cause).toBe('server');
  });
});

describe('causes', () => {
  const error = (code: string | null, message = 'Sorry.', type: string | null = null) => ({
    error: { code, message, type },
  });

  test.each<[ProviderFailure['cause'], number, unknown]>([
    ['auth', 401, error('invalid_api_key', 'Incorrect API key provided: sk-…')],
    ['auth', 403, error('unsupported_country_region_territory')],
    ['auth', 400, { code: 'Client specified an invalid argument', error: 'Incorrect API key provided: xa***. ' }],
    ['quota', 402, error(null, 'Insufficient Balance')],
    ['quota', 429, error('insufficient_quota', 'You exceeded your current quota, please check your plan.')],
    ['quota', 429, error(null, 'Your account is suspended', 'exceeded_current_quota_error')],
    ['rate_limit', 429, error('rate_limit_exceeded')],
    ['rate_limit', 429, error(null, 'You exceeded your current quota. Please retry in 48.9s.', 'RESOURCE_EXHAUSTED')],
    ['rate_limit', 413, error('rate_limit_exceeded', 'Request too large for model on tokens per minute (TPM)')],
    ['rate_limit', 429, ''],
    ['context', 400, error('context_length_exceeded')],
    ['context', 400, error(null, "This model's maximum context length is 8192 tokens. However, you requested 9000.")],
    ['context', 400, error(null, 'Please reduce the length of the messages or completion.')],
    ['context', 400, error(null, "This endpoint's maximum context length is 65536 tokens.")],
    ['context', 400, error(null, 'the request exceeds the available context size', 'exceed_context_size_error')],
    ['context', 413, error(null, 'The prompt is too long: 250000 tokens')],
    ['content', 400, error('content_filter', "The response was filtered due to the prompt triggering Azure's policy")],
    ['content', 400, error(null, 'Content Exists Risk')],
    ['content', 400, error('data_inspection_failed')],
    ['content', 403, error(null, 'Your input was flagged: moderation')],
    ['invalid', 400, error('unsupported_parameter', "'max_tokens' is not supported with this model.")],
    [
      'invalid',
      400,
      error(null, 'max_tokens is too large: 100000. This model supports at most 16384 completion tokens.'),
    ],
    ['invalid', 404, ''],
    ['invalid', 422, { detail: 'n must be 1' }],
    ['overloaded', 503, ''],
    ['overloaded', 529, error(null)],
    ['overloaded', 500, error(null, 'The engine is currently overloaded, please try again later')],
    ['overloaded', 498, error('capacity_exceeded')],
    ['timeout', 408, ''],
    ['timeout', 504, '<html>'],
    ['timeout', 524, ''],
    ['server', 500, error(null)],
    ['server', 502, ''],
  ])('%s: %i %j', (cause, status, body) => {
    expect(failure(status, body).cause).toBe(cause);
  });

  test('an error inside a stream has the status that its code says, else it is the server', () => {
    expect(failure(200, { error: { code: 429, message: 'Slow down' } }).cause).toBe('rate_limit');
    expect(failure(200, { error: { message: 'No tool', status_code: 400, type: 'invalid_request_error' } }).cause).toBe(
      'invalid',
    );
    expect(failure(200, { error: { message: 'Broken' } }).cause).toBe('server');
  });

  test("an aggregator's general message is understood by the maker's own words", () => {
    const raw = JSON.stringify({ error: { code: 'context_length_exceeded' } });

    expect(failure(400, { error: { message: 'Provider returned error', code: 400, metadata: { raw } } })).toMatchObject(
      {
        cause: 'context',
        message: 'Provider returned error',
      },
    );
  });

  test('a megabyte of hostile text is classified at once', () => {
    expect(failure(400, error(null, 'maximum context '.repeat(60_000))).cause).toBe('invalid');
  });
});
