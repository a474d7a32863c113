import { expect, test } from 'vitest';
import { providerTool, unsaid } from '../../../src/spec/chat/server-tools.ts';

const location = { city: 'Paris', region: 'IDF', country: 'FR', timezone: 'Europe/Paris' };

test.each<[string, object, object | undefined]>([
  [
    'anthropic',
    { type: 'web_search_20250305', name: 'web_search', max_uses: 3, allowed_domains: ['a.test'] },
    { kind: 'web-search', maxUses: 3, allowedDomains: ['a.test'] },
  ],
  [
    'anthropic',
    { type: 'web_search_20260209', name: 'web_search', user_location: { type: 'approximate', ...location } },
    { kind: 'web-search', userLocation: location },
  ],
  [
    'anthropic',
    { type: 'web_fetch_20250910', name: 'web_fetch', blocked_domains: ['b.test'], citations: { enabled: true } },
    { kind: 'web-fetch', blockedDomains: ['b.test'], others: ['citations'] },
  ],
  ['anthropic', { type: 'code_execution_20250825', name: 'code_execution' }, { kind: 'code-execution' }],
  [
    'openai-responses',
    {
      type: 'web_search',
      filters: { allowed_domains: ['a.test'] },
      search_context_size: 'high',
      user_location: location,
    },
    { kind: 'web-search', allowedDomains: ['a.test'], contextSize: 'high', userLocation: location },
  ],
  ['openai-responses', { type: 'web_search_preview_2025_03_11' }, { kind: 'web-search' }],
  [
    'openai-responses',
    { type: 'code_interpreter', container: { type: 'auto' } },
    { kind: 'code-execution', others: ['container'] },
  ],
  [
    'openai-chat',
    {
      web_search_options: { search_context_size: 'low', user_location: { type: 'approximate', approximate: location } },
    },
    { kind: 'web-search', contextSize: 'low', userLocation: location },
  ],
  ['gemini', { googleSearch: { excludeDomains: ['b.test'] } }, { kind: 'web-search', blockedDomains: ['b.test'] }],
  ['gemini', { google_search: {} }, { kind: 'web-search' }],
  ['gemini', { code_execution: {} }, { kind: 'code-execution' }],
  ['gemini', { urlContext: {} }, { kind: 'web-fetch' }],
  [
    'anthropic',
    { type: 'web_search_20250305', max_uses: 'x', allowed_domains: [1] },
    {
      kind: 'web-search',
      others: ['max_uses', 'allowed_domains'],
    },
  ],
  ['anthropic', { type: 'memory_20250818', name: 'memory' }, undefined],
  ['anthropic', { type: 'constructor' }, undefined],
  ['gemini', { constructor: {} }, undefined],
  ['gemini', {}, undefined],
])('a tool of %s tells what others have as well: %j', (dialect, definition, shared) => {
  const tool = providerTool(dialect, definition as Record<string, unknown>);
  expect(tool).toEqual({ type: 'provider', dialect, definition, ...(shared && { shared }) });
});

test('what a codec cannot say is named as clients spell it', () => {
  const shared = { kind: 'web-search', maxUses: 1, contextSize: 'low', others: ['strict'] } as const;
  expect(unsaid(shared, ['maxUses'])).toEqual(['search_context_size', 'strict']);
});
