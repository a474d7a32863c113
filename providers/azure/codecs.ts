import type { ChatCodec, EmbeddingsCodec, EncodedRequest } from '../../src/spec/chat/chat-codec.ts';
import type { Codec, Quirk } from '../../src/spec/provider.ts';
import openai, { responses, translation } from '../openai.ts';
import { openaiChatCodec } from '../openai-chat/index.ts';
import { usual, withResponses } from '../openai-compatible.ts';
import { openaiEmbeddings } from '../openai-embeddings.ts';
import { responsesChat } from '../openai-responses/index.ts';
import { type AzureOperation, knowsResponses, knowsStreamOptions, pathOf, responsesPath } from './paths.ts';

/** The models are OpenAI's, with the same differences. */
const modelQuirks = openai.operations.chat?.quirks ?? [];
const isRenamed = (model: string): boolean =>
  modelQuirks.some(({ models, rename }) => rename?.max_tokens !== undefined && models?.test(model));

const streamQuirk: Quirk = { drop: ['stream_options'] };

type NameOf = (model: string) => string;

/** Both operations, in the form of one version and with the deployments of one resource. `spoken`: the setting `api`. */
export function codecs(
  version: string | null,
  nameOf: NameOf,
  spoken: unknown,
): Readonly<Record<AzureOperation, Codec>> {
  const streams = knowsStreamOptions(version);
  const chat: Codec = {
    native: 'openai-chat',
    nameOf,
    path: model => pathOf('chat', version, nameOf(model)),
    chat: chatCodec(nameOf, streams),
    quirks: streams ? modelQuirks : [...modelQuirks, streamQuirk],
    asksForUsage: streams,
  };
  const answers = responsesCodec(version, nameOf);
  return {
    chat: knowsResponses(version) ? withResponses(chat, responses, spoken, answers) : chat,
    embeddings: {
      native: 'openai-embeddings',
      nameOf,
      path: model => pathOf('embeddings', version, nameOf(model)),
      embeddings: embeddingsCodec(nameOf),
      quirks: [],
    },
  };
}

const named = (encoded: EncodedRequest, model: string): EncodedRequest => ({
  ...encoded,
  body: { ...(encoded.body as object), model },
});

function chatCodec(nameOf: NameOf, asksForUsage: boolean): ChatCodec {
  const options = { ...usual, ...translation, asksForUsage };
  const older = openaiChatCodec(options);
  const newer = openaiChatCodec({ ...options, maxTokens: 'max_completion_tokens' });
  return {
    ...older,
    toProvider: (request, model) => named((isRenamed(model) ? newer : older).toProvider(request, model), nameOf(model)),
  };
}

function responsesCodec(version: string | null, nameOf: NameOf): Codec {
  const codec = responsesChat(responses);
  return {
    native: 'openai-responses',
    nameOf,
    path: () => responsesPath(version),
    quirks: [],
    chat: {
      ...codec,
      toProvider: (request, model) => named(codec.toProvider(request, model), nameOf(model)),
    },
  };
}

const embeddingsCodec = (nameOf: NameOf): EmbeddingsCodec => ({
  ...openaiEmbeddings,
  toProvider: (request, model) => named(openaiEmbeddings.toProvider(request, model), nameOf(model)),
});
