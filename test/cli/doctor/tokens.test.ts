import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakeProvider, fakeProvider, json } from '../../support/fake-provider.ts';
import { freePort } from '../../support/free-port.ts';
import { givesTokens, type TokenServer, tokenAnswer, tokenServer } from '../../support/token-server.ts';
import { type Examined, emptyFolder, runDoctor } from './run-doctor.ts';

let resource: FakeProvider;
let tokens: TokenServer;
let place: ReturnType<typeof emptyFolder>;
let examined: Examined;

beforeAll(async () => {
  place = emptyFolder();
  resource = await fakeProvider(json(200, { object: 'list', data: [] }));
  const [gives, refuses] = [
    givesTokens(),
    tokenAnswer(401, { error: 'invalid_client', error_description: 'no CANARY' }),
  ];
  tokens = await tokenServer((request, response) =>
    (request.path.startsWith('/refuses') ? refuses : gives)(request, response),
  );
  const at = (token_url: string, more: object = {}) => ({
    ...{ adapter: 'azure', base_url: resource.url.replace(/\/v1$/, ''), keys: ['env:APP'], token_url },
    ...more,
  });
  const providers = {
    given: at(tokens.url),
    dated: at(tokens.url, { api_version: '2024-10-21' }),
    refused: at(`${tokens.url}/refuses`),
    away: at(`http://127.0.0.1:${await freePort()}`),
  };
  writeFileSync(place.settings.TOLLGATE_CONFIG, JSON.stringify({ providers }));
  const APP = JSON.stringify({ tenant_id: 'contoso', client_id: 'app-1', client_secret: 'CANARY' });
  examined = await runDoctor({ ...place.settings, APP });
});
afterAll(async () => {
  await Promise.all([resource.close(), tokens.close()]);
  place.remove();
});

test('a key that is exchanged is tried with its token, where the provider lists its models', () => {
  expect(examined.of('provider given')).toEqual([expect.stringMatching(/^ok .* lists its models with env:APP \(200/)]);
  expect(examined.of('provider dated')).toEqual([expect.stringMatching(/^ok /)]);
  expect(resource.seen.map(({ url }) => url).toSorted()).toEqual([
    '/openai/models?api-version=2024-10-21',
    '/openai/v1/models',
  ]);
  expect(resource.seen.every(({ headers }) => /^Bearer token-\d$/.test(headers.authorization ?? ''))).toBe(true);
});

test.each([
  ['refused', /^problem env:APP was not exchanged for a token: .* 401 invalid_client/, /^Replace the key/],
  ['away', /^problem env:APP was not exchanged for a token: .*ECONNREFUSED/, /token_url/],
])('a key that is %s is told apart', (name, line, advice) => {
  expect(examined.of(`provider ${name}`)).toEqual([expect.stringMatching(line)]);
  expect(examined.adviceOf(`provider ${name}`)).toEqual([expect.stringMatching(advice)]);
});

test('nothing it says holds the secret', () => {
  expect(examined.text).not.toContain('CANARY');
});
