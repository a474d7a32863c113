import { describe, expect, test } from 'vitest';
import { jsonBytes } from '../../../src/gateway/translation/json-bytes.ts';

describe('a value as JSON in UTF-8', () => {
  test.each([
    ['ASCII', 'x'],
    ['Latin-1', 'é'],
    ['two bytes a character', '漢'],
    ['pairs', '😀'],
    ['halves of pairs', '\ud83d'],
    ['a half before a pair', '\ud83d😀'],
    ['control characters', '\u0000\u2028\ufeff'],
  ])('is what the engine writes for %s, short and long', (_, text) => {
    for (const times of [1, 10_000]) {
      const value = { text: text.repeat(times), list: [text, null, 1.5] };
      const expected = Buffer.from(JSON.stringify(value));

      expect(jsonBytes(value, expected).equals(expected)).toBe(true);
      expect(jsonBytes(value, Buffer.from('é')).equals(expected)).toBe(true);
    }
  });
});
