import { openaiChatCodec } from '../../../providers/openai-chat/index.ts';
import { openaiFailure } from '../../../providers/openai-failure.ts';
import { openaiAnswers } from '../corpus/streams.ts';
import { decoderTarget } from '../engine/decoder-target.ts';

export const target = decoderTarget({
  name: 'openai-decoder',
  codec: openaiChatCodec(),
  toError: openaiFailure,
  seeds: openaiAnswers,
  words: [
    ...[
      '"choices":[{}],',
      '"index":1,',
      '"delta":{"content":"x"},',
      '"message":{"content":"x"},',
      '"finish_reason":"stop",',
    ],
    ...['"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}],', '"reasoning_content":"x",'],
    ...['"reasoning_details":[{}],', '"usage":{"prompt_tokens":1},', '"error":{"message":"x"},', '"function_call":{},'],
  ],
  asStream: answer => [answer],
});
