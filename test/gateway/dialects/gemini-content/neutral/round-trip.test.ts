import fc from 'fast-check';
import { expect, test } from 'vitest';
import gemini from '../../../../../providers/gemini/index.ts';
import { toNeutral } from '../../../../../src/gateway/dialects/gemini-content/neutral/index.ts';
import { canonical, contentRequest, snakeCase } from './requests.ts';

const codec = gemini.operations.chat!.chat!;
const parsed = (body: unknown): unknown => JSON.parse(JSON.stringify(body));

test('a request becomes neutral and comes back as the same request, in either spelling', () => {
  fc.assert(
    fc.property(contentRequest, body => {
      const { request, warnings } = toNeutral(parsed(body), false);
      const encoded = codec.toProvider(request, 'gemini-3.1-flash');

      expect(warnings).toEqual([]);
      expect(encoded.warnings).toEqual([]);
      expect(canonical(encoded.body as typeof body)).toEqual(canonical(body));
      expect(toNeutral(parsed(snakeCase(body)), false).request).toEqual(withSnakeExtras(request));
    }),
    { numRuns: 3_000 },
  );
});

/** What has no neutral form travels as the caller wrote it, down to its names. */
function withSnakeExtras(request: ReturnType<typeof toNeutral>['request']): unknown {
  const wrap = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(wrap);
    if (typeof value !== 'object' || value === null) return value;
    const fields = value as Readonly<Record<string, unknown>>;
    if (fields.type === 'provider-part') return { ...fields, value: snakeCase(fields.value) };
    return Object.fromEntries(Object.entries(fields).map(([name, inner]) => [name, wrap(inner)]));
  };
  return wrap(request);
}
