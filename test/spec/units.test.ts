import { expect, test } from 'vitest';
import { parseDuration, parseSize } from '../../src/spec/units.ts';

test.each([
  ['0s', 0],
  ['500ms', 500],
  ['1.5s', 1_500],
  ['5m', 300_000],
  ['2h', 7_200_000],
  [' 30s ', 30_000],
])('%j is %i ms', (text, millis) => {
  expect(parseDuration(text)).toBe(millis);
});

test.each(['', '30', 's', '-1s', '1d', '1s1s', '1e3s', '٣s', '30 s'])('%j is no duration', text => {
  expect(parseDuration(text)).toBeNull();
});

test.each([
  ['0', 0],
  ['512', 512],
  ['64KiB', 65_536],
  ['10 MiB', 10_485_760],
  ['1GiB', 1_073_741_824],
])('%j is %i bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each(['', 'GiB', '1.5GiB', '-1', '1GB', '1gib', '99999999999999GiB'])('%j is no size', text => {
  expect(parseSize(text)).toBeNull();
});
