import { describe, expect, test } from 'vitest';
import azure from '../../../providers/azure/index.ts';
import type { ProviderSettings } from '../../../src/spec/provider.ts';

const configured = (settings: ProviderSettings = {}) => azure.configure!(settings);
const chat = (settings: ProviderSettings = {}) => configured(settings).operations.chat!;
const embeddings = (settings: ProviderSettings = {}) => configured(settings).operations.embeddings!;
const deployments = { 'gpt-5': 'big-one', 'text-embedding-3-small': 'vectors' };
const request = { messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }], maxTokens: 9 } as const;

describe('the newer form', () => {
  test('is the usual one: the model stands in the body, and no version is needed', () => {
    expect(chat().path('gpt-5', true)).toBe('/openai/v1/chat/completions');
    expect(embeddings().path('text-embedding-3-small', false)).toBe('/openai/v1/embeddings');
    expect(configured().lists).toBe('/openai/v1/models');
  });

  test.each(['v1', 'preview', 'latest'])('takes the version %s as a query', version => {
    expect(chat({ api_version: version }).path('gpt-5', false)).toBe(
      `/openai/v1/chat/completions?api-version=${version}`,
    );
    expect(chat({ api_version: version }).asksForUsage).toBe(true);
  });

  test('asks for a mapped model by the name of its deployment', () => {
    expect(chat({ deployments }).nameOf?.('gpt-5')).toBe('big-one');
    expect(chat({ deployments }).nameOf?.('another')).toBe('another');
    expect(chat({ deployments }).path('gpt-5', false)).toBe('/openai/v1/chat/completions');
  });
});

describe('the form of a version by date', () => {
  const settings = { api_version: '2024-10-21', deployments };

  test('has the deployment in the path', () => {
    expect(chat(settings).path('gpt-5', true)).toBe(
      '/openai/deployments/big-one/chat/completions?api-version=2024-10-21',
    );
    expect(embeddings(settings).path('text-embedding-3-small', false)).toBe(
      '/openai/deployments/vectors/embeddings?api-version=2024-10-21',
    );
    expect(configured(settings).lists).toBe('/openai/models?api-version=2024-10-21');
  });

  test('has a model that is not mapped there as it is, and never a part of the path', () => {
    expect(chat(settings).path('other/..', false)).toBe(
      '/openai/deployments/other%2F../chat/completions?api-version=2024-10-21',
    );
  });

  test.each([
    ['2024-02-01', false],
    ['2024-08-01-preview', false],
    ['2024-09-01-preview', true],
    ['2024-10-21', true],
    ['2025-04-01-preview', true],
  ])('%s asks for usage in streams: %s', (version, asks) => {
    const { asksForUsage, quirks } = chat({ api_version: version });
    expect(asksForUsage).toBe(asks);
    expect(quirks.some(quirk => quirk.drop?.includes('stream_options'))).toBe(!asks);
  });
});

test('a key goes into a header of its own', () => {
  expect(azure.authorize('0123')).toEqual(['api-key', '0123']);
  expect(azure.authorize(null)).toEqual([]);
});

test('mapped models are the ones it is known to serve', () => {
  expect(configured({ deployments }).serves).toEqual(['gpt-5', 'text-embedding-3-small']);
  expect(configured().serves).toBeUndefined();
});

test.each([
  ['gpt-5', { model: 'big-one', messages: [{ role: 'user', content: 'Hi' }], max_completion_tokens: 9 }],
  ['gpt-4o', { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 9 }],
])('a translated request for %s says what this model takes', (model, body) => {
  expect(chat({ deployments }).chat?.toProvider({ ...request, stream: false }, model)).toEqual({ body, warnings: [] });
});

test('translated embeddings are asked of the deployment', () => {
  const encoded = embeddings({ deployments }).embeddings?.toProvider({ input: ['a'] }, 'text-embedding-3-small');
  expect(encoded?.body).toEqual({ model: 'vectors', input: ['a'], encoding_format: 'float' });
});
