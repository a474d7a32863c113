import { expect, test } from 'vitest';
import { compare, faultCases, reportCases } from './cases.ts';

const row = { id: 'text', provider: 'acme', client: 'openai', mode: 'json', ok: true, bad: [] };

test('a recording is named by run, provider, id, client and mode', () => {
  expect(reportCases('split', [row, { ...row, mode: 'stream', ok: false, bad: ['text', 'usage'] }])).toEqual([
    { name: 'split acme/text openai json', why: null },
    { name: 'split acme/text openai stream', why: 'text | usage' },
  ]);
});

test('a fault check passes when all of its cells do, and else says why', () => {
  const table =
    'plain json works                               1/1\nreset is shown       0/1\n     a <- b: hung\n\n1 passed, 1 failed\n';

  expect(faultCases(table)).toEqual([
    { name: 'faults plain json works', why: null },
    { name: 'faults reset is shown', why: 'a <- b: hung' },
  ]);
});

test('what once passed must pass, and must be run', () => {
  const comparison = compare(
    [
      { name: 'kept', why: null },
      { name: 'new', why: null },
      { name: 'lost', why: 'usage' },
      { name: 'never', why: 'text' },
    ],
    ['gone', 'kept', 'lost'],
  );

  expect(comparison).toEqual({
    passing: ['kept', 'new'],
    newlyPassing: ['new'],
    failing: [{ name: 'never', why: 'text' }],
    regressions: [
      { name: 'lost', why: 'usage' },
      { name: 'gone', why: 'was not run' },
    ],
  });
});
