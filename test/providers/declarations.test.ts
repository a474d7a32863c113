import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { plannedAdapters, providers } from '../../providers/index.ts';

const page = readFileSync(new URL('../../docs/providers.md', import.meta.url), 'utf8');
const section = (title: string): string => page.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
const rows = (text: string): string[][] =>
  [...text.matchAll(/^\| `([^`]+)` \|.*$/gm)].map(([row]) => row.split('|').map(cell => cell.trim()));

/** Those that speak OpenAI's dialect, whose declarations are data. */
const compatible = new Map([...providers].filter(([, provider]) => provider.operations.chat?.chat === undefined));

describe.each([...providers])('provider %s', (id, provider) => {
  test('is declared with an id, an address and the operations it has', () => {
    expect(provider.id).toBe(id);
    expect(id).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(Object.keys(provider.operations)).not.toHaveLength(0);
    const codecs = Object.values(provider.operations);
    for (const codec of [...codecs, ...codecs.flatMap(({ otherwise = [] }) => otherwise.map(other => other.codec))])
      expect(codec.path('m', false)).toMatch(/^\/[a-zA-Z0-9/:_?=.-]+$/);
    if (provider.baseUrl !== undefined) {
      expect(provider.baseUrl).toBe(provider.baseUrl.replace(/\/$/, ''));
      expect(new URL(provider.baseUrl).protocol).toBe(provider.baseUrl.includes('//127.0.0.1') ? 'http:' : 'https:');
    }
  });

  test('needs a key unless it is keyless', () => {
    expect(provider.keyless === true).toBe(provider.keyNames.length === 0);
    for (const name of provider.keyNames) expect(name).toMatch(/^[A-Z][A-Z0-9_]+$/);
  });

  test('is in the table of docs/providers.md as it is declared', () => {
    const row = rows(section('Built')).find(cells => cells[1] === `\`${id}\``);
    if (provider.baseUrl && !provider.local) expect(row?.[2]).toBe(`\`${provider.baseUrl}\``);
    for (const name of provider.keyNames) expect(row?.[3]).toContain(`\`${name}\``);
    expect(row?.[4]).toBe(Object.keys(provider.operations).join(', '));
  });
});

test.each([...compatible.values()])('$id takes its key as a bearer token', provider => {
  expect(provider.authorize('secret')).toEqual(['authorization', 'Bearer secret']);
  expect(provider.authorize(null)).toEqual([]);
});

test('docs/providers.md lists no provider that does not exist, and every planned one', () => {
  expect(rows(section('Built')).map(cells => cells[1])).toEqual([...providers.keys()].map(id => `\`${id}\``));
  expect(rows(section('Known, not built')).map(cells => cells[1])).toEqual(
    [...plannedAdapters.keys()].map(id => `\`${id}\``),
  );
});

test('a planned adapter is not also built', () => {
  expect([...plannedAdapters.keys()].filter(id => providers.has(id))).toEqual([]);
});

test('a bare model name has at most one maker', () => {
  const makers = (model: string) => [...providers.values()].filter(it => it.makes?.test(model)).map(it => it.id);

  expect(makers('gpt-5')).toEqual(['openai']);
  expect(makers('o3-mini')).toEqual(['openai']);
  expect(makers('text-embedding-3-small')).toEqual(['openai']);
  expect(makers('gpt-oss-120b')).toEqual([]);
  expect(makers('deepseek-chat')).toEqual(['deepseek']);
  expect(makers('grok-4')).toEqual(['xai']);
  expect(makers('kimi-k2.5')).toEqual(['moonshotai']);
  expect(makers('glm-5')).toEqual(['zai']);
  expect(makers('qwen-plus')).toEqual(['dashscope']);
  expect(makers('command-a-03-2025')).toEqual(['cohere']);
  expect(makers('embed-v4.0')).toEqual(['cohere']);
  expect(makers('sonar-pro')).toEqual(['perplexity']);
  expect(makers('llama-3.3-70b')).toEqual([]);
});

describe('quirks of OpenAI', () => {
  const renamed = (model: string) =>
    providers.get('openai')!.operations.chat!.quirks.some(quirk => quirk.models?.test(model) && quirk.rename);

  test.each(['o1', 'o3-mini', 'gpt-5', 'gpt-5-mini-2025-08-07', 'gpt-5.6-sol', 'gpt-6-luna', 'codex-mini-latest'])(
    '%s is asked with max_completion_tokens',
    model => expect(renamed(model)).toBeTruthy(),
  );

  test.each(['gpt-4o', 'gpt-4.1-mini', 'gpt-3.5-turbo', 'text-embedding-3-large', 'omni-moderation-latest'])(
    '%s keeps max_tokens',
    model => expect(renamed(model)).toBeFalsy(),
  );
});
