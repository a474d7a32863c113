import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openaiChatCodec } from '../../../../../providers/openai-chat/index.ts';
import { toNeutral } from '../../../../../src/gateway/dialects/openai-chat/neutral/index.ts';
import { canonical, chatRequest } from './requests.ts';

const codec = openaiChatCodec({ extensions: ['anthropic', 'gemini'], thoughts: 'details', toolMedia: true });

test('a request becomes neutral and comes back as the same request', () => {
  fc.assert(
    fc.property(chatRequest, body => {
      const { request, warnings } = toNeutral(JSON.parse(JSON.stringify(body)));
      const encoded = codec.toProvider(request, String(body.model));

      expect(warnings).toEqual([]);
      expect(encoded.warnings).toEqual([]);
      expect(canonical(encoded.body)).toEqual(canonical(body));
    }),
    { numRuns: 300 },
  );
});
