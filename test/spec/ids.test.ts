import { expect, test } from 'vitest';
import { timeOfUuid, uuidv7 } from '../../src/spec/ids.ts';

const many = Array.from({ length: 2_000 }, () => uuidv7());

test('an id is a UUID of version 7 and its variant, and no two are the same', () => {
  for (const id of many) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(many).size).toBe(many.length);
});

test('an id carries its time, and later ones sort after it', () => {
  const moments = [0, 1, 0xff_ff_ff, Date.parse('2026-06-01T12:00:00.007Z'), 2 ** 48 - 1];
  const ids = moments.map(moment => uuidv7(moment));

  expect(ids.map(timeOfUuid)).toEqual(moments);
  expect(ids.toSorted()).toEqual(ids);
  expect(timeOfUuid(uuidv7(moments[1]))).toBe(1);
});

test('every digit that may be random takes every value', () => {
  const digits = (at: number) => new Set(many.map(id => id[at])).size;
  const random = [...Array(36).keys()].filter(at => at > 14 && at !== 18 && at !== 19 && at !== 23);

  for (const at of random) expect([at, digits(at)]).toEqual([at, 16]);
  expect(digits(19)).toBe(4);
});
