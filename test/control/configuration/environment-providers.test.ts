import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { compatible } from '../../../providers/openai-compatible.ts';
import { environmentProviders } from '../../../src/control/configuration/environment-providers.ts';
import { adapters } from './support.ts';

describe('without a file', () => {
  test('every provider whose usual key name is set is configured, with a reference to it', async () => {
    const { providers, ...rest } = await environmentProviders(
      { OPENAI_API_KEY: 'sk-canary', ANTHROPIC_API_KEY: 'canary', GROQ_API_KEY: '' },
      adapters,
    );

    expect(providers).toEqual([
      expect.objectContaining({ name: 'openai', adapter: 'openai', keys: ['env:OPENAI_API_KEY'], position: 0 }),
      expect.objectContaining({
        name: 'anthropic',
        adapter: 'anthropic',
        keys: ['env:ANTHROPIC_API_KEY'],
        position: 1,
      }),
    ]);
    expect(rest).toEqual({ teams: [], consumers: [], keys: [], models: [], prices: [] });
    expect(JSON.stringify(providers)).not.toContain('canary');
  });
});

describe('an adapter whose accounts have addresses of their own', () => {
  const cloud = { ...compatible({ id: 'cloud', keyNames: ['CLOUD_KEY'] }), addressName: 'CLOUD_ENDPOINT' };
  const found = async (environment: Record<string, string | undefined>) =>
    (await environmentProviders(environment, { built: new Map([[cloud.id, cloud]]), planned: new Map() })).providers;

  test('is configured where the environment names key and address', async () => {
    expect(await found({ CLOUD_KEY: 'canary', CLOUD_ENDPOINT: 'https://mine.cloud.example/' })).toEqual([
      expect.objectContaining({ name: 'cloud', keys: ['env:CLOUD_KEY'], baseUrl: 'https://mine.cloud.example/' }),
    ]);
  });

  test.each([{ CLOUD_KEY: 'canary' }, { CLOUD_KEY: 'canary', CLOUD_ENDPOINT: '' }])('and not without', async given => {
    expect(await found(given)).toEqual([]);
  });
});

describe('a local server on its usual address', () => {
  let server: Server | null = null;
  afterEach(() => server?.closeAllConnections());

  async function offered(status: number, body: string, lists?: string): Promise<readonly string[]> {
    const answering = createServer(({ url }, response) =>
      response.writeHead(url === `/v1${lists ?? '/models'}` ? status : 404).end(body),
    );
    server = answering.listen(0, '127.0.0.1');
    await once(answering, 'listening');
    const { port } = answering.address() as AddressInfo;
    const local = compatible({ id: 'home', baseUrl: `http://127.0.0.1:${port}/v1`, keyNames: [], keyless: true });
    const adapter = lists === undefined ? local : { ...local, lists };
    const found = await environmentProviders({}, { built: new Map([[local.id, adapter]]), planned: new Map() });
    answering.close();
    return found.providers.map(({ name }) => name);
  }

  test('is offered when it lists its models', async () => {
    expect(await offered(200, '{"object":"list","data":[]}')).toEqual(['home']);
    expect(await offered(200, '{"object":"list","data":[]}', '/api/models')).toEqual(['home']);
  });

  test.each([
    [200, '<html>'],
    [200, '{"error":"other"}'],
    [200, 'null'],
    [401, '{"object":"list"}'],
  ])('is not offered when something else answers: %i %s', async (status, body) => {
    expect(await offered(status, body)).toEqual([]);
  });

  test('is not offered when nothing listens', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as AddressInfo;
    free.close();
    await once(free, 'close');
    const local = compatible({ id: 'home', baseUrl: `http://127.0.0.1:${port}/v1`, keyNames: [], keyless: true });

    expect(
      (await environmentProviders({}, { built: new Map([['home', local]]), planned: new Map() })).providers,
    ).toEqual([]);
  });
});
