import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ConfigurationProblem } from '../../../src/config.ts';
import { loadDigestKey } from '../../../src/control/secrets/digest-key.ts';
import { masterKey } from '../../../src/control/secrets/master-key.ts';
import { createSealer, UnsealFailure } from '../../../src/control/secrets/sealer.ts';
import { secretResolver, shownReference, storableKey } from '../../../src/control/secrets/secret-resolver.ts';
import { Secret } from '../../../src/spec/secret.ts';

const sealer = createSealer(masterKey(Buffer.alloc(32, 1)));
const sealed = sealer.seal('provider-key', 'record', 'sk-canary');

describe('L6 sealing', () => {
  test('a sealed value carries its key id, hides its content and opens again', () => {
    expect(sealed).toMatch(/^sealed:v1:[0-9a-f]{8}:[A-Za-z0-9_-]+$/);
    expect(Buffer.from(sealed.split(':')[3]!, 'base64url').includes('canary')).toBe(false);
    expect(sealer.open('provider-key', 'record', sealed)).toBe('sk-canary');
  });

  test('the same content seals to the same value only for the same record and purpose', () => {
    expect(sealer.seal('provider-key', 'record', 'sk-canary')).toBe(sealed);
    expect(sealer.seal('provider-key', 'other', 'sk-canary')).not.toBe(sealed);
    expect(sealer.seal('snapshot', 'record', 'sk-canary')).not.toBe(sealed);
  });

  test('a value moved to another record or purpose does not open', () => {
    expect(() => sealer.open('provider-key', 'other', sealed)).toThrow(UnsealFailure);
    expect(() => sealer.open('snapshot', 'record', sealed)).toThrow(UnsealFailure);
    expect(() => sealer.open('provider-key","record', '', sealed)).toThrow(UnsealFailure);
  });

  test('no flipped bit opens', () => {
    const [, , keyId, body] = sealed.split(':');
    const bytes = Buffer.from(body!, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const value = `sealed:v1:${keyId}:${flipped.toString('base64url')}`;
      expect(() => sealer.open('provider-key', 'record', value), `bit ${bit}`).toThrow(UnsealFailure);
    }
  });

  test('another master key does not open it and is named by its id only', () => {
    const other = createSealer(masterKey(Buffer.alloc(32, 2)));

    expect(() => other.open('provider-key', 'record', sealed)).toThrow(
      `the value is sealed with master key ${sealer.keyId}, but the configured one is ${other.keyId}`,
    );
    const renamed = sealed.replace(sealer.keyId, other.keyId);
    expect(() => other.open('provider-key', 'record', renamed)).toThrow(UnsealFailure);
  });

  test.each([
    '',
    'sealed:',
    'sealed:v1:00000000:',
    'sealed:v2:00000000:AAAA',
    `sealed:v1:${sealer.keyId}:AAAA`,
    'plain',
  ])('%j is no sealed value', text => {
    expect(() => sealer.open('provider-key', 'record', text)).toThrow(UnsealFailure);
  });
});

describe('S5 provider keys', () => {
  const sources = { environment: { KEY: 'from-environment' }, folder: '/', folders: [], protectedPaths: [] };
  const resolve = secretResolver(sources, sealer);
  const owner = { provider: 'openai', origin: 'https://api.openai.com' };

  test('a sealed provider key opens only for its provider and origin', () => {
    const reference = storableKey(sealer, owner, new Secret('sk-canary'));

    expect(resolve(reference, owner).reveal()).toBe('sk-canary');
    expect(() => resolve(reference, { ...owner, origin: 'https://evil.example' })).toThrow(UnsealFailure);
    expect(() => resolve(reference, { ...owner, provider: 'other' })).toThrow(UnsealFailure);
  });

  test('a reference is resolved when asked for, and only for its provider and origin', () => {
    const stored = storableKey(sealer, owner, 'env:KEY');

    expect(shownReference(stored)).toBe('env:KEY');
    expect(resolve(stored, owner).reveal()).toBe('from-environment');
    expect(() => resolve(stored, { ...owner, origin: 'https://evil.example' })).toThrow(UnsealFailure);
    expect(() => resolve(stored, { ...owner, provider: 'other' })).toThrow(UnsealFailure);
  });

  test('a reference that is not bound, or bound for another one, gives nothing', () => {
    const seal = storableKey(sealer, owner, 'env:OTHER').slice('env:OTHER '.length);

    expect(() => resolve('env:KEY', owner)).toThrow(UnsealFailure);
    expect(() => resolve(`env:KEY ${seal}`, owner)).toThrow(UnsealFailure);
    expect(() => resolve('env:KEY sealed:v1:0', owner)).toThrow(UnsealFailure);
  });

  test('a path with spaces is a reference like any other', () => {
    expect(shownReference(storableKey(sealer, owner, 'file:/run/a key sealed: yes'))).toBe(
      'file:/run/a key sealed: yes',
    );
  });
});

describe('the digest key', () => {
  const kept = new Map<string, string>();
  const store = {
    async instanceSecret(name: string, make: () => Promise<string>) {
      if (!kept.has(name)) kept.set(name, await make());
      return kept.get(name)!;
    },
  };

  test('is made once, so digests stay the same over restarts', async () => {
    const first = await loadDigestKey(store, sealer);
    const second = await loadDigestKey(store, sealer);

    expect(first.digest('tg_presented')).toBe(second.digest('tg_presented'));
    expect(first.digest('tg_presented')).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect([...kept.values()]).toEqual([expect.stringMatching(/^sealed:v1:/)]);
  });

  test('a master key that does not open it stops the start', async () => {
    const other = createSealer(masterKey(randomBytes(32)));

    await expect(loadDigestKey(store, other)).rejects.toThrow(ConfigurationProblem);
    await expect(loadDigestKey(store, other)).rejects.toThrow(/master key does not open what this database holds/);
  });
});
