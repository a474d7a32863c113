import { describe, expect, test } from 'vitest';
import { scanBody } from '../../../../src/gateway/body/scan-body.ts';
import {
  renderMessagesError,
  renderMessagesErrorEvent,
} from '../../../../src/gateway/dialects/anthropic-messages/errors.ts';
import { checkMessagesReply } from '../../../../src/gateway/dialects/anthropic-messages/reply.ts';
import { readMessagesRequest } from '../../../../src/gateway/dialects/anthropic-messages/request.ts';
import { type ErrorCode, errorTable } from '../../../../src/spec/error-table.ts';
import { GatewayError } from '../../../../src/spec/gateway-error.ts';

const read = (body: unknown) => readMessagesRequest(scanBody(Buffer.from(JSON.stringify(body))));
const messages = [{ role: 'user', content: 'hi' }];

test('a request is read for what matters on its way', () => {
  expect(read({ model: 'm', max_tokens: 5, messages, stream: true, metadata: { user_id: 'u' } })).toEqual({
    model: 'm',
    maxTokens: 5,
    stream: true,
    endUser: 'u',
  });
});

test.each([
  [{ messages }, 'model'],
  [{ model: 'm' }, 'messages'],
  [{ model: 'm', messages: [] }, 'messages'],
  [{ model: 'm', messages: ['hi'] }, 'messages[0]'],
  [{ model: 'm', messages, stream: 'yes' }, 'stream'],
  [{ model: 'm', messages, max_tokens: -1 }, 'max_tokens'],
  [{ model: 'm', messages, metadata: { user_id: 'x'.repeat(257) } }, 'metadata.user_id'],
])('the mistake in %j is named %s', (body, param) => {
  expect(() => read(body)).toThrow(expect.objectContaining({ param }));
});

const same = (text: string) => text;
const reply = (value: unknown) => checkMessagesReply(Buffer.from(JSON.stringify(value)), same);

describe('a whole message', () => {
  test('tells its usage, or how much text it has', () => {
    const content = [{ type: 'text', text: 'Hello' }];
    expect(reply({ content, usage: { input_tokens: 3, output_tokens: 2 } }).usage).toMatchObject({
      input: 3,
      output: 2,
    });
    expect(reply({ content })).toMatchObject({ usage: null, outputBytes: 5 });
  });

  test('may be an error, and may be nothing', () => {
    const error = { type: 'error', error: { type: 'rate_limit_error', message: 'Slow down' } };
    expect(reply(error).failure).toMatchObject({ code: 'rate_limit_exceeded', message: 'Slow down' });
    expect(() => reply({ id: 'x' })).toThrow(expect.objectContaining({ code: 'upstream_invalid' }));
  });
});

describe('errors', () => {
  const typeOf = (error: GatewayError) => JSON.parse(renderMessagesError(error, 'r').toString()).error.type;

  test('have the shape of the dialect, as bodies and as events', () => {
    const error = new GatewayError('invalid_api_key');
    const shape = {
      type: 'error',
      error: { type: 'authentication_error', message: 'This API key is not valid.' },
      request_id: 'r',
    };
    expect(JSON.parse(renderMessagesError(error, 'r').toString())).toEqual(shape);
    expect(renderMessagesErrorEvent(error, 'r').toString()).toBe(`event: error\ndata: ${JSON.stringify(shape)}\n\n`);
  });

  test('each have a type of the dialect that fits their status', () => {
    const callers =
      /^(invalid_request|authentication|permission|not_found|rate_limit|timeout)_error$|^request_too_large$/;
    for (const code of Object.keys(errorTable) as ErrorCode[]) {
      const error = new GatewayError(code);
      expect([code, typeOf(error)]).toEqual([
        code,
        expect.stringMatching(error.status < 500 ? callers : /^(api|overloaded|timeout)_error$/),
      ]);
    }
  });

  test.each([
    [529, 'overloaded_error', 'overloaded_error'],
    [400, 'invalid_request_error', 'invalid_request_error'],
    [429, 'tokens', 'rate_limit_error'],
    [500, 'invalid_request_error', 'api_error'],
    [404, 'NOT_FOUND', 'not_found_error'],
    [422, null, 'invalid_request_error'],
  ])('of a provider with status %i and type %s are told as %s', (status, type, told) => {
    expect(typeOf(new GatewayError('upstream_error', { status, provider: { type } }))).toBe(told);
  });
});
