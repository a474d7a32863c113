import { expect, test } from 'vitest';
import { collect } from '../../../src/spec/chat/collect.ts';
import { noUsage } from '../../../src/spec/usage.ts';
import { answer } from './codec.ts';

const usageOf = (usageMetadata: object) => collect(answer([{ text: 'A' }], {}, { usageMetadata }));

test('every token is in one class', () => {
  const { usage } = usageOf({
    promptTokenCount: 100,
    cachedContentTokenCount: 40,
    candidatesTokenCount: 30,
    thoughtsTokenCount: 20,
    toolUsePromptTokenCount: 7,
    totalTokenCount: 157,
    promptTokensDetails: [
      { modality: 'TEXT', tokenCount: 60 },
      { modality: 'IMAGE', tokenCount: 30 },
      { modality: 'AUDIO', tokenCount: 10 },
    ],
    cacheTokensDetails: [
      { modality: 'TEXT', tokenCount: 25 },
      { modality: 'IMAGE', tokenCount: 15 },
    ],
    candidatesTokensDetails: [
      { modality: 'IMAGE', tokenCount: 12 },
      { modality: 'AUDIO', tokenCount: 8 },
    ],
  });

  expect(usage).toEqual({
    ...noUsage,
    input: 42,
    cacheRead: 40,
    imageIn: 15,
    audioIn: 10,
    output: 10,
    imageOut: 12,
    audioOut: 8,
    reasoning: 20,
  });
});

test('a tier is told beside the counts', () => {
  expect(usageOf({ promptTokenCount: 1, serviceTier: 'flex' }).usageExtra).toEqual({ gemini: { serviceTier: 'flex' } });
});

test('nothing counted is no usage', () => {
  expect(collect(answer([{ text: 'A' }])).usage).toBe(null);
  expect(usageOf({ promptTokenCount: 0 }).usage).toBe(null);
});

test.for([
  [{ promptTokenCount: -1 }],
  [{ promptTokenCount: 1.5 }],
  [{ promptTokenCount: '5' }],
  [{ promptTokenCount: 1e15 }],
  [{ promptTokenCount: 1, cachedContentTokenCount: 2 }],
  [{ promptTokenCount: 1, promptTokensDetails: [{ modality: 'AUDIO', tokenCount: -1 }] }],
])('a count that cannot be is flagged: %j', ([wire]) => {
  expect(usageOf(wire!)).toMatchObject({ usage: null, flags: 'usage_implausible' });
});
