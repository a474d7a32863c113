import assert from 'node:assert/strict';
import { providers } from '../../../providers/index.ts';
import type { Call } from '../../../src/gateway/call.ts';
import { openaiEmbeddings } from '../../../src/gateway/ingress/openai-embeddings.ts';
import { translateEmbeddings } from '../../../src/gateway/translation/translate-embeddings.ts';
import { isModelName } from '../../../src/spec/names.ts';
import type { Codec } from '../../../src/spec/provider.ts';
import { embeddingsBodies } from '../corpus/requests.ts';
import { assertPlain, assertToldToCaller, isMeant, refusedOr } from '../engine/expectations.ts';
import type { FuzzTarget } from '../engine/fuzz-target.ts';

const codecs = [...providers.values()].flatMap((provider): Codec[] => {
  const codec = provider.operations.embeddings;
  return codec?.embeddings === undefined ? [] : [codec];
});

/** The same bytes as a request and as an answer. */
function run(body: Buffer): void {
  readsRequest(body);
  const reply = refusedOr(() => openaiEmbeddings.readReply(body, said => said));
  if ('refusal' in reply) assert.equal(reply.refusal.code, 'upstream_invalid');
  for (const codec of codecs) readsAnswer(body, codec);
}

function readsRequest(body: Buffer): void {
  const read = refusedOr(() => openaiEmbeddings.parse(body));
  if ('refusal' in read) return assertToldToCaller(read.refusal);
  const value = JSON.parse(body.toString()) as Record<string, unknown>;
  assert(read.value.model === value.model && isModelName(read.value.model));
  for (const codec of codecs) {
    const translated = refusedOr(() => translateEmbeddings({ parsed: read.value } as Call, codec, 'target-model'));
    if ('refusal' in translated) assertToldToCaller(translated.refusal);
    else assertPlain(JSON.parse(translated.value!.body.toString()));
  }
}

function readsAnswer(body: Buffer, { embeddings }: Codec): void {
  try {
    const { vectors, usage } = embeddings!.fromProvider(JSON.parse(body.toString()));
    assert(vectors.every(vector => vector.every(value => typeof value === 'number')));
    for (const tokens of Object.values(usage ?? {})) assert(Number.isSafeInteger(tokens) && tokens >= 0);
  } catch (error) {
    if (!isMeant(error)) throw error;
  }
}

export const target: FuzzTarget = {
  name: 'embeddings',
  run,
  seeds: () => embeddingsBodies,
  words: [
    ...['null', '[]', '{}', '""', '-1', '1e999', '"input":', '"dimensions":1,', '"encoding_format":"base64",', '[[1]]'],
    ...['"data":[{}],', '"embedding":[1],', '"index":0,', '"values":[1],', '"usage":{},', '"__proto__":{"a":1},'],
  ],
};
