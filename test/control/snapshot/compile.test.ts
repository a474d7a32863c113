import { describe, expect, test } from 'vitest';
import { masterKey } from '../../../src/control/secrets/master-key.ts';
import { createSealer } from '../../../src/control/secrets/sealer.ts';
import { secretResolver, storableKey } from '../../../src/control/secrets/secret-resolver.ts';
import { compileSnapshot } from '../../../src/control/snapshot/compile.ts';
import {
  defaultTimeouts,
  type KeyResource,
  type ModelResource,
  type ProviderResource,
  type Resources,
} from '../../../src/spec/resources.ts';
import { Secret } from '../../../src/spec/secret.ts';
import type { PriceBook } from '../../../src/spec/snapshot.ts';
import { adapters } from '../configuration/support.ts';

const sealer = createSealer(masterKey(Buffer.alloc(32, 5)));

function compile(part: Partial<Resources>) {
  const logged: object[] = [];
  const sources = { environment: { KEY: 'sk-canary' }, folder: '/', folders: [], protectedPaths: [] };
  const snapshot = compileSnapshot(
    {
      version: 7,
      organization: 'default',
      storeResponses: null,
      teams: [],
      consumers: [],
      keys: [],
      providers: [],
      models: [],
      prices: [],
      ...part,
    },
    {
      adapters,
      resolve: secretResolver(sources, sealer),
      openPriceBook: ({ overrides }): PriceBook => ({
        version: String(overrides.length),
        find: () => null,
        models: name => (name === 'openai' ? ['gpt-5', 'gpt-5-mini'] : []),
      }),
      logger: { error: (fields: object) => void logged.push(fields) },
    },
  );
  return { snapshot, logged };
}

const provider = (part: Partial<ProviderResource> & { name: string }): ProviderResource => ({
  adapter: part.name,
  baseUrl: null,
  keys: [],
  models: null,
  pricesFrom: null,
  allowInsecure: false,
  settings: {},
  position: 0,
  managedBy: 'file',
  ...part,
});

const boundTo = (provider: string, origin: string, reference: string): string =>
  storableKey(sealer, { provider, origin }, reference);

const key = (part: Partial<KeyResource>): KeyResource => ({
  id: 'id-1',
  name: 'web',
  team: 'search',
  consumer: null,
  digest: 'digest-1',
  hint: 'abcd',
  models: ['*'],
  createdAt: new Date(0),
  expiresAt: null,
  revokedAt: null,
  storeResponses: null,
  managedBy: 'api',
  ...part,
});

const model = (part: Partial<ModelResource>): ModelResource => ({
  name: 'fast',
  strategy: 'weighted',
  targets: [],
  fallbacks: [],
  retries: 2,
  timeouts: defaultTimeouts,
  managedBy: 'file',
  ...part,
});

describe('providers', () => {
  test('built-in ones are always there, behind the configured ones', () => {
    const { snapshot } = compile({
      providers: [provider({ name: 'groq', position: 1 }), provider({ name: 'openai', position: 0 })],
    });

    expect([...snapshot.providers.keys()]).toEqual(['openai', 'groq', 'simulator']);
    expect(snapshot.providers.get('simulator')).toMatchObject({ keys: [], models: new Set(['echo']) });
  });

  test('a provider carries its address, its keys as secrets and a label per key', () => {
    const { snapshot } = compile({
      providers: [
        provider({
          name: 'box',
          adapter: 'openai-compatible',
          baseUrl: 'http://10.0.0.7:8000/v1/',
          keys: [boundTo('box', 'http://10.0.0.7:8000', 'env:KEY')],
        }),
      ],
    });
    const box = snapshot.providers.get('box')!;

    expect(box).toMatchObject({ origin: 'http://10.0.0.7:8000', basePath: '/v1', pricesFrom: 'box' });
    expect(box.adapter?.id).toBe('openai-compatible');
    expect(box.keys.map(({ label, secret }) => [label, secret.reveal()])).toEqual([['box#0', 'sk-canary']]);
    expect(JSON.stringify([...snapshot.providers])).not.toContain('canary');
  });

  test('known models are the listed ones, else those of the price book', () => {
    const { snapshot } = compile({
      providers: [
        provider({ name: 'openai' }),
        provider({ name: 'listed', adapter: 'openai', models: ['one'] }),
        provider({ name: 'none', adapter: 'openai', models: [] }),
        provider({ name: 'other', adapter: 'openai', pricesFrom: 'openai' }),
        provider({ name: 'unpriced', adapter: 'openai' }),
      ],
    });
    const models = (name: string) => [...snapshot.providers.get(name)!.models];

    expect(models('openai')).toEqual(['gpt-5', 'gpt-5-mini']);
    expect(models('listed')).toEqual(['one']);
    expect(models('none')).toEqual([]);
    expect(models('other')).toEqual(['gpt-5', 'gpt-5-mini']);
    expect(models('unpriced')).toEqual([]);
  });

  test('an adapter that is planned is null', () => {
    const { snapshot, logged } = compile({
      providers: [provider({ name: 'anthropic' }), provider({ name: 'bedrock' })],
    });

    expect(snapshot.providers.get('anthropic')).toMatchObject({ adapter: null, origin: 'https://api.anthropic.com' });
    expect(snapshot.providers.get('bedrock')).toMatchObject({ adapter: null, origin: '' });
    expect(logged).toEqual([]);
  });

  test('S5 a key sealed for another origin is left out and logged as key_unsealed', () => {
    const sealed = storableKey(sealer, { provider: 'box', origin: 'https://old.example' }, new Secret('sk-canary'));
    const box = (baseUrl: string) => provider({ name: 'box', adapter: 'openai-compatible', baseUrl, keys: [sealed] });

    const kept = compile({ providers: [box('https://old.example/v1')] });
    expect(kept.snapshot.providers.get('box')!.keys).toHaveLength(1);
    const moved = compile({ providers: [box('https://evil.example/v1')] });
    expect(moved.snapshot.providers.get('box')!.keys).toEqual([]);
    expect(moved.logged).toEqual([expect.objectContaining({ provider: 'box', key: 'box#0', code: 'key_unsealed' })]);
  });

  test('S5 a reference bound to another origin, or written into the database, is left out and logged', () => {
    const bound = boundTo('box', 'https://old.example', 'env:KEY');
    const moved = provider({
      name: 'box',
      adapter: 'openai-compatible',
      baseUrl: 'https://evil.example/v1',
      keys: [bound],
    });
    for (const stored of [moved, { ...moved, keys: ['env:KEY'] }]) {
      const { snapshot, logged } = compile({ providers: [stored] });
      expect(snapshot.providers.get('box')!.keys).toEqual([]);
      expect(logged).toEqual([expect.objectContaining({ provider: 'box', key: 'box#0', code: 'key_unsealed' })]);
    }
  });

  test('one provider that cannot be used does not spoil the rest', () => {
    const { snapshot, logged } = compile({
      providers: [
        provider({
          name: 'openai',
          keys: ['env:ABSENT', 'env:KEY'].map(name => boundTo('openai', 'https://api.openai.com', name)),
        }),
        provider({ name: 'broken', adapter: 'openai-compatible', baseUrl: 'ftp://x' }),
        provider({ name: 'nowhere', adapter: 'openai-compatible' }),
        provider({ name: 'gone', adapter: 'removed-adapter' }),
      ],
    });

    expect(snapshot.providers.get('openai')!.keys.map(({ label }) => label)).toEqual(['openai#1']);
    expect(snapshot.providers.get('broken')).toMatchObject({ adapter: null, keys: [] });
    expect(snapshot.providers.get('nowhere')).toMatchObject({ adapter: null, keys: [] });
    expect(snapshot.providers.get('gone')).toMatchObject({ adapter: null, keys: [] });
    expect(logged).toHaveLength(3);
    expect(JSON.stringify(logged)).not.toContain('canary');
  });

  test('a stored provider cannot take the place of a built-in one', () => {
    const { snapshot } = compile({
      providers: [provider({ name: 'simulator', adapter: 'openai', keys: ['env:KEY'] })],
    });

    expect(snapshot.providers.get('simulator')).toMatchObject({ keys: [], adapter: { id: 'simulator' } });
  });
});

describe('principals', () => {
  test('are found by digest; expired keys stay, revoked ones do not', () => {
    const { snapshot } = compile({
      keys: [
        key({}),
        key({ id: 'id-2', digest: 'digest-2', consumer: 'app', expiresAt: new Date(5), models: ['fast'] }),
        key({ id: 'id-3', digest: 'digest-3', revokedAt: new Date(1) }),
      ],
    });

    expect(snapshot.principals.get('digest-1')).toEqual({
      keyId: 'id-1',
      keyName: 'web',
      organization: 'default',
      team: 'search',
      consumer: '',
      models: ['*'],
      expiresAtMillis: Number.POSITIVE_INFINITY,
      storesResponses: false,
    });
    expect(snapshot.principals.get('digest-2')).toMatchObject({
      consumer: 'app',
      expiresAtMillis: 5,
      storesResponses: false,
      models: ['fast'],
    });
    expect(snapshot.principals.has('digest-3')).toBe(false);
  });
});

describe('policies', () => {
  const target = (name: string, weight = 1) => ({ model: name, weight });

  test('their targets point at the providers of the same snapshot', () => {
    const { snapshot } = compile({
      providers: [provider({ name: 'openai' })],
      models: [
        model({
          targets: [target('openai/gpt-5', 3), target('simulator/a/b')],
          fallbacks: [target('openai/gpt-5-mini')],
        }),
      ],
    });
    const fast = snapshot.policies.get('fast')!;

    expect(fast).toMatchObject({ name: 'fast', strategy: 'weighted', retries: 2, timeouts: defaultTimeouts });
    expect(fast.targets.map(({ name, model, weight }) => [name, model, weight])).toEqual([
      ['openai/gpt-5', 'gpt-5', 3],
      ['simulator/a/b', 'a/b', 1],
    ]);
    expect(fast.targets[0]!.provider).toBe(snapshot.providers.get('openai'));
    expect(fast.fallbacks[0]!.name).toBe('openai/gpt-5-mini');
  });

  test('a target whose provider is gone is left out; an alias without targets is not served', () => {
    const { snapshot, logged } = compile({
      models: [
        model({ targets: [target('gone/x'), target('simulator/echo')] }),
        model({ name: 'empty', targets: [target('gone/x')] }),
      ],
    });

    expect(snapshot.policies.get('fast')!.targets.map(({ name }) => name)).toEqual(['simulator/echo']);
    expect(snapshot.policies.has('empty')).toBe(false);
    expect(logged).toHaveLength(3);
  });
});

test('a snapshot is numbered, priced and cannot be changed', () => {
  const { snapshot } = compile({ providers: [provider({ name: 'openai' })] });

  expect(snapshot).toMatchObject({ version: 7, organization: 'default', prices: { version: '0' } });
  expect(Object.isFrozen(snapshot)).toBe(true);
  for (const one of snapshot.providers.values()) expect(Object.isFrozen(one)).toBe(true);
});

test('J5 names of object members find nothing', () => {
  const { snapshot } = compile({});

  for (const name of ['__proto__', 'constructor', 'toString']) {
    expect(snapshot.providers.get(name)).toBeUndefined();
    expect(snapshot.policies.get(name)).toBeUndefined();
    expect(snapshot.principals.get(name)).toBeUndefined();
  }
});
