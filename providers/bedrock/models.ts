import type { ServerToolKind } from '../../src/spec/chat/chat-request.ts';
import { type ModelFacts as ClaudeFacts, modelFacts as claudeFacts } from '../anthropic/models.ts';

/**
 * What models of one maker take through Converse. Sent otherwise, each of these is a 400. Sources:
 * https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html,
 * …/structured-output.html, …/prompt-caching.html and …/API_runtime_ToolChoice.html. What is not known counts as
 * there, since the ARN of an inference profile does not tell the model.
 */
export interface ModelFacts {
  /** Claude's own rules hold here as well; null for other models. */
  readonly claude: ClaudeFacts | null;
  /** `any`: a call can be forced, but not one of a certain tool. */
  readonly toolChoice: 'all' | 'any' | 'none';
  /** Several calls at once can be forbidden. */
  readonly oneCall: boolean;
  readonly cache: 'all' | 'messages' | 'none';
  /** Caching for one hour. */
  readonly longCache: boolean;
  /** A result may say that its tool failed. */
  readonly resultStatus: boolean;
  /** Schemas of answers and tools are enforced. */
  readonly structured: boolean;
  /** How thinking is asked for. */
  readonly thinking: 'claude' | 'reasoning-config' | 'reasoning-effort' | 'none';
  /** Where the member for `top_k` is among the model's own fields. */
  readonly topK: 'top_k' | 'k' | 'inferenceConfig.topK' | 'none';
  /** Proofs of thought go back to it. */
  readonly proofs: boolean;
  /** Audio is understood, for all that is known. */
  readonly audio: boolean;
  readonly mostStops: number;
  /** Names of its tools that run at the provider. */
  readonly serverTools: Readonly<Partial<Record<ServerToolKind, string>>>;
}

const UNKNOWN: ModelFacts = {
  claude: null,
  toolChoice: 'all',
  oneCall: false,
  cache: 'all',
  longCache: true,
  resultStatus: true,
  structured: true,
  thinking: 'none',
  topK: 'top_k',
  proofs: true,
  audio: true,
  mostStops: Number.POSITIVE_INFINITY,
  serverTools: {},
};

/** Models of other makers than Claude's, of which only some abilities are known. */
const OTHER: Partial<ModelFacts> = {
  cache: 'none',
  resultStatus: false,
  structured: false,
  topK: 'none',
  proofs: false,
};

const NOVA: Partial<ModelFacts> = {
  cache: 'messages',
  longCache: false,
  structured: false,
  topK: 'inferenceConfig.topK',
  proofs: false,
  mostStops: 4,
};

/** https://docs.aws.amazon.com/nova/latest/userguide/grounding.html and …/nova2-userguide/using-tools.html */
const GROUNDING = { 'web-search': 'nova_grounding' };
const CODE = { 'code-execution': 'nova_code_interpreter' };

/** The first one that fits. */
const families: readonly { readonly name: RegExp; readonly facts: Partial<ModelFacts> }[] = [
  {
    name: /\bamazon\.nova-2\b/,
    facts: { ...NOVA, thinking: 'reasoning-config', serverTools: { ...GROUNDING, ...CODE } },
  },
  { name: /\bamazon\.nova-premier\b/, facts: { ...NOVA, serverTools: GROUNDING } },
  { name: /\bamazon\.nova\b/, facts: NOVA },
  {
    name: /\bmistral\.(magistral|ministral-3|mistral-large-3|voxtral)/,
    facts: { ...OTHER, structured: true, toolChoice: 'any', topK: 'top_k' },
  },
  { name: /\bmistral\./, facts: { ...OTHER, toolChoice: 'any', topK: 'top_k' } },
  { name: /\bcohere\./, facts: { ...OTHER, toolChoice: 'none', topK: 'k' } },
  { name: /\b(meta|ai21|writer)\./, facts: { ...OTHER, toolChoice: 'none' } },
  { name: /\bdeepseek\.r1\b/, facts: { ...OTHER, toolChoice: 'none' } },
  { name: /\bopenai\.gpt-oss/, facts: { ...OTHER, structured: true, thinking: 'reasoning-effort' } },
  { name: /\b(qwen|deepseek|google|nvidia|minimax|moonshotai?)\./, facts: { ...OTHER, structured: true } },
];

/** Generations of Claude whose schemas are enforced through Converse: fewer than at their maker's own API. */
const STRUCTURED = /claude-(sonnet-4-[56]|haiku-4-5|opus-4-[56])(?!\d)/;
/** Generations before prompt caching. */
const UNCACHED = /claude-(v2|instant|3-(haiku|sonnet|opus))/;
/** Before 4.5, from which on there is caching for one hour, and a single call at a time. */
const EARLY = /claude-(3|(sonnet|opus)-4(?!-[5-9](?!\d)))/;

const known = new Map<string, ModelFacts>();
const MOST_KNOWN = 256;

/** Facts by name, so that they are put together once; few names are ever asked for. */
export function modelFacts(model: string): ModelFacts {
  const facts = known.get(model) ?? factsOf(model);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(model, facts);
  return facts;
}

function factsOf(model: string): ModelFacts {
  if (!model.includes('claude')) return { ...UNKNOWN, ...families.find(({ name }) => name.test(model))?.facts };
  const structured = STRUCTURED.test(model);
  const claude = { ...claudeFacts(model), structured };
  return {
    ...UNKNOWN,
    claude,
    toolChoice: claude.forcedTools ? 'all' : 'none',
    cache: UNCACHED.test(model) ? 'none' : 'all',
    longCache: !EARLY.test(model),
    oneCall: !EARLY.test(model),
    structured,
    thinking: 'claude',
    audio: false,
  };
}
