import { describe, expect, test, vi } from 'vitest';
import { authentication } from '../../../src/gateway/auth/identify.ts';
import { keyDigester } from '../../../src/spec/key-digest.ts';
import type { Principal, Snapshot } from '../../../src/spec/snapshot.ts';

const digest = keyDigester(Buffer.alloc(32, 7));
const key = 'tg_valid0123456789abcdefghijklmnopqrstuvw';
const forever = Number.POSITIVE_INFINITY;

const principalOf = (keyName: string, expiresAtMillis: number): Principal => ({
  keyId: keyName,
  keyName,
  organization: 'default',
  team: 'search',
  consumer: '',
  models: ['*'],
  expiresAtMillis,
  storesResponses: false,
});

function snapshotOf(keys: Iterable<string>, expiresAtMillis = forever) {
  const principals = new Map([...keys].map(each => [digest(each), principalOf(each, expiresAtMillis)]));
  const get = vi.spyOn(principals, 'get');
  const prices = { version: 'test', find: () => null, models: () => [] };
  const snapshot: Snapshot = {
    version: 1,
    organization: 'default',
    principals,
    soleTeam: true,
    providers: new Map(),
    policies: new Map(),
    prices,
  };
  return { snapshot, get };
}

function opened() {
  const counted = vi.fn(digest);
  const identify = authentication(counted);
  let caller = 0;
  const ask = (snapshot: Snapshot, presented: string) => {
    // Every call from another network, so that no throttle answers instead.
    const remoteAddress = `10.${caller >> 8}.${caller++ & 255}.1`;
    try {
      return identify({ rawHeaders: ['authorization', `Bearer ${presented}`], socket: { remoteAddress } }, snapshot)
        .keyName;
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  return { ask, counted };
}

describe('a key', () => {
  test('that is valid costs one digest and one lookup, and none when it comes again', () => {
    const { snapshot, get } = snapshotOf([key]);
    const { ask, counted } = opened();

    expect([ask(snapshot, key), ask(snapshot, key), ask(snapshot, key)]).toEqual([key, key, key]);
    expect([counted.mock.calls.length, get.mock.calls.length]).toEqual([1, 1]);
  });

  test.each([
    ['unknown', snapshotOf([])],
    ['expired', snapshotOf([key], 1)],
  ])('that is %s costs one digest and one lookup every time', (_what, { snapshot, get }) => {
    const { ask, counted } = opened();

    for (let time = 0; time < 3; time++) expect(ask(snapshot, key)).toBe('invalid_api_key');
    expect([counted.mock.calls.length, get.mock.calls.length]).toEqual([3, 3]);
  });

  test('that is no key text is neither digested nor looked up', () => {
    const { snapshot, get } = snapshotOf([]);
    const { ask, counted } = opened();

    for (const text of ['short', `tg_${'x'.repeat(600)}`, 'tg_with a space 0123456789', 'tg_ümlaut0123456789012345']) {
      expect(ask(snapshot, text)).toBe('invalid_api_key');
    }
    expect([counted.mock.calls.length, get.mock.calls.length]).toEqual([0, 0]);
  });

  test('that was revoked is refused with the first call of the next snapshot', () => {
    const { ask } = opened();
    const granted = snapshotOf([key]).snapshot;

    expect(ask(granted, key)).toBe(key);
    expect(ask(snapshotOf([]).snapshot, key)).toBe('invalid_api_key');
    expect(ask(granted, key)).toBe(key);
  });

  test('that now belongs to another principal is the other one from the next snapshot on', () => {
    const { ask } = opened();
    const renamed = snapshotOf([]).snapshot;
    const principals = new Map([[digest(key), principalOf('renamed', forever)]]);

    expect(ask(snapshotOf([key]).snapshot, key)).toBe(key);
    expect(ask({ ...renamed, principals }, key)).toBe('renamed');
  });

  test('that expires while it is remembered is refused from that millisecond on', () => {
    vi.useFakeTimers({ now: 1_000, toFake: ['Date'] });
    try {
      const { snapshot } = snapshotOf([key], 2_000);
      const { ask } = opened();

      expect(ask(snapshot, key)).toBe(key);
      vi.setSystemTime(1_999);
      expect(ask(snapshot, key)).toBe(key);
      vi.setSystemTime(2_000);
      expect(ask(snapshot, key)).toBe('invalid_api_key');
    } finally {
      vi.useRealTimers();
    }
  });

  test('is not forgotten because strangers try others', () => {
    const { snapshot } = snapshotOf([key]);
    const { ask, counted } = opened();

    ask(snapshot, key);
    for (let index = 0; index < 12_000; index++) ask(snapshot, `tg_guess${index}0123456789abcdefghijkl`);
    counted.mockClear();
    expect(ask(snapshot, key)).toBe(key);
    expect(counted).not.toHaveBeenCalled();
  });

  test('is found where there are more keys than are remembered', () => {
    const keys = Array.from({ length: 10_001 }, (_, index) => `tg_many${index}0123456789abcdefghijkl`);
    const { snapshot } = snapshotOf(keys);
    const { ask, counted } = opened();

    for (const each of [...keys, keys[0]!]) expect(ask(snapshot, each)).toBe(each);
    expect(counted).toHaveBeenCalledTimes(10_002);
  });
});
