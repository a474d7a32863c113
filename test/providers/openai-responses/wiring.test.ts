import { describe, expect, test } from 'vitest';
import azure from '../../../providers/azure/index.ts';
import openai from '../../../providers/openai.ts';
import generic from '../../../providers/openai-compatible.ts';
import { codecOf, type Dialect, type Provider, type ProviderSettings } from '../../../src/spec/provider.ts';

const spoken = (provider: Provider, model: string, dialect: Dialect, settings: ProviderSettings = {}) =>
  codecOf((provider.configure?.(settings) ?? provider).operations.chat!, model, dialect).native;

describe('the dialect that a call reaches a model in', () => {
  test("is the client's own where the model answers in it", () => {
    expect(spoken(openai, 'gpt-5', 'openai-responses')).toBe('openai-responses');
    expect(spoken(openai, 'gpt-5', 'openai-chat')).toBe('openai-chat');
    expect(spoken(openai, 'gpt-5', 'anthropic-messages')).toBe('openai-chat');
  });

  test.each([
    'o1-pro',
    'o3-pro-2025-06-10',
    'o3-deep-research',
    'o4-mini-deep-research',
    'gpt-5-pro',
    'gpt-5.5-pro-2026-04-23',
    'gpt-5-codex',
    'gpt-5.1-codex-max',
    'codex-mini-latest',
    'computer-use-preview',
  ])('is Responses for %s, which answers in no other', model => {
    for (const dialect of ['openai-chat', 'openai-responses', 'anthropic-messages'] as const) {
      expect(spoken(openai, model, dialect)).toBe('openai-responses');
    }
  });

  test.each(['gpt-4o-audio-preview', 'gpt-4o-mini-search-preview', 'gpt-5-search-api', 'o1-mini'])(
    'is chat for %s, which does not answer in Responses',
    model => expect(spoken(openai, model, 'openai-responses')).toBe('openai-chat'),
  );

  test('is what the configuration file says', () => {
    expect(spoken(openai, 'gpt-5', 'openai-chat', { api: 'responses' })).toBe('openai-responses');
    expect(spoken(openai, 'gpt-5', 'openai-responses', { api: 'chat' })).toBe('openai-chat');
    expect(spoken(generic, 'm', 'openai-responses')).toBe('openai-chat');
    expect(spoken(generic, 'm', 'openai-responses', { api: 'both' })).toBe('openai-responses');
    expect(spoken(azure, 'm', 'openai-chat', { api: 'responses' })).toBe('openai-responses');
  });
});

describe('Azure', () => {
  const responses = (settings: ProviderSettings) =>
    codecOf(azure.configure!(settings).operations.chat!, 'gpt-5-pro', 'openai-chat');

  test('is asked at the resource, with the deployment in the body', () => {
    expect(responses({}).path('gpt-5-pro', false)).toBe('/openai/v1/responses');
    const dated = responses({ api_version: '2025-04-01-preview', deployments: { 'gpt-5-pro': 'big' } });
    expect(dated.path('gpt-5-pro', true)).toBe('/openai/responses?api-version=2025-04-01-preview');
    const { body } = dated.chat!.toProvider({ messages: [], stream: false }, 'gpt-5-pro');
    expect(body).toMatchObject({ model: 'big' });
  });

  test('knows no Responses before its version came', () => {
    expect(responses({ api_version: '2024-10-21', api: 'responses' }).native).toBe('openai-chat');
  });
});
