import { describe, expect, test } from 'vitest';
import { Members } from '../../../../../src/gateway/dialects/neutral/members.ts';
import { readThoughts } from '../../../../../src/gateway/dialects/openai-chat/neutral/thoughts.ts';

const thoughtsOf = (message: object) => readThoughts(new Members(message, 'messages[1]'), new Set(), []).thoughts;
const thought = { type: 'reasoning', text: 'Hm' };

describe('the plain text of thoughts', () => {
  test.each(['reasoning_content', 'reasoning', 'reasoning_details'])('is found under %s', name => {
    expect(thoughtsOf({ [name]: 'Hm' })).toEqual([thought]);
    expect(thoughtsOf({ [name]: '' })).toEqual([]);
  });

  test('is told once when it comes under several names, of which some are empty', () => {
    expect(thoughtsOf({ reasoning_content: 'Hm', reasoning: 'Hm', reasoning_details: 'Hm' })).toEqual([thought]);
    expect(thoughtsOf({ reasoning_content: '', reasoning: 'Hm' })).toEqual([thought]);
  });

  test('is no number and no object', () => {
    expect(() => thoughtsOf({ reasoning_content: 7 })).toThrow();
    expect(() => thoughtsOf({ reasoning_details: { text: 'Hm' } })).toThrow();
  });
});
