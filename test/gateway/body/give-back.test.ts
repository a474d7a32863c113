import { expect, test } from 'vitest';
import { giveBack, isAllOfItsMemory } from '../../../src/gateway/body/give-back.ts';

test('frees the memory of a large buffer at once, for every view of it', () => {
  const bytes = Buffer.allocUnsafeSlow(64 * 1024).fill('x');
  const view = bytes.subarray(10, 20_010);
  const before = process.memoryUsage().arrayBuffers;
  giveBack(view);

  expect(bytes.length).toBe(0);
  expect(view.length).toBe(0);
  expect(before - process.memoryUsage().arrayBuffers).toBeGreaterThanOrEqual(64 * 1024);
});

test('leaves small buffers to the collector', () => {
  const small = Buffer.allocUnsafeSlow(100).fill('x');
  giveBack(small);

  expect(small.length).toBe(100);
});

test('tells slices from the whole of a memory', () => {
  const whole = Buffer.allocUnsafeSlow(100);
  expect(isAllOfItsMemory(whole)).toBe(true);
  expect(isAllOfItsMemory(whole.subarray(10))).toBe(false);
  expect(isAllOfItsMemory(Buffer.from('out of a pool'))).toBe(false);
});
