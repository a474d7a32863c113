import { createPrivateKey } from 'node:crypto';
import type { CredentialExchange, TokenGrant } from '../../src/spec/credential-exchange.ts';
import { Secret } from '../../src/spec/secret.ts';
import { fieldsOf, textOf } from '../gemini/fields.ts';

/** https://developers.google.com/identity/protocols/oauth2/service-account#httprest */
const SERVER = 'https://oauth2.googleapis.com';
const TOKEN_URI = `${SERVER}/token`;
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** The key file of a service account is exchanged, which works only in a project; any other text is an API key. */
export const exchange = (project: boolean): CredentialExchange => ({
  baseUrl: SERVER,
  readKey(text) {
    if (!text.trimStart().startsWith('{')) return null;
    if (!project) throw new RangeError('the key file of a service account needs project beside keys');
    return grantOf(text);
  },
});

function grantOf(text: string): TokenGrant {
  const account = fieldsOf(parsed(text));
  if (account.type !== 'service_account') {
    throw new RangeError('type: expected service_account; no other credential of Google Cloud is taken');
  }
  // Whoever may write the file must not choose who gets its signatures.
  if (account.token_uri !== undefined && account.token_uri !== TOKEN_URI) {
    throw new RangeError(`token_uri: expected ${TOKEN_URI}; another server is named by token_url`);
  }
  const email = textOf(account.client_email);
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new RangeError('client_email: expected the address of the account');
  const keyId = textOf(account.private_key_id);
  return {
    path: '/token',
    form: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer' },
    assertion: {
      member: 'assertion',
      ...(keyId !== '' && { header: { kid: keyId } }),
      claims: { iss: email, scope: SCOPE, aud: TOKEN_URI },
      lifetimeSeconds: 3600,
      privateKey: new Secret(privateKey(textOf(account.private_key))),
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's words quote the text.
    throw new RangeError('expected the key file of a service account in JSON, or an API key');
  }
}

/** Tried now, so that a damaged key is a mistake in the configuration and not one of every call. */
function privateKey(pem: string): string {
  if (typeOf(pem) !== 'rsa') throw new RangeError('private_key: expected an RSA private key in PEM');
  return pem;
}

function typeOf(pem: string): string | undefined {
  try {
    return createPrivateKey(pem).asymmetricKeyType;
  } catch {
    return undefined;
  }
}
