import { expect, test } from 'vitest';
import { limits } from '../../src/spec/limits.ts';
import { read, sourceFiles } from './sources.ts';

/** Settings of the threat model that wait for the feature they bound. */
const waiting = ['tags', 'tagLength', 'clientRequestIdLength'];

test('every limit is kept somewhere: one that nobody reads promises what is not so', () => {
  const code = sourceFiles('src').map(read).join('\n');
  const unread = Object.keys(limits).filter(name => !new RegExp(`\\blimits\\.${name}\\b`).test(code));
  expect(unread.filter(name => !waiting.includes(name))).toEqual([]);
});
