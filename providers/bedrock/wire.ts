/** What goes over the wire: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html. */
export type Json = Readonly<Record<string, unknown>>;

export type Source = { readonly bytes: string } | { readonly s3Location: { readonly uri: string } };

export interface CachePoint {
  readonly cachePoint: { readonly type: 'default'; readonly ttl?: string };
}
export interface ToolResult {
  readonly toolUseId: string;
  readonly content: readonly Block[];
  readonly status?: 'error';
}
export interface Document {
  readonly name: string;
  readonly format: string;
  readonly source: Source;
  readonly citations?: unknown;
  readonly context?: unknown;
}

/** A block has one member, which says its kind. */
export type Block =
  | { readonly text: string }
  | { readonly image: { readonly format: string; readonly source: Source } }
  | { readonly document: Document }
  | { readonly video: { readonly format: string; readonly source: Source } }
  | { readonly audio: { readonly format: string; readonly source: Source } }
  | { readonly toolUse: { readonly toolUseId: string; readonly name: string; readonly input: Json } }
  | { readonly toolResult: ToolResult }
  | { readonly reasoningContent: Json }
  | { readonly guardContent: Json }
  | CachePoint;

export interface WireMessage {
  readonly role: 'user' | 'assistant';
  readonly content: readonly Block[];
}

export interface ToolSpec {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema: { readonly json: Json };
  readonly strict?: boolean;
}
export type WireTool = { readonly toolSpec: ToolSpec } | { readonly systemTool: unknown } | CachePoint;

export type WireChoice =
  | { readonly auto: Json }
  | { readonly any: Json }
  | { readonly tool: { readonly name: string } };

export interface Body {
  readonly system?: readonly Block[];
  readonly messages: readonly WireMessage[];
  readonly inferenceConfig?: Json;
  readonly toolConfig?: { readonly tools: readonly WireTool[]; readonly toolChoice?: WireChoice };
  readonly additionalModelRequestFields?: Json;
  readonly additionalModelResponseFieldPaths?: readonly unknown[];
  readonly outputConfig?: Json;
  readonly serviceTier?: { readonly type: string };
  readonly requestMetadata?: Readonly<Record<string, string>>;
}
