import { describe, expect, test } from 'vitest';
import { didYouMean, editDistance, nearest } from '../../src/spec/nearest.ts';

describe('edit distance', () => {
  test.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', 'abc', 0],
    ['abc', 'abd', 1],
    ['abc', 'ab', 1],
    ['prot', 'port', 1],
    ['kitten', 'sitting', 3],
  ])('%j to %j is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
});

describe('the nearest names', () => {
  test('come nearest first, three at most, whatever their case', () => {
    expect(nearest('opnai', ['openai', 'ollama'])).toEqual(['openai']);
    expect(nearest('Targets', ['target', 'targets', 'budgets'])).toEqual(['targets', 'target']);
    expect(nearest('aaaaaa', ['aaaaab', 'aaaaac', 'aaaaad', 'aaaaae'])).toHaveLength(3);
  });

  test('are none when nothing is near', () => {
    expect(nearest('web', ['search', 'support'])).toEqual([]);
    expect(didYouMean('web', [])).toBe('');
    expect(didYouMean('serch', ['search'])).toBe(' (did you mean "search"?)');
  });
});
