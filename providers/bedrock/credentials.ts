import { fieldsOf } from '../anthropic/fields.ts';

/** What a signature is made with. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A provider key, read: an API key as it is, credentials with the region where they name one, or why it is neither. */
export type ReadKey =
  | { readonly type: 'api-key'; readonly token: string }
  | { readonly type: 'credentials'; readonly credentials: AwsCredentials; readonly region?: string }
  | { readonly type: 'problem'; readonly problem: string };

const ACCESS_KEY_ID = /^[A-Z0-9]{16,128}$/;
/** Alphabet of secrets and session tokens. */
const BASE64 = /^[A-Za-z0-9/+=_-]{16,8192}$/;
const API_KEY = /^[\x21-\x7e]{1,8192}$/;
export const REGION = /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/;

const FORMS =
  'expected an API key, ACCESS_KEY_ID:SECRET_ACCESS_KEY[:SESSION_TOKEN], or JSON with access_key_id and secret_access_key';

const problem = (text: string): ReadKey => ({ type: 'problem', problem: text });

/** API keys hold no colon (https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html), and no braces. */
export function readKey(text: string): ReadKey {
  if (text.trimStart().startsWith('{')) return fromJson(text);
  if (!text.includes(':')) return API_KEY.test(text) ? { type: 'api-key', token: text } : problem(FORMS);
  const [id = '', secret = '', ...token] = text.split(':');
  if (token.length > 1) return problem(FORMS);
  return checked({
    accessKeyId: id,
    secretAccessKey: secret,
    ...(token[0] !== undefined && { sessionToken: token[0] }),
  });
}

const MEMBERS = new Set(['access_key_id', 'secret_access_key', 'session_token', 'region']);

function fromJson(text: string): ReadKey {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return problem(`${FORMS}; this is no JSON`);
  }
  const members = fieldsOf(parsed);
  const unknown = Object.keys(members).find(name => !MEMBERS.has(name));
  if (unknown !== undefined) return problem(`expected only ${[...MEMBERS].join(', ')} in the JSON of a key`);
  const { access_key_id: id, secret_access_key: secret, session_token: token, region } = members;
  if (typeof id !== 'string' || typeof secret !== 'string') return problem(FORMS);
  if (token != null && typeof token !== 'string') return problem('expected session_token to be a text');
  if (region != null && (typeof region !== 'string' || !REGION.test(region))) {
    return problem('expected region to be a name such as eu-central-1');
  }
  const credentials = { accessKeyId: id, secretAccessKey: secret, ...(token != null && { sessionToken: token }) };
  return checked(credentials, region ?? undefined);
}

function checked(credentials: AwsCredentials, region?: string): ReadKey {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  if (!ACCESS_KEY_ID.test(accessKeyId)) return problem('expected an access key id of capital letters and digits');
  if (!BASE64.test(secretAccessKey)) return problem('expected a secret access key in base64');
  if (sessionToken !== undefined && !BASE64.test(sessionToken)) return problem('expected a session token in base64');
  return { type: 'credentials', credentials, ...(region !== undefined && { region }) };
}
