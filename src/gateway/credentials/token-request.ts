import { sign } from 'node:crypto';
import type { TokenAssertion, TokenRequest } from '../../spec/credential-exchange.ts';
import { providerHeaders } from '../../spec/limits.ts';
import { Secret } from '../../spec/secret.ts';
import type { UpstreamRequest } from '../../spec/upstream.ts';

const headers: readonly string[] = Object.freeze([
  'accept',
  'application/json',
  ...Object.entries({ ...providerHeaders, 'content-type': 'application/x-www-form-urlencoded' }).flat(),
]);

/** What is sent to the token server. Throws where the private key cannot sign. */
export function tokenRequest({ origin, path, form, assertion }: TokenRequest, nowMillis: number): UpstreamRequest {
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) fields.set(name, value instanceof Secret ? value.reveal() : value);
  if (assertion !== undefined) fields.set(assertion.member, signed(assertion, Math.floor(nowMillis / 1000)));
  return { origin, path, method: 'POST', headers, body: Buffer.from(fields.toString()) };
}

/** https://www.rfc-editor.org/rfc/rfc7515#section-3.1 */
function signed({ header, claims, lifetimeSeconds, privateKey }: TokenAssertion, nowSeconds: number): string {
  const head = encoded({ ...header, alg: 'RS256', typ: 'JWT' });
  const body = encoded({ ...claims, iat: nowSeconds, exp: nowSeconds + lifetimeSeconds });
  const signature = sign('sha256', Buffer.from(`${head}.${body}`), privateKey.reveal());
  return `${head}.${body}.${signature.toString('base64url')}`;
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** As it is, and as the form has it. */
const spellings = (secret: string): readonly string[] => [secret, encodeURIComponent(secret)];

/** Every secret of a request, to be taken out of what a token server says. */
export const secretsOf = ({ form, assertion }: TokenRequest): readonly string[] => [
  ...Object.values(form).flatMap(value => (value instanceof Secret ? spellings(value.reveal()) : [])),
  ...(assertion === undefined ? [] : [assertion.privateKey.reveal()]),
];
