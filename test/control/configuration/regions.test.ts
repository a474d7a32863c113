import { expect, test } from 'vitest';
import { compatible } from '../../../providers/openai-compatible.ts';
import { environmentProviders } from '../../../src/control/configuration/environment-providers.ts';
import type { Provider, ProviderSettings } from '../../../src/spec/provider.ts';
import { adapters, readWith } from './support.ts';

/** Has an address for each region, and keys that only it can read. */
const regional = ({ region = 'north-1' }: ProviderSettings): Provider => ({
  ...compatible({ id: 'regional', baseUrl: `https://${region}.example.com`, keyNames: ['REGIONAL_KEY'] }),
  settings: {
    region: {
      kind: 'text',
      pattern: /^[a-z]+-\d$/,
      expected: 'expected a region such as south-1',
      variables: ['REGION', 'DEFAULT_REGION'],
    },
  },
  configure: regional,
  keyProblem: (key, origin) => (key.startsWith('ok') ? null : `expected a key for ${origin}`),
});
const known = { ...adapters, built: new Map([...adapters.built, ['regional', regional({})]]) };

const provider = (members: string) => readWith(known, `providers: { regional: { ${members} } }`);

test('a region stands for its base URL, to which keys are bound', () => {
  const { file, problems } = provider('region: south-1, keys: ["ok with a space"]');
  expect(problems).toEqual([]);
  expect(file!.providers[0]).toMatchObject({
    baseUrl: null,
    settings: { region: 'south-1' },
    origin: 'https://south-1.example.com',
  });
});

test('without one the usual address holds', () => {
  expect(provider('keys: ["ok"]').file!.providers[0]).toMatchObject({ origin: 'https://north-1.example.com' });
});

test('an address of its own goes before that of the region', () => {
  expect(provider('region: south-1, base_url: "https://a.example", keys: [ok]').file!.providers[0]).toMatchObject({
    settings: { region: 'south-1' },
    origin: 'https://a.example',
  });
});

test.each(['south 1', 'evil.example/x', ''])('%j is refused by name', region => {
  expect(provider(`region: ${JSON.stringify(region)}, keys: [ok]`).problems).toEqual([
    expect.stringMatching(/regional\.region: expected a region such as south-1/),
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

  expect(await found({})).toMatchObject([{ name: 'regional', settings: {}, origin: 'https://north-1.example.com' }]);
  expect(await found({ DEFAULT_REGION: 'west-2' })).toMatchObject([
    { settings: { region: 'west-2' }, origin: 'https://west-2.example.com' },
  ]);
  expect(await found({ REGION: 'east-1', DEFAULT_REGION: 'west-2' })).toMatchObject([
    { settings: { region: 'east-1' }, origin: 'https://east-1.example.com' },
  ]);
});
