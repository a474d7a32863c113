import anthropic, { anthropicChat } from '../../../providers/anthropic/index.ts';
import { anthropicAnswers } from '../corpus/streams.ts';
import { decoderTarget } from '../engine/decoder-target.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The events of a server that sends each block in one piece. */
function asStream({ content, stop_reason, stop_details, usage, ...message }: Fields): readonly unknown[] {
  const blocks = content as readonly unknown[];
  return [
    { type: 'message_start', message },
    ...blocks.flatMap((content_block, index) => [
      { type: 'content_block_start', index, content_block },
      { type: 'content_block_stop', index },
    ]),
    { type: 'message_delta', delta: { stop_reason, stop_details }, usage },
    { type: 'message_stop' },
  ];
}

export const target = decoderTarget({
  name: 'anthropic-decoder',
  codec: anthropicChat,
  toError: anthropic.toError,
  seeds: anthropicAnswers,
  words: [
    ...['"type":"message_start",', '"type":"content_block_start",', '"type":"content_block_delta",', '"type":"error",'],
    ...[
      '"type":"content_block_stop",',
      '"type":"message_delta",',
      '"type":"message_stop",',
      '"index":0,',
      '"index":1,',
    ],
    ...['"content_block":{"type":"text"},', '"delta":{"type":"text_delta","text":"x"},', '"stop_reason":"end_turn",'],
    ...[
      '"type":"tool_use",',
      '"input":{},',
      '"partial_json":"{",',
      '"citations":[{}],',
      '"usage":{"output_tokens":1},',
    ],
    ...['"signature":"s",', '"thinking":"x",', '"content":[{"type":"text","text":"x"}],', '"text":"x",', '"name":"f",'],
  ],
  asStream,
});
