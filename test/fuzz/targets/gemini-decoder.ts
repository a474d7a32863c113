import gemini, { geminiChat } from '../../../providers/gemini/index.ts';
import { geminiAnswers } from '../corpus/streams.ts';
import { decoderTarget } from '../engine/decoder-target.ts';

export const target = decoderTarget({
  name: 'gemini-decoder',
  codec: geminiChat,
  toError: gemini.toError,
  seeds: geminiAnswers,
  words: [
    ...['"candidates":[{}],', '"index":1,', '"parts":[{"text":"x"}],', '"finishReason":"STOP",', '"thought":true,'],
    ...['{"functionCall":{"name":"f","args":{}}},', '"thoughtSignature":"s",', '"promptFeedback":{"blockReason":"X"},'],
    ...['"groundingMetadata":{"groundingSupports":[{}]},', '"citationMetadata":{"citations":[{}]},', '"error":{},'],
    ...['"usageMetadata":{"promptTokenCount":1},', '"startIndex":-1,', '"endIndex":1e9,', '"logprobsResult":{},'],
  ],
  asStream: answer => [answer],
});
