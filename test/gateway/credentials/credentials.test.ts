import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Credentials } from '../../../src/gateway/credentials/credentials.ts';
import { directClient } from '../../../src/gateway/upstream/direct/direct-client.ts';
import type { GatewayError } from '../../../src/spec/gateway-error.ts';
import { Secret } from '../../../src/spec/secret.ts';
import type { ProviderKey } from '../../../src/spec/snapshot.ts';
import type { UpstreamClient } from '../../../src/spec/upstream.ts';
import { freePort } from '../../support/free-port.ts';
import { givesTokens, type TokenServer, tokenAnswer, tokenServer } from '../../support/token-server.ts';

const SECRET = 'client-secret-CANARY~1+/=';
const START = Date.UTC(2026, 0, 1);

let server: TokenServer;
let network: UpstreamClient;
let nowMillis: number;
let failures: { label: string; error: GatewayError }[];
let credentials: Credentials;

beforeEach(async () => {
  server = await tokenServer();
  network = directClient();
  nowMillis = START;
  failures = [];
  credentials = new Credentials({
    network,
    failed: (label, error) => void failures.push({ label, error }),
    now: () => nowMillis,
  });
});
afterEach(async () => {
  await network.close();
  await server.close();
});

const keyAt = (origin: string, label = 'p#0', text = 'the key'): ProviderKey => ({
  label,
  secret: new Secret(text),
  exchange: {
    origin,
    path: '/tenant/token',
    form: { grant_type: 'client_credentials', client_id: 'app', client_secret: new Secret(SECRET), scope: 'a b' },
  },
});

const tokenOf = async (key: ProviderKey): Promise<string> => (await credentials.of(key)).secret.reveal();
const later = (seconds: number) => {
  nowMillis += seconds * 1000;
};
/** What is asked for beside a call has its answer. */
const settled = (count: number) =>
  expect
    .poll(() => server.seen.length)
    .toBe(count)
    .then(() => new Promise(resolve => setTimeout(resolve, 20)));

test('a key that is a credential by itself is given at once, as it is', () => {
  const key = { label: 'p#0', secret: new Secret('sk-plain') };
  expect(credentials.of(key)).toBe(key);
  expect(server.seen).toEqual([]);
});

test('a secret is sent as a form, and the token carries the label of its key', async () => {
  const token = await credentials.of(keyAt(server.url));
  expect(token).toMatchObject({ label: 'p#0', isToken: true });
  expect(token.secret.reveal()).toBe('token-1');
  expect(server.seen).toEqual([
    {
      path: '/tenant/token',
      contentType: 'application/x-www-form-urlencoded',
      form: { grant_type: 'client_credentials', client_id: 'app', client_secret: SECRET, scope: 'a b' },
    },
  ]);
});

describe('a token is kept', () => {
  test('so that a second call has it at once', async () => {
    const key = keyAt(server.url);
    await credentials.of(key);
    expect(credentials.of(key)).not.toBeInstanceOf(Promise);
    expect(server.seen).toHaveLength(1);
  });

  test('for the same key of a later snapshot', async () => {
    await credentials.of(keyAt(server.url));
    expect(await tokenOf(keyAt(server.url))).toBe('token-1');
    expect(server.seen).toHaveLength(1);
  });

  test('for one key and never for another', async () => {
    expect(await tokenOf(keyAt(server.url))).toBe('token-1');
    expect(await tokenOf(keyAt(server.url, 'p#0', 'another key'))).toBe('token-2');
    expect(await tokenOf(keyAt(server.url, 'q#0'))).toBe('token-3');
  });

  test('by fifty calls at once that ask for it together', async () => {
    const key = keyAt(server.url);
    const tokens = await Promise.all(Array.from({ length: 50 }, () => tokenOf(key)));
    expect(new Set(tokens)).toEqual(new Set(['token-1']));
    expect(server.seen).toHaveLength(1);
  });
});

describe('before a token ends', () => {
  test('a new one is asked for beside the calls, once, and they go on with the old one', async () => {
    const key = keyAt(server.url);
    await credentials.of(key);
    later(3600 * 0.75);
    const given = Array.from({ length: 20 }, () => credentials.of(key));
    expect(given.map(token => !(token instanceof Promise) && token.secret.reveal())).toEqual(Array(20).fill('token-1'));
    await settled(2);
    expect(await tokenOf(key)).toBe('token-2');
    expect(server.seen).toHaveLength(2);
  });

  test('the old one is used on where the new one fails, and who asked is told', async () => {
    const key = keyAt(server.url);
    await credentials.of(key);
    server.answer(tokenAnswer(500, 'oops'));
    later(3600 * 0.8);
    expect(await tokenOf(key)).toBe('token-1');
    await expect.poll(() => failures.length).toBe(1);
    expect(await tokenOf(key)).toBe('token-1');
    expect(server.seen).toHaveLength(2);

    later(6);
    server.answer(givesTokens());
    expect(await tokenOf(key)).toBe('token-1');
    await settled(3);
    expect(await tokenOf(key)).toBe('token-1');
    expect(failures).toHaveLength(1);
  });

  test('it is not used in its last minutes: calls wait for the new one', async () => {
    const key = keyAt(server.url);
    await credentials.of(key);
    later(3600 * 0.95);
    expect(credentials.of(key)).toBeInstanceOf(Promise);
    expect(await tokenOf(key)).toBe('token-2');
  });

  test.each([
    ['3600', 3500, 2],
    [10_000_000, 86_400, 2],
    [60, 40, 1],
  ])('a lifetime of %s seconds is believed within reason', async (lifetime, seconds, asked) => {
    server.answer(givesTokens(lifetime));
    const key = keyAt(server.url);
    await credentials.of(key);
    later(seconds);
    await credentials.of(key);
    expect(server.seen).toHaveLength(asked);
  });
});

describe('a token that the provider refuses', () => {
  test('is given up once it is older than a minute', async () => {
    const key = keyAt(server.url);
    credentials.refused(await credentials.of(key));
    expect(await tokenOf(key)).toBe('token-1');
    later(61);
    credentials.refused(await credentials.of(key));
    expect(await tokenOf(key)).toBe('token-2');
  });
});

describe('without a token', () => {
  const failure = async (key: ProviderKey): Promise<GatewayError> => {
    try {
      await credentials.of(key);
    } catch (error) {
      return error as GatewayError;
    }
    throw new Error('it was given');
  };

  test('a refused key is provider_auth, with the words of the server in the detail and no secret', async () => {
    const description = `AADSTS7000215: Invalid client secret provided: '${SECRET}' ${encodeURIComponent(SECRET)}.`;
    server.answer(tokenAnswer(401, { error: 'invalid_client', error_description: description }));
    const error = await failure(keyAt(server.url));
    expect(error.code).toBe('provider_auth');
    expect(error.message).not.toContain('AADSTS');
    expect(error.detail).toContain('401 invalid_client: AADSTS7000215: Invalid client secret provided');
    expect(JSON.stringify({ ...error, detail: error.detail })).not.toContain('CANARY');
    expect(failures).toEqual([{ label: 'p#0', error }]);
  });

  test('fifty calls share one refusal, and those of the next seconds do not ask again', async () => {
    server.answer(tokenAnswer(400, { error: 'unauthorized_client' }));
    const key = keyAt(server.url);
    const errors = await Promise.all(Array.from({ length: 50 }, () => failure(key)));
    expect(new Set(errors).size).toBe(1);
    expect((await failure(key)).code).toBe('provider_auth');
    expect(server.seen).toHaveLength(1);
    expect(failures).toHaveLength(1);

    later(6);
    server.answer(givesTokens());
    expect(await tokenOf(key)).toBe('token-1');
  });

  test.each([
    ['an error of its own', tokenAnswer(503, 'busy'), /answered 503$/],
    ['too many requests', tokenAnswer(429, { error: 'slow_down' }), /answered 429 slow_down/],
    ['a page', tokenAnswer(200, '<html>'), /without a usable access_token/],
    ['no lifetime', tokenAnswer(200, { access_token: 'a' }), /without a lifetime/],
    ['no life at all', tokenAnswer(200, { access_token: 'a', expires_in: 0 }), /without a lifetime/],
    [
      'a token that breaks headers',
      tokenAnswer(200, { access_token: 'a\r\nx: y', expires_in: 9 }),
      /usable access_token/,
    ],
    ['another kind', tokenAnswer(200, { access_token: 'a', expires_in: 9, token_type: 'mac' }), /no bearer token/],
    ['too much', tokenAnswer(200, 'x'.repeat(70_000)), /more than 65536 bytes/],
    ['a coded body', tokenAnswer(200, '{}', { 'content-encoding': 'gzip' }), /coded unasked/],
  ])('%s is upstream_invalid', async (_what, script, detail) => {
    server.answer(script);
    const error = await failure(keyAt(server.url));
    expect(error.code).toBe('upstream_invalid');
    expect(error.detail).toMatch(detail);
  });

  test('a redirect is not followed', async () => {
    const trap = await tokenServer();
    server.answer((_request, response) => void response.writeHead(307, { location: `${trap.url}/token` }).end());
    expect((await failure(keyAt(server.url))).detail).toContain('a redirect (307)');
    expect(trap.seen).toEqual([]);
    await trap.close();
  });

  test('a server that is away is upstream_unreachable, one that hangs up upstream_reset', async () => {
    expect((await failure(keyAt(`http://127.0.0.1:${await freePort()}`))).code).toBe('upstream_unreachable');
    server.answer((_request, response) => void response.socket?.resetAndDestroy());
    expect((await failure(keyAt(server.url))).code).toBe('upstream_reset');
  });
});

describe('an assertion', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const asserting = (pem: string): ProviderKey => ({
    label: 'p#0',
    secret: new Secret(pem),
    exchange: {
      origin: server.url,
      path: '/token',
      form: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer' },
      assertion: {
        member: 'assertion',
        header: { kid: 'key-1' },
        claims: { iss: 'robot@project.example', scope: 'https://scope.example', aud: 'https://tokens.example' },
        lifetimeSeconds: 3600,
        privateKey: new Secret(pem),
      },
    },
  });
  const json = (part: string | undefined): unknown => JSON.parse(Buffer.from(part ?? '', 'base64url').toString());

  test('is signed with the private key, for the moment at which it is sent', async () => {
    expect(await tokenOf(asserting(privateKey))).toBe('token-1');
    const { assertion = '', ...rest } = server.seen[0]!.form;
    expect(rest).toEqual({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer' });
    const [head, body, signature] = assertion.split('.');
    expect(json(head)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-1' });
    expect(json(body)).toEqual({
      iss: 'robot@project.example',
      scope: 'https://scope.example',
      aud: 'https://tokens.example',
      iat: START / 1000,
      exp: START / 1000 + 3600,
    });
    const bytes = Buffer.from(`${head}.${body}`);
    expect(verify('sha256', bytes, createPublicKey(publicKey), Buffer.from(signature ?? '', 'base64url'))).toBe(true);
  });

  test('with a key that cannot sign is provider_auth, and nothing is sent', async () => {
    await expect(
      Promise.resolve(credentials.of(asserting('-----BEGIN PRIVATE KEY-----\nCANARY'))),
    ).rejects.toMatchObject({
      code: 'provider_auth',
      detail: expect.not.stringContaining('CANARY'),
    });
    expect(server.seen).toEqual([]);
  });
});

test('keys that left the configuration are forgotten once their tokens are over', async () => {
  for (let index = 0; index < 5; index++) await credentials.of(keyAt(server.url, 'p#0', `key ${index}`));
  later(3600);
  await credentials.of(keyAt(server.url, 'p#0', 'key 5'));
  expect(credentials.kept).toBe(1);
});
