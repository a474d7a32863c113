import { expect, test } from 'vitest';
import { Writing } from '../../providers/openai-chat/options.ts';
import { membersOf } from '../../providers/own-members.ts';

const { ownMembers, warnForeign } = membersOf('house');

test('members that the API knows go on, from its own dialect and from the client', () => {
  const writing = new Writing({});
  const extra = { house: { a: 1 }, 'openai-chat': { b: 2, c: 3, image_url: { d: 4 } }, other: { a: 5 } };

  expect(ownMembers(extra, new Set(['a', 'b']), 'messages[0]', writing)).toEqual({ a: 1, b: 2 });
  expect(writing.warnings.map(({ field, action }) => `${field} ${action}`)).toEqual([
    'messages[0].c dropped',
    'messages[0].image_url.d dropped',
    'messages[0].a dropped',
  ]);
});

test('an object without members of its own loses all of them', () => {
  const writing = new Writing({});
  warnForeign({ house: { a: 1 } }, '', writing);
  warnForeign(undefined, '', writing);

  expect(writing.warnings.map(({ field }) => field)).toEqual(['a']);
});
