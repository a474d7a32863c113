import type { Codec, Operation, Provider, ProviderSetting, ProviderSettings, Quirk } from '../src/spec/provider.ts';
import { type OpenaiChatOptions, openaiChatCodec } from './openai-chat/index.ts';
import { openaiFailure } from './openai-failure.ts';
import { type ResponsesOptions, responsesCodec } from './openai-responses/index.ts';

/** What tells one provider of OpenAI's dialect from another. */
export interface CompatibleDeclaration {
  readonly id: string;
  /** Without one the configuration must give `base_url`. */
  readonly baseUrl?: string;
  /** Environment names that usually hold a key, most usual first. */
  readonly keyNames: readonly string[];
  /** Answers without a key too; a configured key is still sent. */
  readonly keyless?: boolean;
  readonly makes?: RegExp;
  /** Both by default. */
  readonly operations?: readonly Operation[];
  /** Differences of the chat operation from the dialect. */
  readonly quirks?: readonly Quirk[];
  /** False where the last chunk of a stream carries usage unasked. */
  readonly asksForUsage?: boolean;
  /** How requests of other dialects are written for it. */
  readonly translation?: OpenaiChatOptions;
  /** Where it speaks the Responses dialect too. */
  readonly responses?: OfferedResponses;
}

/** Which models answer in the Responses dialect, and how; every one does in both unless these say otherwise. */
export interface OfferedResponses extends ResponsesOptions {
  /** Differences from the dialect. */
  readonly quirks?: readonly Quirk[];
  /** Models that do not chat otherwise. */
  readonly only?: RegExp;
  /** Models that do not answer in it. */
  readonly except?: RegExp;
  /** False where the configuration file has to say that it is spoken. */
  readonly usually?: boolean;
}

/** `responses`: every model by it, whatever the client speaks; `chat`: none; `both`: whatever the client speaks. */
export const api: ProviderSetting = {
  kind: 'text',
  pattern: /^(chat|responses|both)$/,
  expected: 'expected chat, responses or both',
};

/** Makes a provider that speaks OpenAI's dialect out of ten lines of data. */
export function compatible(declaration: CompatibleDeclaration): Provider {
  if (declaration.responses === undefined) return declared(declaration, 'chat');
  const settled = (settings: ProviderSettings): Provider =>
    Object.freeze({ ...declared(declaration, settings.api), settings: { api }, configure: settled });
  return settled({});
}

function declared(declaration: CompatibleDeclaration, spoken: unknown): Provider {
  const { operations = ['chat', 'embeddings'], quirks = [], asksForUsage = true, translation, ...rest } = declaration;
  const { responses, ...about } = rest;
  const chat: Codec = {
    native: 'openai-chat',
    path: () => '/chat/completions',
    quirks,
    asksForUsage,
    chat: openaiChatCodec({ ...usual, asksForUsage, ...translation }),
  };
  const codecs: Partial<Record<Operation, Codec>> = {
    chat: responses === undefined ? chat : withResponses(chat, responses, spoken),
    embeddings: { native: 'openai-embeddings', path: () => '/embeddings', quirks: [] },
  };
  return Object.freeze({
    ...about,
    operations: Object.fromEntries(operations.map(operation => [operation, codecs[operation]])),
    authorize: bearer,
    toError: openaiFailure,
  });
}

/** How chat is spoken where both dialects are; `spoken` is the setting `api`, if there is one. */
export function withResponses(
  chat: Codec,
  offered: OfferedResponses,
  spoken: unknown,
  responses: Codec = responsesCodec(offered, offered.quirks),
): Codec {
  if (spoken === 'responses') return responses;
  const both = spoken === 'both' || (spoken === undefined && offered.usually !== false);
  if (!both) return chat;
  const { only, except } = offered;
  const otherwise = [
    ...(only === undefined ? [] : [{ models: only, codec: responses }]),
    ...(except === undefined ? [] : [{ models: except, codec: chat }]),
  ];
  return { ...chat, beside: [responses], ...(otherwise.length > 0 && { otherwise }) };
}

/** What is true of every server that is not known to be otherwise: an unknown ability counts as there. */
export const usual: OpenaiChatOptions = { reasoning: 'effort', pdfOnly: true, joinTexts: true };

const bearer = (key: string | null): readonly string[] => (key === null ? [] : ['authorization', `Bearer ${key}`]);

export default compatible({ id: 'openai-compatible', keyNames: [], keyless: true, responses: { usually: false } });
