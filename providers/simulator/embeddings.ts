import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { parseModel } from './model-name.ts';
import { errorReply, parseBody, Refusal, simulatedFailure } from './refusal.ts';
import { jsonReply, type Reply } from './reply.ts';
import { countTokens } from './tokens.ts';
import { unitVector } from './unit-vector.ts';

const MOST_NUMBERS = 2 ** 20;
/** Vectors made before the event loop gets its turn. */
const BATCH = 64;

const Tokens = z.array(z.int().min(0)).min(1);

const EmbeddingsBody = z.looseObject({
  model: z.string(),
  input: z.union([
    z.string().min(1),
    z.array(z.string().min(1)).min(1).max(2048),
    Tokens,
    z.array(Tokens).min(1).max(2048),
  ]),
  dimensions: z.int().min(1).max(4096).nullish(),
  encoding_format: z.enum(['float', 'base64']).nullish(),
});

export async function embeddingsReply(given: unknown): Promise<Reply> {
  const body = parseBody(EmbeddingsBody, given);
  const model = parseModel(body.model);
  if (model.kind === 'fail') return errorReply(simulatedFailure(model.number), model.ttftMillis);
  if (model.kind !== 'embed') {
    throw new Refusal(400, 'invalid_value', `${model.name} does not answer embeddings.`, 'model');
  }

  const inputs = inputsOf(body.input);
  const dimensions = body.dimensions ?? 256;
  if (inputs.length * dimensions > MOST_NUMBERS) {
    throw new Refusal(400, 'invalid_value', `Inputs times dimensions are at most ${MOST_NUMBERS}.`, 'input');
  }
  const data = [];
  for (const [index, input] of inputs.entries()) {
    const vector = unitVector(JSON.stringify(input), dimensions);
    data.push({
      object: 'embedding',
      index,
      embedding: body.encoding_format === 'base64' ? base64(vector) : [...vector],
    });
    if (index % BATCH === BATCH - 1) await nextTurn();
  }
  const tokens = await tokensOf(inputs);
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  return jsonReply({ object: 'list', data, model: model.name, usage }, { delayMillis: model.ttftMillis });
}

function inputsOf(input: z.infer<typeof EmbeddingsBody>['input']): readonly (string | number[])[] {
  if (typeof input === 'string') return [input];
  return isTokens(input) ? [input] : input;
}

async function tokensOf(inputs: readonly (string | number[])[]): Promise<number> {
  const given = inputs.reduce((sum, input) => sum + (typeof input === 'string' ? 0 : input.length), 0);
  return given + (await countTokens(inputs.filter(input => typeof input === 'string')));
}

const isTokens = (input: readonly unknown[]): input is number[] => typeof input[0] === 'number';

/** Little-endian 32-bit floats, as OpenAI sends them. */
function base64(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}
