import { describe, expect, test } from 'vitest';
import { compatible } from '../../../providers/openai-compatible.ts';
import { toFileResources } from '../../../src/control/configuration/to-file-resources.ts';
import { masterKey } from '../../../src/control/secrets/master-key.ts';
import { createSealer } from '../../../src/control/secrets/sealer.ts';
import { secretResolver, storableKey } from '../../../src/control/secrets/secret-resolver.ts';
import { compileProvider } from '../../../src/control/snapshot/compile-provider.ts';
import { keyDigester } from '../../../src/spec/key-digest.ts';
import type { Provider, ProviderSettings } from '../../../src/spec/provider.ts';
import { Secret } from '../../../src/spec/secret.ts';
import { readWith, adapters as usual } from './support.ts';

/** An adapter with a setting of each kind, whose keys that begin with `app:` are exchanged for tokens. */
const cloud = (settings: ProviderSettings): Provider => ({
  ...compatible({ id: 'cloud', keyNames: ['CLOUD_KEY'] }),
  ...(typeof settings.region === 'string' && { baseUrl: `https://${settings.region}.cloud.example/v1` }),
  ...(typeof settings.names === 'object' && { serves: Object.keys(settings.names) }),
  addressForm: { pattern: /^(?!\/wrong)/, expected: 'expected an address without /wrong' },
  settings: {
    region: { kind: 'text', pattern: /^[a-z]+-\d$/, expected: 'expected a region such as eu-1', required: true },
    names: { kind: 'mapping', pattern: /^\w+$/, expected: 'expected a name' },
  },
  configure: cloud,
  exchange: {
    baseUrl: 'https://tokens.cloud.example/oauth',
    readKey: key => {
      if (!key.startsWith('app:')) return null;
      if (key === 'app:') throw new RangeError('expected more behind app:');
      return { path: '/token', form: { secret: new Secret(key.slice(4)) } };
    },
  },
});

const adapters = { ...usual, built: new Map([...usual.built, ['cloud', cloud({})]]) };
const sealer = createSealer(masterKey(Buffer.alloc(32, 3)));
const protection = { sealer, digest: keyDigester(Buffer.alloc(32, 4)) };
const problems = (members: string) => readWith(adapters, `providers:\n  cloud: { ${members} }\n`).problems;

function resource(members: string) {
  const { file, problems: found } = readWith(adapters, `providers:\n  cloud: { ${members} }\n`);
  expect(found).toEqual([]);
  return toFileResources(file!, protection).providers[0]!;
}

function compiled(provider: ReturnType<typeof resource>) {
  const logged: object[] = [];
  const sources = {
    environment: { APP: 'app:of-the-environment', BROKEN: 'app:' },
    folder: '/',
    folders: [],
    protectedPaths: [],
  };
  const prices = { version: '', find: () => null, models: () => ['of-the-book'] };
  const logger = { error: (fields: object) => void logged.push(fields) };
  const parts = { adapters, resolve: secretResolver(sources, sealer), logger };
  return { provider: compileProvider(provider, prices, parts), logged };
}

describe('settings of an adapter', () => {
  test('are kept apart from what every provider has, and make its address and its models', () => {
    const found = resource('region: eu-1, names: { big: big_1 }, keys: ["key-0000"]');
    expect(found).toMatchObject({ baseUrl: null, settings: { region: 'eu-1', names: { big: 'big_1' } } });
    const { provider } = compiled(found);
    expect(provider).toMatchObject({ origin: 'https://eu-1.cloud.example', basePath: '/v1' });
    expect([...provider.models]).toEqual(['big']);
  });

  test.each([
    ['region: nowhere', 'tollgate.yaml:2:20: providers.cloud.region: expected a region such as eu-1'],
    ['region: [eu-1]', 'tollgate.yaml:2:20: providers.cloud.region: expected a region such as eu-1'],
    ['keys: ["key-0000"]', 'tollgate.yaml:2:3: providers.cloud: region is missing; expected a region such as eu-1'],
    ['region: eu-1, names: big', 'tollgate.yaml:2:33: providers.cloud.names: expected a mapping from model names'],
    ['region: eu-1, names: { big: "a b" }', 'tollgate.yaml:2:40: providers.cloud.names.big: expected a name'],
    [
      'region: eu-1, names: { "a b": c }',
      'tollgate.yaml:2:35: providers.cloud.names["a b"]: expected the name of a model',
    ],
    [
      'region: eu-1, base_url: "https://a.example/wrong"',
      'tollgate.yaml:2:36: providers.cloud.base_url: expected an address without /wrong',
    ],
    [
      'region: eu-1, token_url: "http://tokens.example"',
      'tollgate.yaml:2:37: providers.cloud.token_url: expected https: over http anyone on the way reads the key; allow_insecure: true permits it',
    ],
  ])('%s is refused by name', (members, message) => {
    expect(problems(members).join('\n')).toContain(message);
  });

  test('that are wrong are all that is said: a key is judged by an adapter whose settings are right', () => {
    expect(problems('region: nowhere, keys: ["two words"]').join('\n')).not.toContain('.keys');
    expect(problems('region: eu-1, keys: ["two words"]').join('\n')).toContain(
      'providers.cloud.keys[0]: expected a key',
    );
  });

  test.each([
    ['openai', 'tollgate.yaml:2:13: providers.openai.region: is no setting of the adapter openai'],
    ['bedrock', 'tollgate.yaml:2:14: providers.bedrock.region: is no setting of this adapter'],
  ])('are refused at %s, which does not know them', (name, message) => {
    expect(readWith(adapters, `providers:\n  ${name}: { region: eu-1 }\n`).problems).toContain(message);
  });

  test('that were stored and are wrong cost the provider its adapter, and the log says why', () => {
    const { provider, logged } = compiled({
      ...resource('region: eu-1, keys: ["key-0000"]'),
      settings: { region: '?' },
    });
    expect(provider.adapter).toBeNull();
    expect(logged).toEqual([{ provider: 'cloud', reason: 'region expected a region such as eu-1' }]);
  });
});

describe('a key that is exchanged', () => {
  test('may hold what no header may, and is known with its token server', () => {
    const { provider } = compiled(resource('region: eu-1, keys: ["app:two\\nlines", "key-0000", "env:APP"]'));
    const exchange = { origin: 'https://tokens.cloud.example', path: '/oauth/token' };
    expect(provider.keys.map(key => key.exchange)).toEqual([
      expect.objectContaining(exchange),
      undefined,
      expect.objectContaining(exchange),
    ]);
  });

  test('that the adapter cannot read is refused in its words', () => {
    expect(problems('region: eu-1, keys: ["app:"]')).toEqual([
      'tollgate.yaml:2:33: providers.cloud.keys[0]: expected more behind app:',
    ]);
  });

  test('that became unreadable costs the provider that key', () => {
    const owner = { provider: 'cloud', origin: 'https://eu-1.cloud.example' };
    const { provider, logged } = compiled({
      ...resource('region: eu-1, keys: ["env:APP"]'),
      keys: ['env:BROKEN', 'env:APP'].map(key => storableKey(sealer, owner, key)),
    });
    expect(provider.keys.map(({ label }) => label)).toEqual(['cloud#1']);
    expect(logged).toEqual([
      { provider: 'cloud', key: 'cloud#0', code: 'key_unavailable', reason: 'expected more behind app:' },
    ]);
  });

  test('goes to token_url where there is one, and its seal opens for no other', () => {
    const found = resource('region: eu-1, token_url: "https://login.example/x", keys: ["app:literal"]');
    expect(compiled(found).provider.keys[0]?.exchange).toMatchObject({
      origin: 'https://login.example',
      path: '/x/token',
    });
    const moved = { ...found, settings: { ...found.settings, token_url: 'https://elsewhere.example' } };
    const { provider, logged } = compiled(moved);
    expect(provider.keys).toEqual([]);
    expect(logged).toEqual([expect.objectContaining({ code: 'key_unsealed' })]);
  });
});
