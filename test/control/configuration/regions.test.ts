import { expect, test } from 'vitest';
import { compatible } from '../../../providers/openai-compatible.ts';
import { environmentProviders } from '../../../src/control/configuration/environment-providers.ts';
import type { Provider } from '../../../src/spec/provider.ts';
import { adapters, read } from './support.ts';

/** Has an address for each region, and keys that only it can read. */
const regional: Provider = {
  ...compatible({ id: 'regional', baseUrl: 'https://north.example.com', keyNames: ['REGIONAL_KEY'] }),
  regions: { names: ['REGION', 'DEFAULT_REGION'], baseUrl: region => `https://${region}.example.com` },
  keyProblem: (key, origin) => (key.startsWith('ok') ? null : `expected a key for ${origin}`),
};
const known = { ...adapters, built: new Map([...adapters.built, [regional.id, regional]]) };

const provider = (members: string) => read(`providers: { regional: { ${members} } }`, known);

test('a region stands for its base URL', () => {
  const { file, problems } = provider('region: south-1, keys: ["ok with a space"]');
  expect(problems).toEqual([]);
  expect(file!.providers[0]).toMatchObject({
    baseUrl: 'https://south-1.example.com',
    origin: 'https://south-1.example.com',
  });
});

test('without one the usual address holds', () => {
  expect(provider('keys: ["ok"]').file!.providers[0]).toMatchObject({
    baseUrl: null,
    origin: 'https://north.example.com',
  });
});

test.each([
  ['region: "south 1", keys: [ok]', /regional\.region: expected the name of a region such as eu-central-1/],
  ['region: "evil.example/x", keys: [ok]', /regional\.region: expected the name of a region/],
  ['region: south-1, base_url: "https://a.example", keys: [ok]', /regional\.region: stands beside base_url/],
])('%s is refused by name', (members, problem) => {
  expect(provider(members).problems).toEqual([expect.stringMatching(problem)]);
});

test('an adapter without regions takes none', () => {
  expect(read('providers: { openai: { region: south-1, keys: [sk-1] } }', known).problems).toEqual([
    expect.stringMatching(/openai\.region: the adapter openai has no regions; expected base_url instead/),
  ]);
});

test('a key is read by its adapter, which knows the address it is for, and is not repeated', () => {
  const { problems } = provider('region: south-1, keys: ["canary", "ok", "env:SPACED_KEY"]');
  const expected = 'expected a key for https://south-1.example.com';

  expect(problems).toEqual([
    expect.stringContaining(`providers.regional.keys[0]: ${expected}`),
    expect.stringContaining(`providers.regional.keys[2]: ${expected}`),
  ]);
  expect(problems.join()).not.toContain('canary');
});

test('without a file the environment names the region', async () => {
  const found = async (environment: Record<string, string>) =>
    (await environmentProviders({ REGIONAL_KEY: 'ok', ...environment }, known)).providers;

  expect(await found({})).toMatchObject([{ name: 'regional', baseUrl: null }]);
  expect(await found({ DEFAULT_REGION: 'west-2' })).toMatchObject([{ baseUrl: 'https://west-2.example.com' }]);
  expect(await found({ REGION: 'east-1', DEFAULT_REGION: 'west-2' })).toMatchObject([
    { baseUrl: 'https://east-1.example.com' },
  ]);
});
