import { beforeEach, describe, expect, test } from 'vitest';
import { masterKey } from '../../../src/control/secrets/master-key.ts';
import { sealResponses } from '../../../src/control/secrets/sealed-responses.ts';
import type { ResponseStore } from '../../../src/spec/response-store.ts';

const scope = { organization: 'default', team: 'search' };
const rows = new Map<string, Buffer>();
/** Answers for every scope: what is not bound by the database must be bound by the seal. */
const careless: ResponseStore = {
  save: async (id, _scope, content) => void rows.set(id, content),
  load: async id => rows.get(id) ?? null,
  remove: async id => rows.delete(id),
};
const store = sealResponses(careless, masterKey(Buffer.alloc(32, 7)));
const content = Buffer.from('{"input":[],"response":{"output":[]}} ⚷');

beforeEach(async () => {
  rows.clear();
  await store.save('id-1', scope, content);
});

describe('a kept response', () => {
  test('comes back as it was, and lies sealed', async () => {
    expect(await store.load('id-1', scope)).toEqual(content);
    expect(rows.get('id-1')!.includes('output')).toBe(false);
    expect(await store.load('id-2', scope)).toBeNull();
    expect(await store.remove('id-1', scope)).toBe(true);
  });

  test('is sealed with another nonce each time', async () => {
    const first = rows.get('id-1')!;
    await store.save('id-1', scope, content);
    expect(rows.get('id-1')!.equals(first)).toBe(false);
  });

  test('does not open under another id or for another scope', async () => {
    rows.set('id-2', rows.get('id-1')!);
    await expect(store.load('id-2', scope)).rejects.toThrow('another id or scope');
    await expect(store.load('id-1', { ...scope, team: 'other' })).rejects.toThrow('another id or scope');
  });

  test('does not open when a byte of it was changed, nor under another master key', async () => {
    const sealed = rows.get('id-1')!;
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      rows.set('id-1', changed);
      await expect(store.load('id-1', scope)).rejects.toMatchObject({ name: 'UnsealFailure' });
    }
    for (const length of [0, 5, 20, sealed.length - 1]) {
      rows.set('id-1', sealed.subarray(0, length));
      await expect(store.load('id-1', scope)).rejects.toMatchObject({ name: 'UnsealFailure' });
    }
    rows.set('id-1', sealed);
    const other = sealResponses(careless, masterKey(Buffer.alloc(32, 8)));
    await expect(other.load('id-1', scope)).rejects.toThrow('another master key');
  });
});
