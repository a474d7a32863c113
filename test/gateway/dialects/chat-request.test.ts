import { describe, expect, test } from 'vitest';
import { scanBody } from '../../../src/gateway/body/scan-body.ts';
import { estimateInputTokens, estimateOutputTokens } from '../../../src/gateway/dialects/estimate.ts';
import { readChatRequest } from '../../../src/gateway/dialects/openai-chat/request.ts';
import { readEmbeddingsRequest } from '../../../src/gateway/dialects/openai-embeddings/request.ts';

const messages = [{ role: 'user', content: 'hi' }];
const chat = (members: object) =>
  readChatRequest(scanBody(Buffer.from(JSON.stringify({ model: 'm', messages, ...members }))));
const raw = (members: string) => readChatRequest(scanBody(Buffer.from(`{"model":"m","messages":[{}],${members}}`)));
const refusal = (code: string, param: string) => expect.objectContaining({ code, param, status: 400 });

describe('a chat request', () => {
  test('says what the gateway needs to know', () => {
    expect(
      chat({
        model: 'openai/gpt-5',
        stream: true,
        stream_options: { include_usage: true },
        max_tokens: 100,
        max_completion_tokens: 50,
        n: 3,
        user: 'ann',
      }),
    ).toEqual({ model: 'openai/gpt-5', stream: true, includeUsage: true, endUser: 'ann', maxTokens: 100, choices: 3 });
  });

  test('has defaults for what is absent or null', () => {
    const expected = { model: 'm', stream: false, includeUsage: false, endUser: '', maxTokens: null, choices: 1 };

    expect(chat({})).toEqual(expected);
    expect(chat({ stream: null, stream_options: null, max_tokens: null, n: null, user: null, metadata: null })).toEqual(
      expected,
    );
  });

  test.each([
    [{ safety_identifier: 'b', metadata: { user_id: 'c' } }, 'b'],
    [{ user: '', metadata: { user_id: 'c' } }, 'c'],
    [{ metadata: { team: 'x' } }, ''],
    [{ metadata: 'text' }, ''],
  ])('finds the end user in %j', (members, expected) => {
    expect(chat(members).endUser).toBe(expected);
  });

  test.each([
    ['max_tokens', '1e999', 'invalid_value'],
    ['max_tokens', '-1', 'invalid_value'],
    ['max_tokens', '1.5', 'invalid_value'],
    ['max_tokens', '9007199254740993', 'invalid_value'],
    ['max_tokens', '10000001', 'invalid_value'],
    ['max_tokens', '"9"', 'invalid_type'],
    ['max_completion_tokens', '-1', 'invalid_value'],
    ['max_completion_tokens', '[1]', 'invalid_type'],
    ['n', '1000000000', 'invalid_value'],
    ['n', '129', 'invalid_value'],
    ['n', '0', 'invalid_value'],
    ['stream', '"true"', 'invalid_type'],
    ['stream', '1', 'invalid_type'],
    ['stream_options', '{}', 'invalid_value'],
    ['stream_options', '"x"', 'invalid_type'],
    ['user', '5', 'invalid_type'],
    ['user', '"a\\u0000b"', 'invalid_value'],
    ['user', '"a\\nb"', 'invalid_value'],
    ['user', '"\\ud800"', 'invalid_value'],
    ['user', `"${'u'.repeat(257)}"`, 'invalid_value'],
    ['user', `"${'u'.repeat(100_000)}"`, 'invalid_value'],
  ])('refuses %s: %s', (param, value, code) => {
    expect(() => raw(`"${param}":${value}`)).toThrow(refusal(code, param));
  });

  test('takes the limits themselves', () => {
    expect(raw('"max_tokens":10000000,"n":128')).toMatchObject({ maxTokens: 10_000_000, choices: 128 });
    expect(raw('"max_tokens":0')).toMatchObject({ maxTokens: 0 });
  });

  test('names the nested member that is wrong', () => {
    expect(() => raw('"stream":true,"stream_options":{"include_usage":"yes"}')).toThrow(
      refusal('invalid_type', 'stream_options.include_usage'),
    );
    expect(() => raw('"metadata":{"user_id":"a","user_id":"b"}')).toThrow(
      refusal('duplicate_member', 'metadata.user_id'),
    );
  });

  test.each([
    ['{"messages":[{}]}', 'missing_required_parameter', 'model'],
    ['{"model":5,"messages":[{}]}', 'invalid_type', 'model'],
    ['{"model":null,"messages":[{}]}', 'invalid_type', 'model'],
    ['{"model":"","messages":[{}]}', 'invalid_value', 'model'],
    ['{"model":"a b","messages":[{}]}', 'invalid_value', 'model'],
    ['{"model":"a\\r\\nX: y","messages":[{}]}', 'invalid_value', 'model'],
    ['{"model":"a/../b","messages":[{}]}', 'invalid_value', 'model'],
    [`{"model":"${'m'.repeat(5000)}","messages":[{}]}`, 'invalid_value', 'model'],
    ['{"model":"m"}', 'missing_required_parameter', 'messages'],
    ['{"model":"m","messages":null}', 'invalid_type', 'messages'],
    ['{"model":"m","messages":"hi"}', 'invalid_type', 'messages'],
    ['{"model":"m","messages":[ ]}', 'invalid_value', 'messages'],
    ['{"model":"m","messages":["hi"]}', 'invalid_type', 'messages[0]'],
  ])('refuses %s', (body, code, param) => {
    expect(() => readChatRequest(scanBody(Buffer.from(body)))).toThrow(refusal(code, param));
  });

  test.each(['__proto__', 'constructor', 'toString', 'fine-tuned:gpt@1~x'])(
    'takes %s as a name like any other',
    model => {
      expect(chat({ model }).model).toBe(model);
    },
  );
});

describe('an embeddings request', () => {
  const read = (members: string) => readEmbeddingsRequest(scanBody(Buffer.from(`{"model":"e",${members}}`)));

  test.each(['"a"', '["a","b"]', '[1,2]', '[[1],[2]]', '[ "a" ]'])('takes the input %s', input => {
    expect(read(`"input":${input},"user":"ann","dimensions":256,"encoding_format":"base64"`)).toEqual({
      model: 'e',
      endUser: 'ann',
    });
  });

  test.each([
    ['"x":1', 'missing_required_parameter', 'input'],
    ['"input":null', 'invalid_type', 'input'],
    ['"input":{}', 'invalid_type', 'input'],
    ['"input":""', 'invalid_value', 'input'],
    ['"input":[]', 'invalid_value', 'input'],
    ['"input":[{}]', 'invalid_type', 'input[0]'],
    ['"input":[-1]', 'invalid_type', 'input[0]'],
    ['"input":"a","dimensions":1.5', 'invalid_value', 'dimensions'],
    ['"input":"a","dimensions":"9"', 'invalid_type', 'dimensions'],
    ['"input":"a","encoding_format":"hex"', 'invalid_value', 'encoding_format'],
    ['"input":"a","encoding_format":1', 'invalid_type', 'encoding_format'],
  ])('refuses %s', (members, code, param) => {
    expect(() => read(members)).toThrow(refusal(code, param));
  });
});

describe('an estimate of tokens', () => {
  test('is a quarter of the bytes', () => {
    expect(estimateInputTokens(Buffer.alloc(401, 'a'))).toBe(101);
    expect(estimateOutputTokens(0)).toBe(0);
    expect(estimateOutputTokens(5)).toBe(2);
  });

  test('counts media by their number, not by their length', () => {
    const image = `"data:image/png;base64,${'A'.repeat(1_000_000)}"`;

    expect(estimateInputTokens(Buffer.from(`{"a":${image},"b":${image}}`))).toBeLessThan(2_100);
    expect(estimateInputTokens(Buffer.from(';base64,'))).toBe(2);
  });
});
