import fc from 'fast-check';
import { expect, test } from 'vitest';
import anthropic from '../../../../../providers/anthropic/index.ts';
import { toNeutral } from '../../../../../src/gateway/dialects/anthropic-messages/neutral/index.ts';
import { canonical, messagesRequest } from './requests.ts';

const codec = anthropic.operations.chat!.chat!;

test('a request becomes neutral and comes back as the same request', () => {
  fc.assert(
    fc.property(messagesRequest, body => {
      const { request, warnings } = toNeutral(JSON.parse(JSON.stringify(body)));
      const encoded = codec.toProvider(request, String(body.model));

      expect(warnings).toEqual([]);
      expect(encoded.warnings).toEqual([]);
      expect(canonical(encoded.body)).toEqual(canonical(body));
    }),
    { numRuns: 2_000 },
  );
});
