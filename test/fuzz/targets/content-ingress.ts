import assert from 'node:assert/strict';
import { providers } from '../../../providers/index.ts';
import { toNeutral } from '../../../src/gateway/dialects/gemini-content/neutral/index.ts';
import { geminiContent } from '../../../src/gateway/ingress/gemini-content.ts';
import { jsonBytes } from '../../../src/gateway/translation/json-bytes.ts';
import { limits } from '../../../src/spec/limits.ts';
import { contentRequest } from '../../gateway/dialects/gemini-content/neutral/requests.ts';
import { assertPlain, assertToldToCaller, refusedOr } from '../engine/expectations.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';

const codecs = [...providers].flatMap(([, { operations }]) => operations.chat?.chat ?? []);

function run(body: Buffer): void {
  const read = refusedOr(() => geminiContent.parse(body, 'm'));
  if ('refusal' in read) {
    assertToldToCaller(read.refusal);
    JSON.parse(geminiContent.client.renderError(read.refusal, 'id').toString());
    return;
  }
  assert(read.value.choices >= 1 && read.value.choices <= limits.choices);
  const neutral = refusedOr(() => toNeutral(JSON.parse(body.toString()), false));
  if ('refusal' in neutral) return assertToldToCaller(neutral.refusal);
  assertPlain(neutral.value);
  for (const codec of codecs) {
    const encoded = refusedOr(() => codec.toProvider(neutral.value.request, 'target-model'));
    if ('refusal' in encoded) {
      assertToldToCaller(encoded.refusal);
      continue;
    }
    assertPlain(encoded.value.body);
    JSON.parse(jsonBytes(encoded.value.body, body).toString());
  }
}

const bodies: readonly unknown[] = [
  { contents: [{ parts: [{ text: 'hi' }] }] },
  {
    contents: { parts: { text: 'hi' } },
    system_instruction: { parts: { text: 'x' } },
    generation_config: { seed: '7' },
  },
  {
    contents: [
      { role: 'model', parts: [{ functionCall: { name: 'f' } }, { text: '', thoughtSignature: 'dG9sbGdhdGUu' }] },
      {
        role: 'user',
        parts: [{ functionResponse: { name: 'f', response: {}, parts: [] } }, { fileData: { fileUri: 'gs://a' } }],
      },
    ],
    tools: [{ functionDeclarations: [{ name: 'f', parameters: { type: 'OBJECT', nullable: true, properties: {} } }] }],
  },
  { contents: 'hi', labels: {}, safetySettings: [], toolConfig: { functionCallingConfig: { mode: 'ANY' } } },
  {
    contents: [
      {
        parts: [
          { text: 'a', thought: true },
          { thought: true, text: '', thought_signature: 'eA==' },
        ],
      },
    ],
  },
  { contents: [{ parts: [{ executableCode: {} }, { inlineData: { mimeType: 'audio/wav', data: '_-' } }] }] },
  { contents: [{}], generationConfig: { responseMimeType: 'application/json', responseSchema: { type: 'ARRAY' } } },
];

export const target: FuzzTarget = {
  name: 'content-ingress',
  run,
  seeds: () => bodies.map(body => Buffer.from(JSON.stringify(body))),
  words: [
    ...['null', '[]', '{}', '""', '-1', '1e999', '"7"', '{"text":"x"}', '"role":"model",', '"role":"function",'],
    ...[
      '"thought":true,',
      '"thoughtSignature":"dG9sbGdhdGUue30=",',
      '"thought_signature":"x",',
      '"__proto__":{"a":1},',
    ],
    ...['"inlineData":{"mimeType":"image/png","data":"_-"},', '"mode":"ANY",', '"allowedFunctionNames":["f"],'],
    ...['"responseSchema":{"type":"STRING"},', '"responseMimeType":"application/json",', '"propertyOrdering":["a"],'],
    ...['"thinkingConfig":{"thinkingBudget":-1},', '"nullable":true,', '"anyOf":[{}],', '"tool_config":{},'],
  ],
  generator: contentRequest.map(request => Buffer.from(JSON.stringify(request))),
};
