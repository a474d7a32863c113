import { expect, test } from 'vitest';
import { noUsage } from '../../../src/spec/usage.ts';
import { answer } from './codec.ts';

const usageOf = (usage: unknown, beside: object = {}) =>
  answer([{ text: 'x' }], { usage, ...beside }).find(part => part.type === 'usage');

test('classes are disjoint: the input is without the cache', () => {
  const usage = {
    inputTokens: 10,
    outputTokens: 5,
    totalTokens: 145,
    cacheReadInputTokens: 100,
    cacheWriteInputTokens: 30,
  };

  expect(usageOf(usage)).toEqual({
    type: 'usage',
    usage: { ...noUsage, input: 10, output: 5, cacheRead: 100, cacheWrite5m: 30 },
  });
});

test('what is kept for an hour is told apart', () => {
  const cacheDetails = [
    { ttl: '1h', inputTokens: 20 },
    { ttl: '5m', inputTokens: 10 },
  ];
  const usage = { inputTokens: 1, outputTokens: 1, cacheWriteInputTokens: 30, cacheDetails };

  expect(usageOf(usage)).toMatchObject({ usage: { cacheWrite5m: 10, cacheWrite1h: 20 } });
  expect(usageOf({ ...usage, cacheWriteInputTokens: undefined })).toMatchObject({
    usage: { cacheWrite5m: 10, cacheWrite1h: 20 },
  });
  expect(usageOf({ ...usage, cacheWriteInputTokens: 5 })).toMatchObject({
    usage: { cacheWrite5m: 0, cacheWrite1h: 5 },
  });
});

test('tools that ran at the provider are counted', () => {
  expect(usageOf({ inputTokens: 1, outputTokens: 1, serverToolUsage: { webSearchRequests: 2 } })).toMatchObject({
    usage: { serverToolCalls: 2 },
  });
});

test('what stands beside the counts is kept', () => {
  const beside = { serviceTier: { type: 'flex' }, metrics: { latencyMs: 3 }, trace: { promptRouter: {} } };
  expect(usageOf({ inputTokens: 1, outputTokens: 1 }, beside)).toMatchObject({ extra: { bedrock: beside } });
});

test('without a count there is none', () => {
  expect(usageOf(undefined)).toEqual({ type: 'usage', usage: null });
  expect(usageOf({ inputTokens: 0, outputTokens: 0 })).toEqual({ type: 'usage', usage: null });
});

test.each([-1, 0.5, '7', 1e12, Number.NaN])('a count of %s is not believed', inputTokens => {
  expect(usageOf({ inputTokens, outputTokens: 1 })).toEqual({ type: 'usage', usage: null, flags: 'usage_implausible' });
});
