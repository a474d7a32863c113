import { expect, test } from 'vitest';
import { openaiChat } from '../../../src/gateway/ingress/openai-chat.ts';
import { passThrough } from '../../../src/gateway/upstream/pass-through.ts';
import type { Codec } from '../../../src/spec/provider.ts';

const codec: Codec = { native: 'openai-chat', path: () => '/', quirks: [], asksForUsage: true };
const parse = (text: string) => openaiChat.parse(Buffer.from(text));

test('the body is the client’s own buffer where the model keeps its name and nothing else changes', () => {
  const parsed = parse('{"model":"gpt-5","messages":[{}]}');

  expect(passThrough(parsed, codec, 'gpt-5').body).toBe(parsed.body);
});

test('another name is put in, also where the client’s is escaped', () => {
  const parsed = parse('{"model":"gpt\\u002d5","messages":[{}]}');

  expect(String(passThrough(parsed, codec, 'gpt-6').body)).toBe('{"model":"gpt-6","messages":[{}]}');
});

test('usage is asked for in a stream that keeps its model’s name', () => {
  const parsed = parse('{"model":"gpt-5","messages":[{}],"stream":true}');

  expect(String(passThrough(parsed, codec, 'gpt-5').body)).toBe(
    '{"model":"gpt-5","messages":[{}],"stream":true,"stream_options":{"include_usage":true}}',
  );
});
