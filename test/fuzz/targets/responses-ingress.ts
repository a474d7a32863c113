import assert from 'node:assert/strict';
import { providers } from '../../../providers/index.ts';
import { clientField, flatten, toNeutral } from '../../../src/gateway/dialects/openai-responses/neutral/index.ts';
import { openaiResponses } from '../../../src/gateway/ingress/openai-responses.ts';
import { isModelName } from '../../../src/spec/names.ts';
import { responsesRequest } from '../../gateway/dialects/openai-responses/neutral/requests.ts';
import { responsesRequests } from '../corpus/requests.ts';
import { assertPlain, assertToldToCaller, refusedOr } from '../engine/expectations.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';

function run(body: Buffer): void {
  const read = refusedOr(() => openaiResponses.parse(body));
  if ('refusal' in read) {
    assertToldToCaller(read.refusal);
    JSON.parse(openaiResponses.client.renderError(read.refusal, 'id').toString());
    return;
  }
  assert(isModelName(read.value.model));
  openaiResponses.withoutForeign!(read.value, 'target-model');
  const neutral = refusedOr(() => flatten(toNeutral(JSON.parse(body.toString()))));
  if ('refusal' in neutral) return assertToldToCaller(neutral.refusal);
  const { request, places, warnings } = neutral.value;
  assertPlain(request);
  assert.deepEqual(
    places.map(each => each.length),
    request.messages.map(({ parts }) => parts.length),
  );
  for (const [id, { operations }] of providers) {
    const codec = operations.chat?.chat;
    if (codec === undefined) continue;
    const encoded = refusedOr(() => codec.toProvider(request, 'target-model'));
    if ('refusal' in encoded) {
      assertToldToCaller(encoded.refusal);
      continue;
    }
    assertPlain(encoded.value.body);
    for (const { field, why } of [...warnings, ...encoded.value.warnings]) {
      assert(why !== '' && clientField(field, neutral.value) !== '', `a warning of ${id} that says nothing`);
    }
  }
}

export const target: FuzzTarget = {
  name: 'responses-ingress',
  run,
  seeds: () => responsesRequests,
  words: [
    ...[
      'null',
      'true',
      '[]',
      '{}',
      '""',
      '-1',
      '1e999',
      '{"type":"input_text","text":"x"}',
      '{"role":"user","content":"x"}',
    ],
    ...['"stream":true,', '"store":true,', '"tools":[{}],', '"tool_choice":"required",', '"user":"u",', '"input":[],'],
    ...['"__proto__":{"a":1},', '"constructor":1,', '"previous_response_id":null,', '"reasoning":{"effort":"low"},'],
    ...['"system"', '"assistant"', '"function_call"', '"custom_tool_call_output"', '"reasoning"', '"item_reference"'],
    ...[
      '"namespace":"n",',
      '{"type":"namespace","name":"n","tools":[]}',
      '{"type":"custom","name":"c"}',
      'tollgate.e30',
    ],
    ...['"text":{"format":{"type":"json_object"}},', '"include":["reasoning.encrypted_content"],', 'data:;base64,'],
  ],
  generator: responsesRequest.map(request => Buffer.from(JSON.stringify(request))),
};
