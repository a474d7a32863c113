import { expect, test } from 'vitest';
import { openaiChat } from '../../../src/gateway/ingress/openai-chat.ts';
import { passThrough } from '../../../src/gateway/upstream/pass-through.ts';
import { type Codec, codecOf } from '../../../src/spec/provider.ts';

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

test('members that every body has there are put in, and one that none has is taken out', () => {
  const members = { model: null, version: '"v1"' };
  const parsed = parse('{"version":"v0","model":"gpt-5","messages":[{}]}');

  expect(String(passThrough(parsed, { ...codec, members }, 'gpt-5').body)).toBe('{"version":"v1","messages":[{}]}');
  expect(String(passThrough(parsed, { ...codec, members }, 'gpt-6').body)).toBe('{"version":"v1","messages":[{}]}');
});

test('a model may be spoken to in another way than the others', () => {
  const other: Codec = { ...codec, native: 'anthropic-messages' };
  const both: Codec = { ...codec, otherwise: [{ models: /^claude/, codec: other }] };

  expect([codecOf(both, 'claude-x', 'openai-chat'), codecOf(both, 'gpt-5', 'openai-chat')]).toEqual([other, both]);
});

test('a call in another dialect that the provider speaks as well is not translated', () => {
  const responses: Codec = { ...codec, native: 'openai-responses' };
  const both: Codec = { ...codec, beside: [responses] };

  expect(codecOf(both, 'gpt-5', 'openai-responses')).toBe(responses);
  expect(codecOf(both, 'gpt-5', 'openai-chat')).toBe(both);
  expect(codecOf(both, 'gpt-5', 'anthropic-messages')).toBe(both);
});
