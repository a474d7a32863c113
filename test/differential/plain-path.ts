import { openaiChatCodec } from '../../providers/openai-chat/index.ts';
import { chatEncoder, encodeAnswer, toNeutral } from '../../src/gateway/dialects/openai-chat/neutral/index.ts';
import { chatReading } from '../../src/gateway/translation/chat-reading.ts';
import type { NeutralCall } from '../../src/gateway/translation/neutral-dialect.ts';
import { collect } from '../../src/spec/chat/collect.ts';

/** OpenAI's dialect by way of the neutral form, with everything that a server of it may take. */
export const plainCodec = openaiChatCodec({
  extensions: ['anthropic', 'gemini'],
  thoughts: 'details',
  toolMedia: true,
});

export const plainHead = { id: 'chatcmpl-plain', model: 'target-model', createdSeconds: 7 };

/** The request, parsed whole and put into the neutral form, with the way back for its answer. */
export function plainCall(bytes: Buffer): NeutralCall {
  const { request, warnings, legacyFunctions } = toNeutral(JSON.parse(bytes.toString('utf8')));
  return {
    request,
    warnings,
    encoder: options => chatEncoder({ ...options, legacyFunctions }),
    answer: (parts, options) => encodeAnswer(collect(parts), { ...options, legacyFunctions }),
  };
}

export const plainReading = (call: NeutralCall, includeUsage: boolean) =>
  chatReading(plainCodec, call, { ...plainHead, inputEstimate: 0, includeUsage });
