import { expect, test } from 'vitest';
import { withQuirks } from '../../../src/gateway/translation/with-quirks.ts';

const encoded = { body: { model: 'm', max_tokens: 5, seed: 1 }, warnings: [] };

test('what a provider refuses is left out of a translated request, and what it calls otherwise is renamed', () => {
  const quirks = [{ drop: ['seed', 'user'], why: 'No.' }, { rename: { max_tokens: 'max_completion_tokens' } }];
  expect(withQuirks(encoded, quirks, 'm')).toEqual({
    body: { model: 'm', max_completion_tokens: 5 },
    warnings: [{ field: 'seed', action: 'dropped', why: 'No.' }],
  });
});

test('quirks of other models change nothing', () => {
  expect(withQuirks(encoded, [{ models: /^other/, drop: ['seed'] }], 'm')).toEqual(encoded);
  expect(withQuirks(encoded, [], 'm')).toBe(encoded);
});
