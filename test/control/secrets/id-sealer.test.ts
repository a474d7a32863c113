import { describe, expect, test } from 'vitest';
import { createIdSealer } from '../../../src/control/secrets/id-sealer.ts';
import { masterKey } from '../../../src/control/secrets/master-key.ts';

const sealer = createIdSealer(masterKey(Buffer.alloc(32, 7)));
const scope = { organization: 'default', team: 'search' };
const object = { provider: 'openai', model: 'gpt-5', id: `resp_${'0123456789abcdef'.repeat(3)}` };

describe('an id of an object at a provider', () => {
  test('opens for its scope, and looks like an id', () => {
    const sealed = sealer.seal('resp_', scope, object);
    expect(sealed).toMatch(/^resp_[A-Za-z0-9_-]+$/);
    expect(sealed.length).toBeLessThan(256);
    expect(sealed).not.toContain(object.id.slice(5));
    expect(sealer.open('resp_', scope, sealed)).toEqual(object);
  });

  test('is the same each time, on every node with this master key, and another for every other object', () => {
    const again = createIdSealer(masterKey(Buffer.alloc(32, 7)));
    expect(again.seal('resp_', scope, object)).toBe(sealer.seal('resp_', scope, object));
    const others = [
      { ...object, id: 'resp_2' },
      { ...object, model: 'gpt-6' },
      { ...object, provider: 'azure' },
    ];
    const all = [object, ...others].map(each => sealer.seal('resp_', scope, each));
    expect(new Set(all).size).toBe(4);
  });

  test.each([
    ['another team', 'resp_', { ...scope, team: 'other' }],
    ['another organization', 'resp_', { ...scope, organization: 'other' }],
    ['names that join to the same text', 'resp_', { organization: 'defaults', team: 'earch' }],
    ['another kind of object', 'file_', scope],
  ])('does not open for %s', (_what, prefix, other) => {
    const sealed = sealer.seal('resp_', scope, object);
    const asOther = prefix + sealed.slice('resp_'.length);
    expect(sealer.open(prefix, other, asOther)).toBeNull();
  });

  test('does not open under another master key', () => {
    const other = createIdSealer(masterKey(Buffer.alloc(32, 8)));
    expect(other.open('resp_', scope, sealer.seal('resp_', scope, object))).toBeNull();
  });

  test('does not open when any character of it was changed, added or taken away', () => {
    const sealed = sealer.seal('resp_', scope, object);
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
      expect(sealer.open('resp_', scope, changed)).toBeNull();
      expect(sealer.open('resp_', scope, sealed.slice(0, at))).toBeNull();
    }
    for (const more of ['A', '=', '.', '\n', ' ', sealed])
      expect(sealer.open('resp_', scope, sealed + more)).toBeNull();
  });

  test.each(['', 'resp_', 'resp_raw', object.id, `resp_${'A'.repeat(3000)}`, 'resp_\u0000', '__proto__'])(
    '%j is none',
    text => {
      expect(sealer.open('resp_', scope, text)).toBeNull();
    },
  );
});
