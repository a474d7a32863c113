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

/** A tool of one provider's dialect (web search, code execution, custom grammars): its object, untouched. */
export interface ProviderTool {
  readonly type: 'provider';
  readonly dialect: string;
  readonly definition: Readonly<Record<string, unknown>>;
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
