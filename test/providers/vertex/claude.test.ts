import { expect, test } from 'vitest';
import { codecOf } from '../../../src/spec/provider.ts';
import { encode as atAnthropic } from '../anthropic/codec.ts';
import { said } from '../gemini/codec.ts';
import { CLAUDE, chatCodec, encode, vertex } from './codec.ts';

test('Claude is asked in its own dialect on its own paths', () => {
  const { native, path } = chatCodec(CLAUDE);

  expect(native).toBe('anthropic-messages');
  expect(path(CLAUDE, false)).toBe('/v1/publishers/anthropic/models/claude-sonnet-4-5@20250929:rawPredict');
  expect(path(CLAUDE, true)).toBe('/v1/publishers/anthropic/models/claude-sonnet-4-5@20250929:streamRawPredict');
  expect(chatCodec('gemini-2.5-flash').native).toBe('gemini-content');
});

test('its tokens are counted by a model of their own, those of Gemini by Gemini', () => {
  const count = vertex.operations.count_tokens!;
  const claude = codecOf(count, CLAUDE, 'anthropic-messages');

  expect(claude.native).toBe('anthropic-messages');
  expect(claude.path(CLAUDE, false)).toBe('/v1/publishers/anthropic/models/count-tokens:rawPredict');
  expect(codecOf(count, CLAUDE, 'gemini-content').native).toBe('anthropic-messages');
  expect(codecOf(count, 'gemini-2.5-flash', 'gemini-content').path('gemini-2.5-flash', false)).toBe(
    '/v1/publishers/google/models/gemini-2.5-flash:countTokens',
  );
});

test('the version stands in the body and the model does not', () => {
  const request = { maxTokens: 100, stream: true, messages: [said('system', 'Be brief'), said('user', 'Hi')] };
  const { body, headers } = encode(request, CLAUDE);

  expect(body).toEqual({
    anthropic_version: 'vertex-2023-10-16',
    max_tokens: 100,
    system: [{ type: 'text', text: 'Be brief' }],
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    stream: true,
  });
  expect(headers).toEqual([]);
});

test('everything else is as at Anthropic', () => {
  const request = {
    reasoning: { effort: 'high' },
    output: { type: 'json-schema', name: 'n', schema: { type: 'object', properties: { a: { type: 'string' } } } },
    seed: 1,
    extra: { anthropic: { betas: ['context-1m-2025-08-07'], context_management: { edits: [] } } },
  } as const;
  const { model: _model, ...body } = atAnthropic(request, CLAUDE).body;

  expect(encode(request, CLAUDE)).toEqual({
    body: { anthropic_version: 'vertex-2023-10-16', ...body },
    warnings: atAnthropic(request, CLAUDE).warnings,
    headers: ['anthropic-beta', 'context-1m-2025-08-07'],
  });
});

test('the gateway fetches what stands behind addresses', () => {
  const image = { type: 'image', media: { type: 'url', url: 'https://example.com/a.png' } } as const;
  const file = { type: 'file', media: { type: 'url', url: 'https://example.com/b.pdf' } } as const;
  const messages = [
    said('user', image, file, image),
    said('tool', {
      type: 'tool-result',
      callId: 'c',
      parts: [{ ...image, media: { type: 'url', url: 'gs://b/c.png' } }],
    }),
  ];

  expect(chatCodec(CLAUDE).chat!.remoteMedia!({ messages, stream: false })).toEqual([
    'https://example.com/a.png',
    'https://example.com/b.pdf',
    'gs://b/c.png',
  ]);
});
