import { describe, expect, test } from 'vitest';
import { presentedKey } from '../../../src/gateway/auth/presented-key.ts';

const refused = (headers: string[]) => {
  try {
    presentedKey(headers);
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('the presented key', () => {
  test('is read from each place a client SDK puts it', () => {
    expect(presentedKey(['Authorization', 'Bearer tg_1'])).toBe('tg_1');
    expect(presentedKey(['authorization', 'bearer   tg_1 '])).toBe('tg_1');
    expect(presentedKey(['X-Api-Key', 'tg_1'])).toBe('tg_1');
    expect(presentedKey(['x-goog-api-key', 'tg_1'])).toBe('tg_1');
    expect(presentedKey(['API-Key', 'tg_1'])).toBe('tg_1');
  });

  test('may be sent twice when it is the same', () => {
    expect(presentedKey(['x-api-key', 'tg_1', 'Authorization', 'Bearer tg_1'])).toBe('tg_1');
  });

  test('is refused when two places differ, also in a repeated header', () => {
    expect(refused(['x-api-key', 'tg_1', 'Authorization', 'Bearer tg_2'])).toBe('credential_ambiguous');
    expect(refused(['Authorization', 'Bearer tg_1', 'Authorization', 'Bearer tg_2'])).toBe('credential_ambiguous');
  });

  test('may stand in the query where that is a place for it, and must be the same there', () => {
    expect(presentedKey([], ['tg_1'])).toBe('tg_1');
    expect(presentedKey(['x-goog-api-key', 'tg_1'], ['', 'tg_1', 'tg_1'])).toBe('tg_1');
    expect(() => presentedKey(['x-goog-api-key', 'tg_1'], ['tg_2'])).toThrow('several credentials');
    expect(() => presentedKey([], [''])).toThrow('No API key');
  });

  test('is missing when no header carries it or the header is empty', () => {
    expect(refused(['content-type', 'application/json'])).toBe('missing_api_key');
    expect(refused(['Authorization', 'Bearer '])).toBe('missing_api_key');
  });
});
