import { providers } from '../../providers/index.ts';
import type { EmbeddingsCodec, EmbeddingsRequest } from '../../src/spec/chat/chat-codec.ts';
import { type Codec, codecOf, type Provider } from '../../src/spec/provider.ts';
import type { Fields, Probe } from './probe.ts';
import { compare, type Effect } from './try-probe.ts';

const input = ['sky'];
const probe = (name: string, member: string, request: Partial<EmbeddingsRequest>): Probe => ({
  name,
  request: { input, ...request },
  base: { input },
  fields: [member],
  isDefault: false,
});

/** Everything that a client of OpenAI's embeddings dialect can send, in neutral form. */
const probes: readonly Probe[] = [
  probe('`input`, several texts', 'input', { input: ['sky', 'sea'] }),
  probe('`input`, token ids', 'input', { input: [[1, 2, 3]] }),
  probe('`dimensions: 256`', 'dimensions', { dimensions: 256 }),
  probe('`user: "ann"`', 'user', { user: 'ann' }),
  probe('an unknown member', 'x_unknown', { extra: { x_unknown: 1 } }),
];

export interface EmbeddingsSubject {
  readonly provider: Provider;
  readonly model: string;
  readonly rows: readonly { readonly probe: Probe; readonly effect: Effect }[];
}

/** One model for each way in which a provider is asked. */
const models: Readonly<Record<string, readonly string[]>> = {
  gemini: ['gemini-embedding-001'],
  vertex: ['text-embedding-005', 'gemini-embedding-2'],
  mistral: ['mistral-embed'],
  bedrock: ['amazon.titan-embed-text-v2:0', 'us.cohere.embed-v4:0'],
  cohere: ['embed-v4.0'],
  ollama: ['nomic-embed-text'],
};

const tried = (row: Probe, codec: EmbeddingsCodec, model: string, path: string): Promise<Effect> =>
  compare(row, async (request: Fields) => {
    const { body, warnings } = codec.toProvider(request as unknown as EmbeddingsRequest, model);
    return { path, headers: {}, body: JSON.parse(JSON.stringify(body)) as unknown, warnings };
  });

/** What becomes of them at each provider whose embeddings are translated. */
export const embeddingsSubjects = async (): Promise<readonly EmbeddingsSubject[]> =>
  (await Promise.all([...providers.values()].map(subjectOf))).flat();

async function subjectOf(provider: Provider): Promise<readonly EmbeddingsSubject[]> {
  const codec = provider.operations.embeddings;
  if (codec?.embeddings === undefined || codec.native === 'openai-embeddings') return [];
  const known = models[provider.id];
  if (known === undefined) throw new Error(`${provider.id} has no model in bin/translation/embeddings.ts`);
  return Promise.all(known.map(model => modelOf(provider, codecOf(codec, model, codec.native), model)));
}

async function modelOf(provider: Provider, codec: Codec, model: string): Promise<EmbeddingsSubject> {
  const path = codec.path(model, false);
  const { embeddings } = codec;
  if (embeddings === undefined) throw new Error(`${provider.id} does not translate embeddings for ${model}`);
  const rows = probes.map(async row => ({ probe: row, effect: await tried(row, embeddings, model, path) }));
  return { provider, model, rows: await Promise.all(rows) };
}
