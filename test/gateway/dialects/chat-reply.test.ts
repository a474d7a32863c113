import { describe, expect, test } from 'vitest';
import { renderChatError, renderChatErrorEvent } from '../../../src/gateway/dialects/openai-chat/errors.ts';
import { checkChatReply } from '../../../src/gateway/dialects/openai-chat/reply.ts';
import { checkEmbeddingsReply } from '../../../src/gateway/dialects/openai-embeddings/reply.ts';
import { GatewayError } from '../../../src/spec/gateway-error.ts';
import { noUsage } from '../../../src/spec/usage.ts';

const redact = (text: string) => text.replaceAll('CANARY', '[redacted]');
const reply = (body: unknown) => checkChatReply(Buffer.from(JSON.stringify(body)), redact);
const choices = [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }];

describe('a whole chat answer', () => {
  test('gives usage and the bytes of what was generated', () => {
    const tool = { function: { name: 'f', arguments: '{"a":1}' }, id: 'call_1' };
    const message = { content: 'hello', reasoning: 'hm', annotations: [{ content: 'quoted' }], tool_calls: [tool] };

    const facts = reply({ choices: [{ message }], usage: { prompt_tokens: 3, completion_tokens: 2 } });
    const { usage, flags, outputBytes, failure } = facts;
    expect({ usage, flags, outputBytes, failure }).toEqual({
      usage: { ...noUsage, input: 3, output: 2 },
      flags: '',
      outputBytes: 5 + 2 + 1 + '{\\"a\\":1}'.length,
      failure: null,
    });
  });

  test('has no usage where the provider gave none', () => {
    expect(reply({ choices }).usage).toBeNull();
    expect(reply({ choices, usage: null }).usage).toBeNull();
    expect(reply({ choices, usage: { prompt_tokens: -5 } })).toMatchObject({ usage: null, flags: 'usage_implausible' });
  });

  test.each([
    [{ error: { message: 'it broke CANARY', type: 'x', code: 502 } }, 'upstream_error', 'it broke [redacted]'],
    [{ error: 'plain text' }, 'upstream_error', 'plain text'],
    [{ error: { message: 'slow down', code: 429 } }, 'rate_limit_exceeded', 'slow down'],
    [{ error: { message: 'no money', type: 'insufficient_quota' } }, 'insufficient_quota', 'no money'],
    [{ error: { message: 'long', code: 'context_length_exceeded' } }, 'context_length_exceeded', 'long'],
    [
      { error: { message: 'bad key sk-CANARY', code: 401 } },
      'provider_auth',
      "The provider refused the gateway's own key. The operator has been told.",
    ],
    [{ error: { message: 'bad key', code: 'invalid_api_key' }, choices: null }, 'provider_auth', undefined],
  ])('finds the error inside a success: %j', (body, code, message) => {
    const { failure } = reply(body);

    expect(failure?.code).toBe(code);
    if (message !== undefined) expect(failure?.message).toBe(message);
  });

  test('is an answer although it has a member named error', () => {
    expect(reply({ choices, error: null }).failure).toBeNull();
    expect(reply({ choices, error: { message: 'partly' } }).failure).toBeNull();
  });

  test.each(['', '{', '<html></html>', '[]', '{}', '{"detail":"x"}', '{"choices":[]', '{"choices":[{"a":"b'])(
    'cannot be understood: %j',
    body => {
      expect(() => checkChatReply(Buffer.from(body), redact)).toThrow(
        expect.objectContaining({ code: 'upstream_invalid' }),
      );
    },
  );

  test('may be an embeddings answer, in its own shape', () => {
    const body = Buffer.from(
      '{"object":"list","data":[{"embedding":[0.1]}],"usage":{"prompt_tokens":8,"total_tokens":8}}',
    );

    expect(checkEmbeddingsReply(body, redact).usage).toEqual({ ...noUsage, input: 8 });
    expect(() => checkEmbeddingsReply(Buffer.from('{"choices":[]}'), redact)).toThrow(GatewayError);
  });
});

describe('an error in the dialect of OpenAI', () => {
  const render = (error: GatewayError) => JSON.parse(renderChatError(error, 'id-1').toString()).error;

  test('has the four members', () => {
    expect(render(new GatewayError('invalid_value', { param: 'n', message: 'no' }))).toEqual({
      message: 'no',
      type: 'invalid_request_error',
      param: 'n',
      code: 'invalid_value',
    });
    expect(render(new GatewayError('invalid_api_key'))).toMatchObject({ type: 'authentication_error', param: null });
  });

  test('keeps type, code and param of the provider', () => {
    const provider = { type: 'invalid_request_error', code: null, param: 'messages[0]' };

    expect(render(new GatewayError('upstream_error', { message: 'said', status: 400, provider }))).toEqual({
      message: 'said',
      ...provider,
    });
  });

  test('names the request where only the log knows more, and never shows details', () => {
    const text = renderChatError(new GatewayError('internal_error', { detail: 'CANARY' }), 'id-1').toString();

    expect(text).toContain('id-1');
    expect(text).not.toContain('CANARY');
  });

  test('is one event, whatever its text', () => {
    const event = renderChatErrorEvent(
      new GatewayError('upstream_error', { message: 'a\n\ndata: [DONE]\r\n\u2028' }),
      'x',
    ).toString();

    expect(event).toMatch(/^data: \{[^\n\r]*\}\n\n$/);
    expect(JSON.parse(event.slice(6)).error.message).toBe('a\n\ndata: [DONE]\r\n\u2028');
  });
});
