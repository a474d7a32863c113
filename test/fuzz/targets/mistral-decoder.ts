import mistral, { mistralChat } from '../../../providers/mistral/index.ts';
import { mistralAnswers } from '../corpus/streams.ts';
import { decoderTarget } from '../engine/decoder-target.ts';

export const target = decoderTarget({
  name: 'mistral-decoder',
  codec: mistralChat,
  toError: mistral.toError,
  seeds: mistralAnswers,
  words: [
    ...[
      '"choices":[{}],',
      '"index":1,',
      '"messages":[{}],',
      '"content":["x"],',
      '"finish_reason":"error",',
      '"detail":[],',
    ],
    ...['{"type":"thinking","thinking":[{"type":"text","text":"x"}]},', '{"type":"reference"},', '"id":"null",'],
    ...[
      '"tool_calls":[{"function":{"name":"f","arguments":{}}}],',
      '"object":"error",',
      '"usage":{"prompt_tokens":1},',
    ],
  ],
  asStream: answer => [answer],
});
