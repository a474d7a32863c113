import assert from 'node:assert/strict';
import { providers } from '../../../providers/index.ts';
import { openaiChatCodec } from '../../../providers/openai-chat/index.ts';
import { toNeutral } from '../../../src/gateway/dialects/openai-chat/neutral/index.ts';
import type { ParsedRequest } from '../../../src/gateway/ingress/ingress.ts';
import { openaiChat } from '../../../src/gateway/ingress/openai-chat.ts';
import { jsonBytes } from '../../../src/gateway/translation/json-bytes.ts';
import type { ChatCodec } from '../../../src/spec/chat/chat-codec.ts';
import { limits } from '../../../src/spec/limits.ts';
import { isModelName } from '../../../src/spec/names.ts';
import { chatRequest } from '../../gateway/dialects/openai-chat/neutral/requests.ts';
import { chatRequests } from '../corpus/requests.ts';
import { assertPlain, assertToldToCaller, refusedOr } from '../engine/expectations.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';

const codecs: readonly (readonly [string, ChatCodec])[] = [
  ['openai-chat', openaiChatCodec()],
  ...[...providers].flatMap(([id, { operations }]): (readonly [string, ChatCodec])[] =>
    operations.chat?.chat === undefined ? [] : [[id, operations.chat.chat]],
  ),
];

function run(body: Buffer): void {
  const read = refusedOr(() => openaiChat.parse(body));
  if ('refusal' in read) {
    assertToldToCaller(read.refusal);
    JSON.parse(openaiChat.client.renderError(read.refusal, 'id').toString());
    return;
  }
  const value = JSON.parse(body.toString()) as Record<string, unknown>;
  saysWhatIsThere(read.value, value);
  const neutral = refusedOr(() => toNeutral(value));
  if ('refusal' in neutral) return assertToldToCaller(neutral.refusal);
  assertPlain(neutral.value);
  for (const [id, codec] of codecs) {
    const encoded = refusedOr(() => codec.toProvider(neutral.value.request, 'target-model'));
    if ('refusal' in encoded) {
      assertToldToCaller(encoded.refusal);
      continue;
    }
    const { body: sent, warnings, headers = [] } = encoded.value;
    assertPlain(sent);
    JSON.parse(jsonBytes(sent, body).toString());
    assert(
      headers.every(text => /^[\x20-\x7e]*$/.test(text)),
      `a header of ${id} that cannot be sent`,
    );
    for (const { why } of warnings) assert(why !== '', `a warning of ${id} that says nothing`);
  }
}

function saysWhatIsThere(facts: ParsedRequest, value: Readonly<Record<string, unknown>>): void {
  assert(Object.hasOwn(value, 'model') && facts.model === value.model && isModelName(facts.model));
  assert.equal(facts.stream, value.stream === true);
  assert(facts.choices >= 1 && facts.choices <= limits.choices);
  assert(facts.maxTokens === null || (Number.isSafeInteger(facts.maxTokens) && facts.maxTokens >= 0));
  assert(facts.endUser.length <= limits.endUserLength && !/\p{Cc}/u.test(facts.endUser));
  assert(Number.isSafeInteger(facts.inputEstimate) && facts.inputEstimate >= 0);
}

export const target: FuzzTarget = {
  name: 'chat-ingress',
  run,
  seeds: () => chatRequests,
  words: [
    ...['null', 'true', '[]', '{}', '""', '-1', '1e999', '{"type":"text","text":"x"}', '{"role":"user","content":"x"}'],
    ...['"stream":true,', '"n":2,', '"max_tokens":1,', '"tools":[{}],', '"tool_choice":"required",', '"user":"u",'],
    ...['"__proto__":{"a":1},', '"constructor":1,', '"cache_control":{"type":"ephemeral"},', '"thinking":{},'],
    ...['"system"', '"assistant"', '"tool"', '"function"', '"image_url"', '"refusal"', '"tool_calls":[],'],
    ...['"anyOf":[{}],', '"$ref":"#",', '"allOf":[{"type":"object"}],', '"additionalProperties":false,', '\\u0000'],
    ...['"reasoning_effort":"low",', '"response_format":{"type":"json_object"},', 'data:;base64,', 'https://a.test/x'],
  ],
  generator: chatRequest.map(request => Buffer.from(JSON.stringify({ ...request, model: 'm' }))),
};
