/** What goes over the wire: https://docs.ollama.com/api/chat. */
export type Json = Readonly<Record<string, unknown>>;

export interface CallJson {
  readonly id: string;
  readonly function: { readonly name: string; readonly arguments: Json };
}

export interface MessageJson {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string;
  readonly thinking?: string;
  /** Base64, without the prefix of a data URL. */
  readonly images?: readonly string[];
  readonly tool_calls?: readonly CallJson[];
  readonly tool_name?: string;
  readonly tool_call_id?: string;
}

export interface ToolJson {
  readonly type: 'function';
  readonly function: { readonly name: string; readonly description?: string; readonly parameters: Json };
}

export interface RequestJson {
  readonly model: string;
  readonly messages: readonly MessageJson[];
  readonly stream: boolean;
  readonly tools?: readonly ToolJson[];
  /** `json`, or a schema. */
  readonly format?: unknown;
  readonly think?: unknown;
  readonly options?: Json;
  readonly keep_alive?: unknown;
  readonly truncate?: unknown;
  readonly shift?: unknown;
  readonly logprobs?: boolean;
  readonly top_logprobs?: number;
}
