import { randomUUID } from 'node:crypto';
import { defaultTimeouts } from '../../../src/spec/resources.ts';
import type { FileResources, NewKey } from '../../../src/spec/store.ts';

type FileKey = FileResources['keys'][number];

export const emptyFile: FileResources = {
  organization: { storeResponses: null },
  teams: [],
  consumers: [],
  keys: [],
  providers: [],
  models: [],
  prices: [],
};

export const fileKey = (name: string, more: Partial<FileKey> = {}): FileKey => ({
  name,
  team: 'search',
  consumer: null,
  digest: `digest of ${name}`,
  hint: 'abcd',
  models: ['*'],
  expiresAt: null,
  storeResponses: null,
  ...more,
});

export const newKey = (name: string, more: Partial<NewKey> = {}): NewKey => ({
  id: randomUUID(),
  name,
  team: 'default',
  consumer: null,
  digest: `digest of ${name}`,
  hint: 'abcd',
  models: ['fast', 'openai/*'],
  expiresAt: null,
  storeResponses: null,
  ...more,
});

/** One of everything, with every optional member set somewhere. */
export const wholeFile: FileResources = {
  organization: { storeResponses: false },
  teams: [
    { name: 'search', storeResponses: true },
    { name: 'support', storeResponses: null },
  ],
  consumers: [{ name: 'web', team: 'search' }],
  keys: [
    fileKey('web', {
      consumer: 'web',
      models: ['fast', 'openai/*'],
      expiresAt: new Date('2030-01-01T00:00:00.000Z'),
      storeResponses: false,
    }),
    fileKey('batch', { consumer: 'nightly' }),
  ],
  providers: [
    {
      name: 'openai',
      adapter: 'openai',
      baseUrl: null,
      keys: ['env:OPENAI_API_KEY', 'sealed:abc'],
      models: null,
      pricesFrom: null,
      allowInsecure: false,
      settings: {},
      position: 0,
    },
    {
      name: 'gpu-box',
      adapter: 'openai-compatible',
      baseUrl: 'http://gpu-box:8000/v1',
      keys: [],
      models: ['llama-3.3-70b'],
      pricesFrom: 'groq',
      allowInsecure: true,
      settings: { region: 'eu', deployments: { big: 'big-1' } },
      position: 1,
    },
  ],
  models: [
    {
      name: 'fast',
      strategy: 'round-robin',
      targets: [
        { model: 'openai/gpt-5-mini', weight: 3 },
        { model: 'gpu-box/llama-3.3-70b', weight: 0.5 },
      ],
      fallbacks: [{ model: 'openai/gpt-5', weight: 1 }],
      retries: 1,
      timeouts: { ...defaultTimeouts, idleMillis: 30_000 },
    },
  ],
  prices: [
    {
      model: 'gpu-box/*',
      input: '0.1',
      output: '0.300000000001',
      cacheRead: '0.05',
      cacheWrite: null,
      reasoning: null,
      from: new Date('2026-01-01T00:00:00.000Z'),
      position: 0,
    },
  ],
};
