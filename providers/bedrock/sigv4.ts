import { createHash, createHmac } from 'node:crypto';
import type { UpstreamRequest } from '../../src/spec/upstream.ts';
import type { AwsCredentials } from './credentials.ts';

/** What a signature is valid for, besides its request. */
export interface Scope {
  readonly region: string;
  readonly service: string;
  readonly nowMillis: number;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

const sha256 = (data: string): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();

/**
 * Headers that sign a request by Signature Version 4:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html. Signed are the host, the
 * type of the body and the headers made here; whatever else a request carries may be changed on its way.
 */
export function signatureHeaders(request: UpstreamRequest, credentials: AwsCredentials, scope: Scope): string[] {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const time = basicTime(scope.nowMillis);
  const own: readonly (readonly [string, string])[] = [
    ['x-amz-date', time],
    ...(sessionToken === undefined ? [] : [['x-amz-security-token', sessionToken] as const]),
  ];
  const signed = [...typeOfBody(request.headers), ['host', new URL(request.origin).host] as const, ...own];
  const names = signed.map(([name]) => name).join(';');
  const canonical = [
    request.method,
    ...canonicalUrl(request.path),
    ...signed.map(([name, value]) => `${name}:${value.trim().replace(/ +/g, ' ')}`),
    '',
    names,
    hashOf(request.body),
  ].join('\n');
  const range = `${time.slice(0, 8)}/${scope.region}/${scope.service}/aws4_request`;
  const text = [ALGORITHM, time, range, sha256(canonical)].join('\n');
  const signature = createHmac('sha256', signingKey(secretAccessKey, range)).update(text).digest('hex');
  const authorization = `${ALGORITHM} Credential=${accessKeyId}/${range}, SignedHeaders=${names}, Signature=${signature}`;
  return [...own.flat(), 'authorization', authorization];
}

/** `20150830T123600Z`. */
const basicTime = (millis: number): string => new Date(millis).toISOString().replace(/[:-]|\.\d{3}/g, '');

function hashOf(body: UpstreamRequest['body']): string {
  const hash = createHash('sha256');
  if (Buffer.isBuffer(body)) hash.update(body);
  else for (const piece of body ?? []) hash.update(piece);
  return hash.digest('hex');
}

function typeOfBody(headers: readonly string[]): readonly (readonly [string, string])[] {
  const at = headers.findIndex((name, index) => index % 2 === 0 && name === 'content-type');
  return at < 0 ? [] : [['content-type', headers[at + 1]!]];
}

/** Path and query. Every service but S3 encodes the segments of the path as it is sent once more. */
function canonicalUrl(path: string): readonly [path: string, query: string] {
  const [before = '', query = ''] = path.split('?', 2);
  const pairs = query === '' ? [] : query.split('&').map(pair => pair.split('=', 2));
  const again = (text = ''): string => encoded(decodeURIComponent(text));
  // A space sorts before everything that is encoded, so that a name comes before the longer ones it begins.
  const sorted = pairs.map(([name, value]) => `${again(name)} ${again(value)}`).sort();
  return [before.split('/').map(encoded).join('/'), sorted.map(pair => pair.replace(' ', '=')).join('&')];
}

/** All but unreserved characters. `encodeURIComponent` leaves five more as they are. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

const signingKey = (secret: string, range: string): Buffer =>
  range.split('/').reduce((key: string | Buffer, part) => hmac(key, part), `AWS4${secret}`) as Buffer;
