import { providers } from '../../providers/index.ts';
import { proofFormat } from '../../src/spec/chat/foreign-members.ts';
import type { Codec, Provider } from '../../src/spec/provider.ts';
import type { Translator } from './try-probe.ts';

interface Tried {
  /** The first one is shown whole; of the others only what they take otherwise. */
  readonly models: readonly [string, ...string[]];
  /** The dialect that its proofs of thought are of. */
  readonly proofs: string;
  /** Members that need not arrive there, by their name on the page, with the reason. */
  readonly needless: Readonly<Record<string, string>>;
  /** Members that hold already beside certain others. */
  readonly implied: readonly string[];
}

/** What is tried at each provider with a dialect of its own: a model of each generation that takes something otherwise. */
const tried: Readonly<Record<string, Tried>> = {
  anthropic: {
    models: ['claude-sonnet-4-5', 'claude-opus-4-7', 'claude-3-5-haiku-latest'],
    proofs: 'anthropic',
    needless: {
      '`name` of a tool result': 'the call says it',
      '`json_schema.strict`': 'schemas are always enforced',
      '`reasoning_effort: "none"`': 'it thinks only when asked to',
    },
    implied: ['`parallel_tool_calls: false`'],
  },
  gemini: {
    models: ['gemini-2.5-flash', 'gemini-2.5-pro', 'gemini-3-pro-preview', 'gemini-2.0-flash'],
    proofs: 'gemini',
    needless: {
      '`name` of a tool result': 'the call says it',
      '`json_schema.strict`': 'schemas are always enforced',
      '`reasoning_effort: "none"`': 'it does not think',
      '`thinking: {"type":"disabled"}`': 'it does not think',
    },
    implied: ['`function.strict`'],
  },
  mistral: {
    models: ['mistral-medium-latest', 'magistral-medium-latest', 'mistral-large-latest'],
    proofs: 'mistral',
    needless: {
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
      '`function_call: {"name":"look"}`': 'it is told as `tool_choice`',
    },
    // A choice of none leaves the tools out, and an answer in JSON is a single call already.
    implied: ['`functions`', '`parallel_tool_calls: false`'],
  },
};

const translates = (codec: Codec): codec is Translator => codec.chat !== undefined && codec.native !== 'openai-chat';

/** A provider whose dialect requests are translated into. */
export interface Subject {
  readonly provider: Provider;
  readonly codec: Translator;
  readonly models: Tried['models'];
  readonly needless: Tried['needless'];
  readonly implied: Tried['implied'];
  /** How `reasoning_details` name the proofs of this provider. */
  readonly format: string;
}

export const subjects: readonly Subject[] = [...providers.values()].flatMap(provider => {
  const codec = provider.operations.chat;
  if (codec === undefined || !translates(codec)) return [];
  const entry = tried[provider.id];
  if (entry === undefined) throw new Error(`${provider.id} has no models in bin/translation/subjects.ts`);
  const { proofs, ...rest } = entry;
  return [{ provider, codec, ...rest, format: proofFormat(proofs) }];
});

/** Providers that get the bytes of OpenAI's chat dialect as they came. */
export const passedThrough: readonly (readonly [provider: Provider, codec: Codec])[] = [...providers.values()].flatMap(
  provider => {
    const codec = provider.operations.chat;
    return codec?.native === 'openai-chat' ? [[provider, codec] as const] : [];
  },
);
