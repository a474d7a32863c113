import type { Extra, Message } from './parts.ts';

/** A JSON Schema, as the caller wrote it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A function the model may call. */
export interface FunctionTool {
  readonly type: 'function';
  readonly name: string;
  readonly description?: string;
  /** Schema of the input; absent for a tool without input. */
  readonly schema?: JsonSchema;
  readonly strict?: boolean;
  readonly extra?: Extra;
}

/** Tools that run at a provider and that several dialects have. */
export type ServerToolKind = 'web-search' | 'web-fetch' | 'code-execution';

/** Roughly where the user is. */
export interface UserLocation {
  readonly city?: string;
  readonly region?: string;
  /** Two letters. */
  readonly country?: string;
  readonly timezone?: string;
}

/** What the dialects say alike of a tool that runs at the provider. */
export interface SharedTool {
  readonly kind: ServerToolKind;
  readonly maxUses?: number;
  readonly allowedDomains?: readonly string[];
  readonly blockedDomains?: readonly string[];
  readonly userLocation?: UserLocation;
  /** How much of what is found the model reads. */
  readonly contextSize?: 'low' | 'medium' | 'high';
  /** Members of the definition that say something else. */
  readonly others?: readonly string[];
}

/**
 * A tool of one provider's dialect (web search, code execution, custom grammars): its object, untouched. A codec of
 * another dialect writes its own tool of the same kind in its place.
 */
export interface ProviderTool {
  readonly type: 'provider';
  readonly dialect: string;
  readonly definition: Readonly<Record<string, unknown>>;
  readonly shared?: SharedTool;
  /** Where it stands in the caller's request, where that is not among the tools. */
  readonly field?: string;
}

export type Tool = FunctionTool | ProviderTool;

export type ToolChoice =
  | { readonly type: 'auto' }
  | { readonly type: 'none' }
  /** At least one tool; one of `only` where it is given. */
  | { readonly type: 'required'; readonly only?: readonly string[] }
  | { readonly type: 'tool'; readonly name: string };

export type OutputFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json' }
  | {
      readonly type: 'json-schema';
      readonly name: string;
      readonly schema: JsonSchema;
      readonly description?: string;
      readonly strict?: boolean;
    };

/** How much the model may think. Either an effort or a bound in tokens; a codec derives the one its provider takes. */
export interface ReasoningRequest {
  readonly effort?: string;
  readonly budgetTokens?: number;
  /** Thoughts are wanted in the answer. */
  readonly include?: boolean;
}

/** One chat request, whatever dialect it came in. Absent means that the caller did not say. */
export interface ChatRequest {
  readonly messages: readonly Message[];
  readonly tools?: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
  readonly output?: OutputFormat;
  readonly reasoning?: ReasoningRequest;
  readonly maxTokens?: number;
  readonly stop?: readonly string[];
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  readonly seed?: number;
  readonly choices?: number;
  readonly logprobs?: { readonly top?: number };
  readonly logitBias?: Readonly<Record<string, number>>;
  /** Of the caller's own user. */
  readonly user?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly serviceTier?: string;
  readonly cacheKey?: string;
  readonly stream: boolean;
  /** Top-level members that one dialect alone understands, by dialect. */
  readonly extra?: Extra;
}
