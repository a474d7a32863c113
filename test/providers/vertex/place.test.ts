import { expect, test } from 'vitest';
import { settingMistakes } from '../../../src/control/configuration/provider-settings.ts';
import type { ProviderSettings } from '../../../src/spec/provider.ts';
import { vertex } from './codec.ts';

const addressOf = (settings: ProviderSettings) => {
  const { baseUrl, operations } = vertex.configure!(settings);
  return [baseUrl, operations.chat!.path('m', false)];
};

test.for([
  ['global', 'https://aiplatform.googleapis.com'],
  ['us', 'https://aiplatform.us.rep.googleapis.com'],
  ['eu', 'https://aiplatform.eu.rep.googleapis.com'],
  ['europe-west4', 'https://europe-west4-aiplatform.googleapis.com'],
])('the location %s has its own host', ([location, host]) => {
  expect(addressOf({ project: 'p-1', location: location! })).toEqual([
    host,
    `/v1/projects/p-1/locations/${location}/publishers/google/models/m:generateContent`,
  ]);
});

test('without a location it is global, for every operation and publisher', () => {
  const { operations } = vertex.configure!({ project: 'example.com:p-1' });
  const place = '/v1/projects/example.com:p-1/locations/global/publishers';

  expect(operations.chat!.otherwise![0]!.codec.path('m', true)).toBe(`${place}/anthropic/models/m:streamRawPredict`);
  expect(operations.embeddings!.path('m', false)).toBe(`${place}/google/models/m:predict`);
  expect(operations.embeddings!.otherwise![0]!.codec.path('m', false)).toBe(`${place}/google/models/m:embedContent`);
});

test('without a project the key says it', () => {
  expect(addressOf({})).toEqual([
    'https://aiplatform.googleapis.com',
    '/v1/publishers/google/models/m:generateContent',
  ]);
});

test.for(['', '../x', 'p/locations/x', 'P-1', 'p 1', 'p-1\n', ':p', 'a:b:c'])('%j is no project', text => {
  expect(vertex.settings!.project!.pattern.test(text)).toBe(false);
});

test.for(['', 'evil.example.com/', 'EU', '-eu', 'eu?', 'eu\n'])('%j is no location', text => {
  expect(vertex.settings!.location!.pattern.test(text)).toBe(false);
});

test.for([
  [{ location: 'eu' }, ['location'], 'needs project beside it'],
  [{ project: 'P' }, ['project'], 'expected the id of a Google Cloud project'],
  [{ project: 'p-1', location: 'EU' }, ['location'], 'expected a location'],
  [{ project: 'p-1', region: 'eu' }, ['region'], 'is no setting of the adapter vertex'],
] as const)('%j is a mistake of the configuration', ([given, path, message]) => {
  expect(settingMistakes(vertex, given, false)).toEqual([
    { path, message: expect.stringContaining(message), atName: expect.any(Boolean) },
  ]);
});

test('a project, with a location or without, is none', () => {
  expect(settingMistakes(vertex, { project: 'p-1' }, false)).toEqual([]);
  expect(settingMistakes(vertex, { project: 'p-1', location: 'us-east5' }, false)).toEqual([]);
  expect(settingMistakes(vertex, {}, false)).toEqual([]);
});
