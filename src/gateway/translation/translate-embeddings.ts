import type { EmbeddingsAnswer, EmbeddingsCodec, EmbeddingsRequest } from '../../spec/chat/chat-codec.ts';
import { GatewayError } from '../../spec/gateway-error.ts';
import type { Codec } from '../../spec/provider.ts';
import { inputTokens } from '../../spec/usage.ts';
import type { Call } from '../call.ts';
import type { Reading, Translated } from '../ingress/ingress.ts';

type Fields = Readonly<Record<string, unknown>>;

const named = new Set(['model', 'input', 'dimensions', 'user', 'encoding_format']);

/** An embeddings call for a target of another dialect; its members were checked when the request was parsed. */
export function translateEmbeddings(call: Call, codec: Codec, model: string): Translated | null {
  if (codec.embeddings === undefined) return null;
  const fields = JSON.parse(call.parsed!.body.toString('utf8')) as Fields;
  const encoded = codec.embeddings.toProvider(toNeutral(fields), model);
  return {
    body: Buffer.from(JSON.stringify(encoded.body)),
    headers: encoded.headers ?? [],
    warnings: encoded.warnings,
    reading: embeddingsReading(codec.embeddings, model, fields.encoding_format === 'base64'),
  };
}

function toNeutral(fields: Fields): EmbeddingsRequest {
  const { input, dimensions, user } = fields;
  // One text, a list of texts, one list of tokens, or a list of those.
  const single = typeof input === 'string' || (Array.isArray(input) && typeof input[0] === 'number');
  const list = (single ? [input] : input) as EmbeddingsRequest['input'];
  return {
    input: list.map((entry, index) => checked(entry, index)),
    ...(typeof dimensions === 'number' ? { dimensions } : {}),
    ...(typeof user === 'string' ? { user } : {}),
    extra: Object.fromEntries(Object.entries(fields).filter(([name]) => !named.has(name))),
  };
}

function checked(entry: unknown, index: number): string | readonly number[] {
  if (typeof entry === 'string') return entry;
  if (Array.isArray(entry) && entry.every(token => Number.isSafeInteger(token))) return entry as number[];
  throw new GatewayError('invalid_type', {
    message: `Invalid type for 'input[${index}]': expected a string or an array of integers.`,
    param: `input[${index}]`,
  });
}

function embeddingsReading(codec: EmbeddingsCodec, model: string, base64: boolean): Reading {
  return {
    readReply: body => {
      const answer = decode(codec, body);
      const prompt = answer.usage === null ? 0 : inputTokens(answer.usage);
      const data = answer.vectors.map((vector, index) => ({
        object: 'embedding',
        index,
        embedding: base64 ? Buffer.from(new Float32Array(vector).buffer).toString('base64') : vector,
      }));
      const shape = {
        object: 'list',
        data,
        model: answer.model ?? model,
        usage: { prompt_tokens: prompt, total_tokens: prompt },
      };
      return {
        usage: answer.usage,
        flags: '',
        outputBytes: 0,
        failure: null,
        body: Buffer.from(JSON.stringify(shape)),
      };
    },
  };
}

function decode(codec: EmbeddingsCodec, body: Buffer): EmbeddingsAnswer {
  try {
    return codec.fromProvider(JSON.parse(body.toString('utf8')));
  } catch (error) {
    throw new GatewayError('upstream_invalid', {
      detail: error instanceof Error ? error.name : 'no answer',
      cause: error,
    });
  }
}
