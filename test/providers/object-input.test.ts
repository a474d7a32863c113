import { expect, test } from 'vitest';
import { objectInput } from '../../providers/object-input.ts';
import { Writing } from '../../providers/openai-chat/options.ts';

test.for([
  ['{"a":1}', false, '{"a":1}', []],
  ['', false, '{}', []],
  ['  ', false, '{}', []],
  ['[1]', false, '{"input":"[1]"}', ['calls[0].function.arguments emulated']],
  ['{"a":', false, '{"input":"{\\"a\\":"}', ['calls[0].function.arguments emulated']],
  ['up', true, '{"input":"up"}', ['calls[0].custom emulated']],
] as const)('%j (custom: %s) becomes %s', ([input, custom, expected, warnings]) => {
  const writing = new Writing({});

  expect(objectInput({ type: 'tool-call', id: 'c', name: 'look', input, custom }, 'calls[0]', writing)).toBe(expected);
  expect(writing.warnings.map(({ field, action }) => `${field} ${action}`)).toEqual(warnings);
});
