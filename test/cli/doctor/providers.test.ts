import { writeFileSync } from 'node:fs';
import { createServer as createPlainServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, createServer as createSocketServer, type Server as SocketServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { providers as adapters } from '../../../providers/index.ts';
import { askProvider } from '../../../src/cli/doctor/ask-provider.ts';
import { freePort } from '../../support/free-port.ts';
import { type SelfSigned, selfSigned } from '../../support/self-signed.ts';
import { type Examined, emptyFolder, runDoctor } from './run-doctor.ts';

const DAY_MILLIS = 86_400_000;
const SKEW_MILLIS = 300_000;
const servers: SocketServer[] = [];
const seen: string[] = [];
let place: ReturnType<typeof emptyFolder>;
let examined: Examined;

const listen = async (server: SocketServer): Promise<number> => {
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

/** Answers by the first part of the path, with a clock that is ahead. */
const secureServer = (certificate: SelfSigned): Server =>
  createServer(certificate, (request, response) => {
    const [, kind = '', ...rest] = request.url?.split('/') ?? [];
    seen.push(`${kind} /${rest.join('/')} ${request.headers.authorization ?? '-'}`);
    const status = /^\d+$/.test(kind) ? Number(kind) : 200;
    const date = new Date(Date.now() + SKEW_MILLIS).toUTCString();
    const wrong = request.headers.authorization?.includes('wrong') && {
      'x-amzn-errortype': 'UnrecognizedClientException',
    };
    response.writeHead(status, { date, ...wrong, ...(status === 301 && { location: 'https://elsewhere.example/' }) });
    response.end(status === 200 ? '{"object":"list","data":[]}' : '{"error":{"message":"no: sk-test-CANARY"}}');
  });

beforeAll(async () => {
  place = emptyFolder();
  const ending = selfSigned({
    from: new Date(Date.now() - 88 * DAY_MILLIS),
    to: new Date(Date.now() + 2.5 * DAY_MILLIS),
  });
  const old = selfSigned({ from: new Date(Date.now() - 9 * DAY_MILLIS), to: new Date(Date.now() - DAY_MILLIS) });
  const trusted = await listen(secureServer(ending));
  const expired = await listen(secureServer(old));
  const untrusted = await listen(secureServer(selfSigned()));
  writeFileSync(join(place.folder, 'authorities.pem'), ending.cert + old.cert);
  const at = (path: string) => `https://localhost:${trusted}/${path}/v1`;
  const file = {
    providers: {
      good: { adapter: 'openai', base_url: at('good'), keys: ['env:GOOD_KEY', 'env:SECOND_KEY'] },
      refused: { adapter: 'openai', base_url: at('401'), keys: ['env:GOOD_KEY'] },
      forbidden: { adapter: 'openai', base_url: at('403'), keys: ['env:GOOD_KEY'] },
      signed: { adapter: 'bedrock', region: 'eu-north-1', base_url: at('signed'), keys: ['env:AWS_KEY'] },
      signedWrong: { adapter: 'bedrock', region: 'eu-north-1', base_url: at('403'), keys: ['env:WRONG_AWS_KEY'] },
      signedPoor: { adapter: 'bedrock', region: 'eu-north-1', base_url: at('403'), keys: ['env:AWS_KEY'] },
      limited: { adapter: 'openai', base_url: at('429'), keys: ['env:GOOD_KEY'] },
      listless: { adapter: 'openai-compatible', base_url: at('404') },
      moved: { adapter: 'openai-compatible', base_url: at('301') },
      ill: { adapter: 'openai-compatible', base_url: at('503') },
      messages: { adapter: 'anthropic', base_url: at('messages'), keys: ['env:GOOD_KEY'] },
      expired: { adapter: 'openai-compatible', base_url: `https://localhost:${expired}` },
      untrusted: { adapter: 'openai-compatible', base_url: `https://localhost:${untrusted}` },
      gone: { adapter: 'openai-compatible', base_url: `http://127.0.0.1:${await freePort()}` },
      nameless: { adapter: 'openai-compatible', base_url: 'https://nowhere.invalid' },
      keyless: { adapter: 'openai', base_url: at('keyless') },
    },
  };
  writeFileSync(place.settings.TOLLGATE_CONFIG, JSON.stringify(file));
  examined = await runDoctor({
    ...place.settings,
    NODE_EXTRA_CA_CERTS: join(place.folder, 'authorities.pem'),
    AWS_KEY: 'AKIDEXAMPLEEXAMPLE:wJalrXUtnFEMI/K7MDENG+bPxRfiCYCANARY',
    WRONG_AWS_KEY: 'bedrock-api-key-wrong-CANARY',
    GOOD_KEY: 'sk-test-CANARY-one',
    SECOND_KEY: 'sk-test-CANARY-two',
    HTTPS_PROXY: 'http://127.0.0.1:9',
  });
});
afterAll(async () => {
  for (const server of servers) await new Promise(resolve => server.close(resolve));
  place.remove();
});

test('every key of a pool is tried against the list of models', () => {
  const lines = examined.of('provider good').filter(line => line.startsWith('ok'));
  expect(lines).toEqual([
    expect.stringMatching(/lists its models with env:GOOD_KEY \(200, \d+ ms, certificate until \d{4}-/),
    expect.stringMatching(/lists its models with env:SECOND_KEY \(200, /),
  ]);
  expect(seen).toContain('good /v1/models Bearer sk-test-CANARY-one');
  expect(seen).toContain('good /v1/models Bearer sk-test-CANARY-two');
  expect(seen).toContain('messages /v1/v1/models?limit=1 -');
});

test('a certificate that ends soon is a warning, once a provider', () => {
  expect(examined.of('provider good').filter(line => line.startsWith('warning'))).toEqual([
    expect.stringMatching(/^warning the certificate of localhost:\d+ ends in 2 days, on \d{4}-/),
  ]);
});

test.each([
  ['refused', /^problem .* answers, and refuses env:GOOD_KEY \(401\)$/, /provider_auth/],
  ['forbidden', /^warning .* forbids to list models with env:GOOD_KEY \(403\)$/, /may serve calls all the same/],
  ['signed', /^ok .* lists its models with env:AWS_KEY \(200, /, null],
  ['signedWrong', /^problem .* answers, and refuses env:WRONG_AWS_KEY \(403\)$/, /provider_auth/],
  ['signedPoor', /^warning .* forbids to list models with env:AWS_KEY \(403\)$/, /may serve calls all the same/],
  ['limited', /^warning .* has enough of env:GOOD_KEY \(429\)$/, /add keys or targets/],
  ['listless', /^note .* answers and lists no models \(404\) \(\d+ ms/, /path of base_url/],
  ['moved', /^problem .* redirects \(301\)$/, /base_url/],
  ['ill', /^warning .* error of its own \(503\)$/, /status page/],
  ['expired', /^problem .* not accepted \(CERT_HAS_EXPIRED\)$/, /^Renew/],
  ['untrusted', /^problem .* not accepted \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/, /NODE_EXTRA_CA_CERTS/],
  ['gone', /^problem .* does not take connections \(ECONNREFUSED\)$/, /HTTPS_PROXY is not used/],
  ['nameless', /^problem nowhere\.invalid has no address \(E/, /DNS/],
])('%s is told apart', (name, line, advice) => {
  const [first] = examined.of(`provider ${name}`);
  const [said] = examined.adviceOf(`provider ${name}`);
  expect(first).toMatch(line);
  if (advice !== null) expect(said).toMatch(advice);
});

test('a provider without keys is a warning, and the clock that all of them contradict a problem', () => {
  expect(examined.of('provider keys')).toEqual(['ok 9 keys of 16 providers resolve', 'warning keyless has no keys']);
  expect(examined.of('clock')).toEqual([
    expect.stringMatching(/^problem every provider's clock differs from ours; \w+'s is (4|5) minutes ahead of it$/),
  ]);
});

test('nothing it says holds a key, not even what a provider repeats of it', () => {
  expect(examined.code).toBe(1);
  expect(examined.text).not.toContain('CANARY');
});

test('a server that takes the connection and says nothing costs no more than its time', async () => {
  const port = await listen(createSocketServer(socket => socket.on('error', () => {}).resume()));
  const plain = await askProvider(new URL(`http://127.0.0.1:${port}/`), [], 200);
  const secure = await askProvider(new URL(`https://127.0.0.1:${port}/`), [], 200);
  expect(plain).toEqual({ state: 'unanswered', step: 'http', code: 'TIMEOUT' });
  expect(secure).toEqual({ state: 'unanswered', step: 'tls', code: 'TIMEOUT' });
});

test('of an endless answer it reads as much as an error may hold', async () => {
  const port = await listen(
    createPlainServer((_request, response) => {
      response.writeHead(500);
      const more = () => {
        if (response.destroyed) return;
        response.write(Buffer.alloc(16_384));
        setImmediate(more);
      };
      more();
    }),
  );
  const asked = await askProvider(new URL(`http://127.0.0.1:${port}/`), [], 5_000);
  expect(asked).toMatchObject({ state: 'answered', certificate: null, reply: { status: 500 } });
  expect(asked.state === 'answered' && asked.reply.body.length).toBe(65_536);
});

test('every adapter that is asked over the network has a place for its list of models, where it has one', async () => {
  const { listOf } = await import('../../../src/cli/doctor/provider-probe.ts');
  const without = [...adapters.values()].filter(adapter => !adapter.local && !listOf(adapter).includes('/models'));
  // Its list is at another address than its models.
  expect(without.map(({ id }) => id)).toEqual(['bedrock']);
});
