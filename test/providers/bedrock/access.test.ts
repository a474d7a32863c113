import { describe, expect, test } from 'vitest';
import { signatureHeaders } from '../../../providers/bedrock/sigv4.ts';
import { GatewayError } from '../../../src/spec/gateway-error.ts';
import type { UpstreamRequest } from '../../../src/spec/upstream.ts';
import { bedrock, PROFILE } from './codec.ts';

const NOW = Date.parse('2015-08-30T12:36:00Z');
/** The credentials of AWS's published examples. */
const ID = 'AKIDEXAMPLEEXAMPLE';
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const SECRET = credentials.secretAccessKey;
const TOKEN =
  'AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==';
const FORM = 'application/x-www-form-urlencoded';

const request = (more: Partial<UpstreamRequest> = {}): UpstreamRequest => ({
  origin: 'https://example.amazonaws.com',
  path: '/',
  method: 'GET',
  headers: [],
  body: null,
  ...more,
});

/** Signatures that AWS publishes, in its test suite for Signature Version 4 and in its guide. */
test.each<[name: string, signed: string, signature: string, more: Partial<UpstreamRequest>, service?: string]>([
  ['get-vanilla', 'host;x-amz-date', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31', {}],
  [
    'post-vanilla',
    'host;x-amz-date',
    '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    { method: 'POST' },
  ],
  [
    'get-vanilla-query-order-key-case',
    'host;x-amz-date',
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    { path: '/?Param2=value2&Param1=value1' },
  ],
  [
    'post-x-www-form-urlencoded',
    'content-type;host;x-amz-date',
    'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    { method: 'POST', headers: ['content-type', FORM], body: [Buffer.from('Param1='), Buffer.from('value1')] },
  ],
  [
    'ListUsers',
    'content-type;host;x-amz-date',
    '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
    {
      origin: 'https://iam.amazonaws.com',
      path: '/?Action=ListUsers&Version=2010-05-08',
      headers: ['accept', 'text/xml', 'content-type', `${FORM}; charset=utf-8`],
    },
    'iam',
  ],
])('%s is signed as AWS signs it', (_, signed, signature, more, service = 'service') => {
  expect(signatureHeaders(request(more), credentials, { region: 'us-east-1', service, nowMillis: NOW })).toEqual([
    'x-amz-date',
    '20150830T123600Z',
    'authorization',
    `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/${service}/aws4_request, SignedHeaders=${signed}, Signature=${signature}`,
  ]);
});

test('post-sts-header-before: a session token is sent and signed', () => {
  const headers = signatureHeaders(
    request({ method: 'POST' }),
    { ...credentials, sessionToken: TOKEN },
    { region: 'us-east-1', service: 'service', nowMillis: NOW },
  );

  expect(headers.slice(2, 4)).toEqual(['x-amz-security-token', TOKEN]);
  expect(headers.at(-1)).toMatch(/=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead$/);
});

test('a path is encoded once more than it is sent, and its slashes are kept', () => {
  const signatureOf = (path: string) =>
    signatureHeaders(request({ path }), credentials, { region: 'us-east-1', service: 'bedrock', nowMillis: NOW }).at(
      -1,
    );

  // The canonical request of this one was put together by hand and signed outside of this program.
  expect(signatureOf('/model/a%3A0/converse')).toMatch(
    /=cbb9d61c661bf157efbd07517116efe42df65467fd5addd129e3df2ed486aa45$/,
  );
  expect(signatureOf('/model/a:0/converse')).not.toBe(signatureOf('/model/a%3A0/converse'));
});

describe('a provider key', () => {
  const REGIONAL = 'https://bedrock-runtime.eu-central-1.amazonaws.com';
  const json = (more: object) => JSON.stringify({ access_key_id: ID, secret_access_key: SECRET, ...more }, null, 2);
  const scopeOf = (key: string, origin = REGIONAL) =>
    /Credential=(\S+),/.exec(bedrock.sign!(request({ origin, method: 'POST' }), key, NOW).at(-1)!)?.[1];

  test('that is an API key is sent as it is', () => {
    for (const key of ['ABSKQmVkcm9ja0FQSUtleS1leGFtcGxl+/==', 'bedrock-api-key-YmVkcm9jaw==', 'test']) {
      expect(bedrock.keyProblem!(key, 'http://127.0.0.1:1')).toBeNull();
      expect(bedrock.authorize(key)).toEqual(['authorization', `Bearer ${key}`]);
      expect(bedrock.sign!(request(), key, NOW)).toEqual([]);
    }
    expect(bedrock.authorize(null)).toEqual([]);
  });

  test.each([`${ID}:${SECRET}`, json({})])(
    'that is credentials signs for the region of the address and is not sent: %#',
    key => {
      expect(bedrock.keyProblem!(key, REGIONAL)).toBeNull();
      expect(bedrock.authorize(key)).toEqual([]);
      expect(scopeOf(key)).toBe(`${ID}/20150830/eu-central-1/bedrock/aws4_request`);
      expect(bedrock.sign!(request({ origin: REGIONAL }), key, NOW).join(' ')).not.toContain(SECRET);
    },
  );

  test.each([`${ID}:${SECRET}:${TOKEN}`, json({ session_token: TOKEN })])('has its session token with it: %#', key => {
    expect(bedrock.keyProblem!(key, REGIONAL)).toBeNull();
    expect(bedrock.sign!(request({ origin: REGIONAL }), key, NOW)).toContain(TOKEN);
  });

  test.each([
    'https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com',
    'https://vpce-0a1b.bedrock-runtime.us-gov-west-1.vpce.amazonaws.com',
    'https://bedrock-runtime.us-gov-west-1.amazonaws.com:8443',
  ])('signs for the region in %s', origin => {
    expect(scopeOf(`${ID}:${SECRET}`, origin)).toContain('/us-gov-west-1/');
  });

  test('says the region itself where the address names none', () => {
    const origin = 'https://proxy.example';
    expect(bedrock.keyProblem!(`${ID}:${SECRET}`, origin)).toMatch(/names no region/);
    expect(bedrock.keyProblem!(json({ region: 'ap-south-1' }), origin)).toBeNull();
    expect(scopeOf(json({ region: 'ap-south-1' }), origin)).toContain('/ap-south-1/');
    expect(() => bedrock.sign!(request({ origin }), `${ID}:${SECRET}`, NOW)).toThrow(GatewayError);
  });

  test.each([
    ['with a space', /expected an API key, ACCESS_KEY_ID/],
    ['line\nbreak', /expected an API key/],
    ['', /expected an API key/],
    [`${ID}:${SECRET}:${TOKEN}:more`, /expected an API key/],
    [`lower:${SECRET}`, /access key id of capital letters/],
    [`${ID}:short`, /secret access key in base64/],
    [`${ID}:${SECRET}:to ken`, /session token in base64/],
    ['{"access_key_id":', /no JSON/],
    ['{"access_key_id":"AKIDEXAMPLEEXAMPLE"}', /secret_access_key/],
    [json({ session_token: 7 }), /session_token to be a text/],
    [json({ region: 'Frankfurt' }), /a name such as eu-central-1/],
    [json({ sessionToken: TOKEN }), /expected only access_key_id, /],
  ])('that is neither is told apart: %j', (key, problem) => {
    const said = bedrock.keyProblem!(key, REGIONAL);
    expect(said).toMatch(problem);
    expect(said).not.toContain(SECRET);
    expect(bedrock.authorize(key)).toEqual([]);
    expect(() => bedrock.sign!(request({ origin: REGIONAL }), key, NOW)).toThrow(GatewayError);
  });
});

test('a region has its address', () => {
  const addressOf = (region: string) => bedrock.configure!({ region }).baseUrl;
  expect(bedrock.baseUrl).toBe('https://bedrock-runtime.us-east-1.amazonaws.com');
  expect(addressOf('eu-central-1')).toBe('https://bedrock-runtime.eu-central-1.amazonaws.com');
  expect(addressOf('cn-north-1')).toBe('https://bedrock-runtime.cn-north-1.amazonaws.com.cn');
});

test('a region beside an address of its own is the one to sign for', () => {
  const { keyProblem, sign } = bedrock.configure!({ region: 'eu-west-3' });
  const origin = 'https://proxy.example';
  expect(keyProblem!(`${ID}:${SECRET}`, origin)).toBeNull();
  expect(sign!(request({ origin }), `${ID}:${SECRET}`, NOW).at(-1)).toContain('/eu-west-3/bedrock/');
});

test('the model stands in the path, however it is named', () => {
  const { path } = bedrock.operations.chat!;
  expect(path('amazon.nova-micro-v1:0', false)).toBe('/model/amazon.nova-micro-v1%3A0/converse');
  expect(path(PROFILE, true)).toBe(
    '/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A123456789012%3Aapplication-inference-profile%2Fabc123/converse-stream',
  );
});

test.each([
  ['https://bedrock-runtime.eu-central-1.amazonaws.com', 'https://bedrock.eu-central-1.amazonaws.com'],
  ['https://bedrock-runtime-fips.us-east-1.amazonaws.com', 'https://bedrock-fips.us-east-1.amazonaws.com'],
  ['https://bedrock-runtime.cn-north-1.amazonaws.com.cn', 'https://bedrock.cn-north-1.amazonaws.com.cn'],
  ['https://bedrock-runtime.eu-central-1.amazonaws.com.evil.example', null],
  ['https://proxy.internal:8443', null],
])('behind %s models are listed at %j', (origin, lists) => {
  const at = bedrock.listsAt!(origin);

  expect(at).toBe(lists ?? origin);
  // The other endpoint names its region as well, to sign for.
  const key = 'AKIDEXAMPLEEXAMPLE:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
  if (lists !== null) expect(bedrock.keyProblem!(key, at)).toBeNull();
});
