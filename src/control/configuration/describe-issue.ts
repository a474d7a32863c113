import type { z } from 'zod';
import type { Mistake, Path } from './mistake.ts';

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
};

/** Sentences for the issues whose schema brings none. No value of the file is ever part of one. */
export const describeIssue: z.core.$ZodErrorMap = issue => {
  switch (issue.code) {
    case 'invalid_type': {
      const expected = `expected ${KINDS[issue.expected] ?? issue.expected}`;
      return issue.input === undefined ? `is missing; ${expected}` : expected;
    }
    case 'too_small':
      if (issue.origin === 'array' || issue.origin === 'string') return 'expected at least one';
      return `expected ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`;
    case 'too_big':
      return `expected at most ${issue.maximum}`;
    default:
      return undefined;
  }
};

/** The mistakes in one part of the file, as the schema found them. */
export function mistakesOf(error: z.ZodError, path: Path): readonly Mistake[] {
  return error.issues.map(issue => ({
    path: [...path, ...issue.path.filter(part => typeof part !== 'symbol')],
    message: issue.message,
    atName: issue.code === 'custom' && issue.params?.atName === true,
  }));
}
