import { expect, test } from 'vitest';
import { geminiCall, withoutQueryKeys } from '../../../src/gateway/ingress/gemini-path.ts';

test.each([
  ['/v1beta/models/gemini-2.5-pro:generateContent', 'gemini-2.5-pro', []],
  ['/v1beta/models/ollama/llama3:8b:generateContent?key=a%2Bb', 'ollama/llama3:8b', ['a+b']],
  ['/gemini/v1alpha/openai%2Fgpt-5:countTokens?x=1&key=a&key=b', 'openai/gpt-5', ['a', 'b']],
  ['/v1/publishers/google/models/gemini-3-pro:streamGenerateContent?alt=sse', 'gemini-3-pro', []],
  ['/v1beta1/projects/p/locations/l/publishers/anthropic/models/claude-x:generateContent', 'anthropic/claude-x', []],
] as const)('%s names its model and its keys', (target, model, queryKeys) => {
  expect(geminiCall(target)).toMatchObject({ model, queryKeys });
});

test.each([
  '/v1/chat/completions',
  '/v1beta/models/gemini-2.5-pro',
  '/v1beta/models/gemini-2.5-pro:embedContent',
  '/v1beta/models/%zz:generateContent',
  '/v2/models/x:generateContent',
  '/v1beta/models/x?y=:generateContent',
])('%s is no such call', target => {
  expect(geminiCall(target)).toBeNull();
});

test('the stream is asked for in one of two forms', () => {
  const form = (query: string) => geminiCall(`/v1beta/models/x:streamGenerateContent${query}`)?.ingress.client;
  expect(form('?alt=sse')?.streamType).toBeUndefined();
  for (const query of ['', '?alt=json', '?key=alt=sse']) expect(form(query)?.streamType).toMatch(/^application\/json/);
});

test.each([
  ['/v1beta/models?pageSize=2&key=abc&x=%20', '/v1beta/models?pageSize=2&x=%20', ['abc']],
  ['/v1beta/models/x:generateContent?key=abc', '/v1beta/models/x:generateContent', ['abc']],
  ['/v1/models?k%65y=abc', '/v1/models', ['abc']],
  ['/v1beta/models?monkey=abc', '/v1beta/models?monkey=abc', []],
  ['/v1/key?key=abc', '/v1/key?key=abc', []],
] as const)('the keys of %s are taken out where they count', (target, rest, keys) => {
  expect(withoutQueryKeys(target)).toEqual({ target: rest, keys });
});
