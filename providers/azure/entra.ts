import type { CredentialExchange, TokenGrant } from '../../src/spec/credential-exchange.ts';
import { Secret } from '../../src/spec/secret.ts';
import { type Fields, isFields } from '../openai-chat/options.ts';

/** Of the account that a resource belongs to, by the spellings of the portal, of `az ad sp create-for-rbac` and the SDKs. */
const members = {
  tenant_id: ['tenant_id', 'tenant', 'tenantId'],
  client_id: ['client_id', 'appId', 'clientId'],
  client_secret: ['client_secret', 'password', 'clientSecret'],
} as const;

const SCOPE = 'https://cognitiveservices.azure.com/.default';

/** A directory's id, or one of its domains. */
const TENANT = /^[A-Za-z0-9][A-Za-z0-9.-]{0,253}$/;
const SCOPE_FORM = /^https:\/\/[A-Za-z0-9.-]+\/\.default$/;

/**
 * A key that is a JSON object is an application of Microsoft Entra, whose secret is exchanged for a token.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#first-case-access-token-request-with-a-shared-secret
 */
export const entra: CredentialExchange = Object.freeze({
  baseUrl: 'https://login.microsoftonline.com',
  readKey(key: string): TokenGrant | null {
    if (!key.trimStart().startsWith('{')) return null;
    const fields = parsed(key);
    const tenant = member(fields, 'tenant_id');
    if (!TENANT.test(tenant)) throw new RangeError('tenant_id: expected the id of a directory, or one of its domains');
    const scope = fields.scope ?? SCOPE;
    if (typeof scope !== 'string' || !SCOPE_FORM.test(scope)) {
      throw new RangeError(`scope: expected an address such as ${SCOPE}`);
    }
    return {
      path: `/${tenant}/oauth2/v2.0/token`,
      form: {
        grant_type: 'client_credentials',
        client_id: member(fields, 'client_id'),
        client_secret: new Secret(member(fields, 'client_secret')),
        scope,
      },
    };
  },
});

/** What a parser says of broken JSON quotes it, so its words go no further. */
function parsed(key: string): Fields {
  try {
    const value: unknown = JSON.parse(key);
    if (isFields(value)) return value;
  } catch {
    // said below
  }
  throw new RangeError('expected an API key, or JSON with tenant_id, client_id and client_secret');
}

function member(fields: Fields, name: keyof typeof members): string {
  const value = members[name].map(spelling => fields[spelling]).find(text => typeof text === 'string' && text !== '');
  if (typeof value !== 'string') throw new RangeError(`${name} is missing in the JSON of the key`);
  return value;
}
