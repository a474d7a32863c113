import fc from 'fast-check';
import { expect, test } from 'vitest';
import { responsesChat } from '../../../../../providers/openai-responses/index.ts';
import { toNeutral } from '../../../../../src/gateway/dialects/openai-responses/neutral/index.ts';
import { canonical } from './canonical.ts';
import { responsesRequest } from './requests.ts';

const codec = responsesChat();

test('a request becomes neutral and comes back as the same request', () => {
  fc.assert(
    fc.property(responsesRequest, body => {
      // The API has the part, and takes none yet.
      fc.pre(!JSON.stringify(body).includes('input_audio'));
      const { request, warnings } = toNeutral(JSON.parse(JSON.stringify(body)));
      const encoded = codec.toProvider(request, String(body.model));

      expect(warnings).toEqual([]);
      expect(encoded.warnings).toEqual([]);
      expect(canonical(encoded.body)).toEqual(canonical(body));
    }),
    { numRuns: 2_000 },
  );
});
