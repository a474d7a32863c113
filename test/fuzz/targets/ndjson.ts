import assert from 'node:assert/strict';
import ollama, { ollamaChat } from '../../../providers/ollama/index.ts';
import { LineEvents } from '../../../src/gateway/ndjson/line-events.ts';
import { linesOf } from '../../gateway/ndjson/lines-of.ts';
import { jsonLines } from '../corpus/streams.ts';
import { decoderTarget } from '../engine/decoder-target.ts';
import { cutsOf } from '../engine/expectations.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';

const decoding = decoderTarget({
  name: 'ndjson',
  codec: ollamaChat,
  toError: ollama.toError,
  seeds: jsonLines,
  words: [
    ...['\n', '\r\n', '{"error":"x"}\n', '{"done":true}\n', '"done":true,', '"done_reason":"length",'],
    ...['"message":{"thinking":"x"},', '"tool_calls":[{"function":{"name":"f","arguments":{}}}],'],
    ...['"logprobs":[{"token":"x","logprob":-1}],', '"prompt_eval_count":1,', '"eval_count":-1,', '"created_at":"x",'],
  ],
  asStream: answer => [answer],
  open: () => new LineEvents(),
});

/** The same lines as the whole text has, in every cut, and what the decoder makes of them. */
export const target: FuzzTarget = {
  ...decoding,
  run: bytes => {
    const lines = bytes
      .toString()
      .split('\n')
      .map(line => line.trim())
      .filter(Boolean);
    assert.deepEqual(linesOf([bytes]), lines);
    for (const chunks of cutsOf(bytes)) assert.deepEqual(linesOf(chunks), lines);
    return decoding.run(bytes);
  },
};
