import { describe, expect, test } from 'vitest';
import { toFileResources } from '../../../src/control/configuration/to-file-resources.ts';
import { masterKey } from '../../../src/control/secrets/master-key.ts';
import { createSealer } from '../../../src/control/secrets/sealer.ts';
import { keyDigester } from '../../../src/spec/key-digest.ts';
import { defaultTimeouts } from '../../../src/spec/resources.ts';
import { read } from './support.ts';

const protection = { sealer: createSealer(masterKey(Buffer.alloc(32, 3))), digest: keyDigester(Buffer.alloc(32, 4)) };

function resources(text: string) {
  const { file, problems } = read(text);
  expect(problems).toEqual([]);
  return toFileResources(file!, protection);
}

describe('a valid file', () => {
  test.each(['', '# nothing\n', 'providers:\nmodels:\nkeys:\n', '\uFEFFteams: {}'])('%j describes nothing', text => {
    expect(resources(text)).toEqual({
      organization: { storeResponses: null },
      ...{ teams: [], consumers: [], keys: [], providers: [], models: [], prices: [] },
    });
  });

  test('providers keep the order of the file, also with names that look like numbers', () => {
    const { providers } = resources(`
providers:
  second: { adapter: openai, keys: ["env:OPENAI_API_KEY"] }
  7: { adapter: openai-compatible, base_url: "http://10.0.0.7/v1/" }
  openai: { keys: ["file:key.txt"], models: [gpt-5], prices_from: other }
`);

    expect(providers.map(({ name, position }) => [name, position])).toEqual([
      ['second', 0],
      ['7', 1],
      ['openai', 2],
    ]);
    expect(providers[2]).toEqual({
      name: 'openai',
      adapter: 'openai',
      baseUrl: null,
      keys: [expect.stringMatching(/^file:key\.txt sealed:v1:/)],
      models: ['gpt-5'],
      pricesFrom: 'other',
      allowInsecure: false,
      settings: {},
      position: 2,
    });
  });

  test.each([
    'http://localhost:1/v1',
    'http://gpu-box:8000/v1',
    'http://models.internal',
    'http://192.168.1.4',
    'http://0x7f.1:9',
    'http://[::1]:80/v1',
    'http://[fd00::1]',
    'https://api.example.com/v1/',
  ])('%s is a base URL', url => {
    expect(resources(`providers: { box: { adapter: openai-compatible, base_url: "${url}" } }`).providers).toHaveLength(
      1,
    );
  });

  test('http to a public name is possible where the file says so', () => {
    const text =
      'providers: { box: { adapter: openai-compatible, base_url: "http://a.example", allow_insecure: true } }';

    expect(resources(text).providers[0]!.allowInsecure).toBe(true);
  });

  test('a model alias has the documented defaults', () => {
    expect(resources('models: { fast: { targets: [{ model: simulator/echo }] } }').models).toEqual([
      {
        name: 'fast',
        strategy: 'priority',
        targets: [{ model: 'simulator/echo', weight: 1 }],
        fallbacks: [],
        retries: 2,
        timeouts: defaultTimeouts,
      },
    ]);
  });

  test('one timeout given leaves the others at their defaults', () => {
    const { models } = resources(
      'models: { fast: { targets: [{ model: simulator/echo }], timeouts: { idle: 1.5m } } }',
    );

    expect(models[0]!.timeouts).toEqual({ ...defaultTimeouts, idleMillis: 90_000 });
  });

  test('a key is stored as digest and hint, never as text', () => {
    const stored = resources('keys: [{ name: web, secret: "env:WEB_KEY", expires: 2027-01-31 }]').keys;

    expect(stored).toEqual([
      {
        name: 'web',
        team: 'default',
        consumer: null,
        digest: protection.digest('tg_web_0123456789_abcdefghij'),
        hint: 'ghij',
        models: ['*'],
        expiresAt: new Date('2027-01-31T00:00:00Z'),
        storeResponses: null,
      },
    ]);
  });

  test('consumers are those that are described and those that keys name', () => {
    const { teams, consumers } = resources(`
teams: { search: , ads: { unknown_price: flag, store_responses: false } }
consumers: { app: { team: search } }
keys:
  - { name: a, team: search, consumer: app, secret: "env:WEB_KEY" }
  - { name: b, team: ads, consumer: bot, secret: "literal-secret-of-bot-1" }
`);

    expect(teams.map(({ name }) => name)).toEqual(['search', 'ads']);
    expect(consumers).toEqual([
      { name: 'app', team: 'search' },
      { name: 'bot', team: 'ads' },
    ]);
  });

  test('answers are kept where it is said, of the organization, a team or a key', () => {
    const { organization, teams, keys } = resources(`
organization: { store_responses: true }
teams: { search: { store_responses: false }, ads: }
keys:
  - { name: a, team: ads, secret: "env:WEB_KEY", store_responses: false }
  - { name: b, team: ads, secret: "literal-secret-of-bot-1" }
`);

    expect(organization).toEqual({ storeResponses: true });
    expect(teams).toEqual([
      { name: 'search', storeResponses: false },
      { name: 'ads', storeResponses: null },
    ]);
    expect(keys.map(({ storeResponses }) => storeResponses)).toEqual([false, null]);
  });

  test('prices are decimal texts exactly as written', () => {
    const { prices } = resources(`
prices:
  - { model: "simulator/*", input: 0.10, output: 1e-7, cache_read: "0.000000000001", from: 2026-01-01T10:00:00+02:00 }
`);

    expect(prices).toEqual([
      {
        model: 'simulator/*',
        input: '0.1',
        output: '0.0000001',
        cacheRead: '0.000000000001',
        cacheWrite: null,
        reasoning: null,
        from: new Date('2026-01-01T08:00:00Z'),
        position: 0,
      },
    ]);
  });

  test('anchors and aliases may be used', () => {
    const { models } = resources('models:\n  a: &a { targets: [{ model: simulator/echo }] }\n  b: *a');

    expect(models.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});

describe('a literal provider key', () => {
  const text = 'providers: { openai: { keys: ["sk-canary-literal"] } }';

  test('works, is warned about without being shown, and is stored sealed', () => {
    const { file, warnings } = read(text);
    const stored = toFileResources(file!, protection);

    expect(warnings).toEqual([
      'tollgate.yaml:1:31: providers.openai.keys[0]: is a literal secret; env:NAME or file:PATH would keep it out of the file',
    ]);
    expect(stored.providers[0]!.keys).toEqual([expect.stringMatching(/^sealed:v1:/)]);
    expect(JSON.stringify([file, stored])).not.toContain('canary');
  });

  test('is stored as the same value at every start, so that an unchanged file changes nothing', () => {
    expect(resources(text)).toEqual(resources(text));
  });
});

test('what cannot be used yet or may be forgotten is warned about', () => {
  const { warnings } = read(`
providers:
  anthropic: {}
  cloud: { adapter: bedrock, keys: ["env:OPENAI_API_KEY"] }
  openai: {}
models:
  fast: { targets: [{ model: openai/gpt-5 }], retries: 5 }
keys:
  - { name: web, secret: "env:WEB_KEY", models: [fast, "opnai/*", "open*/x", gpt-5] }
prices:
  - { model: gone/x, input: 1, output: 1 }
`);

  expect(warnings).toEqual([
    expect.stringContaining(
      '3:3: providers.anthropic: the adapter anthropic is not built yet: calls are answered with 501',
    ),
    expect.stringContaining('4:21: providers.cloud.adapter: the adapter bedrock is not built yet'),
    expect.stringContaining('5:3: providers.openai: has no keys: calls are answered with 502 provider_key_missing'),
    expect.stringContaining('7:56: models.fast.retries: a call has at most 4 attempts'),
    expect.stringContaining('9:56: keys[0].models[1]: no provider is named "opnai" (did you mean "openai"?)'),
    expect.stringContaining('11:14: prices[0].model: no provider is named "gone"'),
  ]);
});
