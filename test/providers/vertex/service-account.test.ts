import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { vertex } from './codec.ts';

const pem = (type: 'rsa' | 'ec') => {
  const { privateKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
};
const rsa = pem('rsa');

const account = (members: object = {}) => ({
  type: 'service_account',
  project_id: 'p-1',
  private_key_id: 'key-1',
  private_key: rsa,
  client_email: 'gateway@p-1.iam.gserviceaccount.com',
  token_uri: 'https://oauth2.googleapis.com/token',
  ...members,
});
const { exchange } = vertex.configure!({ project: 'p-1' });
const read = (value: unknown) => exchange!.readKey(typeof value === 'string' ? value : JSON.stringify(value));

test('the key of a service account signs an assertion for a token', () => {
  const grant = read(account());

  expect(exchange!.baseUrl).toBe('https://oauth2.googleapis.com');
  expect(grant).toMatchObject({
    path: '/token',
    form: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer' },
    assertion: {
      member: 'assertion',
      header: { kid: 'key-1' },
      claims: {
        iss: 'gateway@p-1.iam.gserviceaccount.com',
        scope: 'https://www.googleapis.com/auth/cloud-platform',
        aud: 'https://oauth2.googleapis.com/token',
      },
      lifetimeSeconds: 3600,
    },
  });
  expect(grant!.assertion!.privateKey.reveal()).toBe(rsa);
  expect(JSON.stringify(grant)).not.toContain('PRIVATE KEY');
});

test('any other text is an API key, which is sent as it is', () => {
  expect(read('AQ.Ab8RN6-key')).toBe(null);
  expect(vertex.authorize('AQ.Ab8RN6-key')).toEqual(['x-goog-api-key', 'AQ.Ab8RN6-key']);
  expect(vertex.authorize(null)).toEqual([]);
});

test('without a project it is refused, and an API key is not', () => {
  expect(() => vertex.exchange!.readKey(JSON.stringify(account()))).toThrow('needs project');
  expect(vertex.exchange!.readKey('AQ.Ab8RN6-key')).toBe(null);
});

test.for([
  ['{"type": "service_account", "private_key": "canary', 'expected the key file'],
  [account({ type: 'authorized_user' }), 'type: expected service_account'],
  [account({ type: undefined }), 'type: expected service_account'],
  [account({ token_uri: 'https://canary.example.com/token' }), 'token_uri: expected https://oauth2'],
  [account({ token_uri: 'https://oauth2.googleapis.com/token?canary' }), 'token_uri: expected https://oauth2'],
  [account({ token_uri: 7 }), 'token_uri: expected https://oauth2'],
  [account({ client_email: 'canary' }), 'client_email: expected'],
  [account({ private_key: 'canary' }), 'private_key: expected an RSA private key'],
  [account({ private_key: pem('ec') }), 'private_key: expected an RSA private key'],
] as const)('what cannot be used is named without its value: %#', ([value, message]) => {
  expect(() => read(value)).toThrow(RangeError);
  expect(() => read(value)).toThrow(message);
  expect(() => read(value)).not.toThrow(/canary|BEGIN/);
});
