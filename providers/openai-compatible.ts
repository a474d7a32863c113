import type { Codec, Operation, Provider, Quirk } from '../src/spec/provider.ts';
import { type OpenaiChatOptions, openaiChatCodec } from './openai-chat/index.ts';
import { openaiFailure } from './openai-failure.ts';

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
}

/** Makes a provider that speaks OpenAI's dialect out of ten lines of data. */
export function compatible(declaration: CompatibleDeclaration): Provider {
  const { operations = ['chat', 'embeddings'], quirks = [], asksForUsage = true, translation, ...rest } = declaration;
  const codecs: Partial<Record<Operation, Codec>> = {
    chat: {
      native: 'openai-chat',
      path: () => '/chat/completions',
      quirks,
      asksForUsage,
      chat: openaiChatCodec({ ...usual, asksForUsage, ...translation }),
    },
    embeddings: { native: 'openai-embeddings', path: () => '/embeddings', quirks: [] },
  };
  return Object.freeze({
    ...rest,
    operations: Object.fromEntries(operations.map(operation => [operation, codecs[operation]])),
    authorize: bearer,
    toError: openaiFailure,
  });
}

/** What is true of every server that is not known to be otherwise: an unknown ability counts as there. */
export const usual: OpenaiChatOptions = { reasoning: 'effort', pdfOnly: true, joinTexts: true };

const bearer = (key: string | null): readonly string[] => (key === null ? [] : ['authorization', `Bearer ${key}`]);

export default compatible({ id: 'openai-compatible', keyNames: [], keyless: true });
