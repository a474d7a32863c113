import { describe, expect, test } from 'vitest';
import { entra } from '../../../providers/azure/entra.ts';
import { Secret } from '../../../src/spec/secret.ts';

const document = (fields: object) => JSON.stringify(fields);
const whole = { tenant_id: 'contoso.example', client_id: 'app-1', client_secret: 's3cret-CANARY' };

test('an API key is a credential by itself', () => {
  expect(entra.readKey('0123456789abcdef')).toBeNull();
});

test.each([
  ['as documented', whole],
  ['as az writes them', { appId: 'app-1', displayName: 'x', password: 's3cret-CANARY', tenant: 'contoso.example' }],
  ['as the SDKs write them', { clientId: 'app-1', clientSecret: 's3cret-CANARY', tenantId: 'contoso.example' }],
])('an application with its members %s is exchanged for a token', (_how, fields) => {
  const grant = entra.readKey(` ${document(fields)}\n`);
  expect(grant).toEqual({
    path: '/contoso.example/oauth2/v2.0/token',
    form: {
      grant_type: 'client_credentials',
      client_id: 'app-1',
      client_secret: expect.any(Secret),
      scope: 'https://cognitiveservices.azure.com/.default',
    },
  });
  expect(String((grant?.form.client_secret as Secret | undefined)?.reveal())).toBe('s3cret-CANARY');
  expect(JSON.stringify(grant)).not.toContain('CANARY');
});

test('another cloud has another scope', () => {
  const scope = 'https://cognitiveservices.azure.us/.default';
  expect(entra.readKey(document({ ...whole, scope }))?.form.scope).toBe(scope);
});

describe('what is wrong is said without a value', () => {
  test.each([
    ['{"tenant_id": "CANARY"', 'expected an API key, or JSON with tenant_id, client_id and client_secret'],
    [document({ ...whole, client_secret: '' }), 'client_secret is missing in the JSON of the key'],
    [document({ ...whole, client_id: 7 }), 'client_id is missing in the JSON of the key'],
    [document({ ...whole, tenant_id: undefined }), 'tenant_id is missing in the JSON of the key'],
    [
      document({ ...whole, tenant_id: '../CANARY' }),
      'tenant_id: expected the id of a directory, or one of its domains',
    ],
    [document({ ...whole, tenant_id: 'a?b' }), 'tenant_id: expected the id of a directory, or one of its domains'],
    [
      document({ ...whole, scope: 'https://elsewhere.example/CANARY' }),
      'scope: expected an address such as https://cognitiveservices.azure.com/.default',
    ],
  ])('%s', (key, message) => {
    expect(() => entra.readKey(key)).toThrow(new RangeError(message));
  });
});
