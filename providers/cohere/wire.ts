import type { JsonSchema } from '../../src/spec/chat/chat-request.ts';

/** What goes over the wire to `/v2/chat` (https://docs.cohere.com/reference/chat), as far as we write it. */
export interface TextJson {
  readonly type: 'text';
  readonly text: string;
}

export interface ImageJson {
  readonly type: 'image_url';
  readonly image_url: { readonly url: string; readonly detail?: 'auto' | 'low' | 'high' };
}

export interface ThinkingJson {
  readonly type: 'thinking';
  readonly thinking: string;
}

/** A document of a tool's result, which the model can cite. */
export interface DocumentJson {
  readonly type: 'document';
  readonly document: { readonly data: { readonly title?: string; readonly text: string } };
}

export interface CallJson {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

export interface CitationJson {
  /** Characters of the text of one content block. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly type: 'TEXT_CONTENT';
  readonly content_index: number;
  readonly sources: readonly Readonly<Record<string, unknown>>[];
}

export interface SystemJson {
  readonly role: 'system';
  readonly content: string | readonly TextJson[];
}

export interface UserJson {
  readonly role: 'user';
  readonly content: string | readonly (TextJson | ImageJson)[];
}

export interface AssistantJson {
  readonly role: 'assistant';
  readonly content?: string | readonly (TextJson | ThinkingJson)[];
  readonly tool_plan?: string;
  readonly tool_calls?: readonly CallJson[];
  readonly citations?: readonly CitationJson[];
}

export interface ToolJson {
  readonly role: 'tool';
  readonly tool_call_id: string;
  readonly content: string | readonly (TextJson | DocumentJson)[];
}

export type MessageJson = SystemJson | UserJson | AssistantJson | ToolJson;

export interface OfferJson {
  readonly type: 'function';
  readonly function: { readonly name: string; readonly description?: string; readonly parameters: JsonSchema };
}

export interface RequestJson {
  readonly model: string;
  readonly messages: readonly MessageJson[];
  readonly stream: boolean;
  readonly tools?: readonly OfferJson[];
  readonly tool_choice?: 'REQUIRED' | 'NONE';
  readonly strict_tools?: boolean;
  readonly response_format?: { readonly type: 'json_object'; readonly json_schema?: JsonSchema };
  readonly thinking?: { readonly type: 'enabled' | 'disabled'; readonly token_budget?: number };
  readonly max_tokens?: number;
  readonly stop_sequences?: readonly string[];
  readonly temperature?: number;
  readonly p?: number;
  readonly k?: number;
  readonly frequency_penalty?: number;
  readonly presence_penalty?: number;
  readonly seed?: number;
  readonly logprobs?: boolean;
}
