import { providers } from '../../providers/index.ts';
import { proofFormat } from '../../src/spec/chat/foreign-members.ts';
import type { Codec, Provider } from '../../src/spec/provider.ts';
import type { Translator } from './try-probe.ts';

interface Tried {
  /** Its name on the page, where a provider speaks several dialects. */
  readonly title?: string;
  /** The provider whose dialect this is but for a little: only what is otherwise than there is shown. */
  readonly like?: string;
  /** The first one is shown whole; of the others only what they take otherwise. */
  readonly models: readonly [string, ...string[]];
  /** The dialect that its proofs of thought are of. */
  readonly proofs: string;
  /** Members that need not arrive there, by their name on the page, with the reason. */
  readonly needless: Readonly<Record<string, string>>;
  /** Members that hold already beside certain others. */
  readonly implied: readonly string[];
}

const thinksWhenAsked = { '`reasoning_effort: "none"`': 'it thinks only when asked to' };
const doesNotThink = {
  '`reasoning_effort: "none"`': 'it does not think',
  '`thinking: {"type":"disabled"}`': 'it does not think',
};
const saidAnyway = {
  '`name` of a tool result': 'the call says it',
  '`json_schema.strict`': 'schemas are always enforced',
};

/**
 * What is tried at each provider with a dialect of its own: a model of each generation that takes something otherwise.
 * A dialect beside the first one of its provider stands under both names.
 */
const tried: Readonly<Record<string, Tried>> = {
  'openai openai-responses': {
    title: 'openai-responses',
    models: ['gpt-5-pro', 'computer-use-preview'],
    proofs: 'openai-responses',
    needless: {
      '`name` of a tool result': 'the call says it',
      '`reasoning: {"effort":"high","exclude":true}`': 'thoughts are shown only to those who ask for them',
    },
    implied: [],
  },
  'azure openai-responses': {
    title: 'azure, by Responses',
    like: 'openai-responses',
    models: ['gpt-5-pro'],
    proofs: 'openai-responses',
    needless: {
      '`name` of a tool result': 'the call says it',
      '`reasoning: {"effort":"high","exclude":true}`': 'thoughts are shown only to those who ask for them',
    },
    implied: [],
  },
  anthropic: {
    models: ['claude-sonnet-4-5', 'claude-opus-4-7', 'claude-3-5-haiku-latest'],
    proofs: 'anthropic',
    needless: { ...saidAnyway, ...thinksWhenAsked },
    implied: ['`parallel_tool_calls: false`'],
  },
  gemini: {
    models: ['gemini-2.5-flash', 'gemini-2.5-pro', 'gemini-3-pro-preview', 'gemini-2.0-flash'],
    proofs: 'gemini',
    needless: { ...saidAnyway, ...doesNotThink },
    implied: ['`function.strict`'],
  },
  vertex: {
    title: 'vertex, Gemini models',
    like: 'gemini',
    models: ['gemini-2.5-flash', 'gemini-3-pro-preview', 'gemini-2.0-flash'],
    proofs: 'gemini',
    needless: { ...saidAnyway, ...doesNotThink, '`service_tier: "default"`': 'it is the tier of every other request' },
    implied: ['`function.strict`'],
  },
  'vertex anthropic-messages': {
    title: 'vertex, Claude models',
    like: 'anthropic',
    models: ['claude-sonnet-4-5', 'claude-opus-4-7'],
    proofs: 'anthropic',
    needless: { ...saidAnyway, ...thinksWhenAsked },
    implied: ['`parallel_tool_calls: false`'],
  },
  mistral: {
    models: ['mistral-medium-latest', 'magistral-medium-latest', 'mistral-large-latest'],
    proofs: 'mistral',
    needless: {
      '`service_tier: "default"`': 'every request has the same tier',
      ...doesNotThink,
    },
    implied: [],
  },
  cohere: {
    models: ['command-a-plus-05-2026', 'command-a-03-2025', 'command-r-plus-08-2024'],
    proofs: 'cohere',
    needless: {
      '`name` of a tool result': 'the call says it',
      '`json_schema.strict`': 'schemas are always enforced',
      '`service_tier: "default"`': 'every request has the same tier',
      '`reasoning_effort: "none"`': 'it does not think',
      '`thinking: {"type":"disabled"}`': 'it does not think',
    },
    implied: [],
  },
  bedrock: {
    models: [
      'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      'us.anthropic.claude-opus-4-7-v1',
      'us.amazon.nova-2-lite-v1:0',
      'openai.gpt-oss-120b-1:0',
      'meta.llama3-3-70b-instruct-v1:0',
    ],
    proofs: 'bedrock',
    needless: {
      '`name` of a tool result': 'the call says it',
      '`json_schema.strict`': 'schemas are always enforced',
      '`reasoning_effort: "none"`': 'it thinks only when asked to',
      '`thinking: {"type":"disabled"}`': 'it thinks only when asked to',
    },
    // A choice of none leaves the tools out, and an answer in JSON is a single call already.
    implied: ['`functions`', '`parallel_tool_calls: false`'],
  },
  ollama: {
    models: ['qwen3:8b', 'gpt-oss:20b'],
    proofs: 'ollama',
    needless: {
      ...saidAnyway,
      '`service_tier: "default"`': 'every request has the same tier',
    },
    implied: ['`functions`'],
  },
};

/** Another dialect than the one that the page speaks of. */
const translates = (codec: Codec): codec is Translator => codec.chat !== undefined && codec.native !== 'openai-chat';

/** A provider whose dialect requests are translated into. */
export interface Subject {
  readonly provider: Provider;
  readonly title: string;
  readonly like?: string;
  readonly codec: Translator;
  readonly models: Tried['models'];
  readonly needless: Tried['needless'];
  readonly implied: Tried['implied'];
  /** How `reasoning_details` name the proofs of this provider. */
  readonly format: string;
}

export const subjects: readonly Subject[] = [...providers.values()].flatMap(provider => {
  const { chat } = provider.operations;
  if (chat === undefined) return [];
  const others = (chat.otherwise ?? []).map(({ codec }) => codec).filter(translates);
  return [
    ...(translates(chat) ? [subjectOf(provider, chat, provider.id)] : []),
    ...others.map(codec => subjectOf(provider, codec, `${provider.id} ${codec.native}`)),
  ];
});

function subjectOf(provider: Provider, codec: Translator, id: string): Subject {
  const entry = tried[id];
  if (entry === undefined) throw new Error(`${id} has no models in bin/translation/subjects.ts`);
  const { proofs, title = provider.id, ...rest } = entry;
  return { provider, codec, title, ...rest, format: proofFormat(proofs) };
}

/** Providers that get the bytes of OpenAI's chat dialect as they came. */
export const passedThrough: readonly (readonly [provider: Provider, codec: Codec])[] = [...providers.values()].flatMap(
  provider => {
    const { chat } = provider.operations;
    const codec = [chat, ...(chat?.beside ?? [])].find(each => each?.native === 'openai-chat');
    return codec === undefined ? [] : [[provider, codec] as const];
  },
);
