import type OpenAI from 'openai';
import type { ReasoningDetail } from '../../../../spec/chat/reasoning-details.ts';
import type { ProviderPartJson } from './provider-parts.ts';

/** The members that answers have beside OpenAI's own, under the names that clients already know. */
interface Thoughts {
  reasoning_content?: string;
  reasoning_details?: readonly ReasoningDetail[];
}

interface OtherParts {
  provider_parts?: readonly ProviderPartJson[];
}

/** Where clients of Gemini's OpenAI-like endpoint keep the signature of a call. */
export interface SignedCall {
  extra_content?: Readonly<Record<string, { readonly thought_signature: string }>>;
}

export type Delta = OpenAI.ChatCompletionChunk.Choice.Delta &
  Thoughts &
  OtherParts & { annotations?: readonly unknown[] } & Readonly<Record<string, unknown>>;

export type CallDelta = OpenAI.ChatCompletionChunk.Choice.Delta.ToolCall & SignedCall;

export type AnswerMessage = OpenAI.ChatCompletionMessage & Thoughts & OtherParts;

export type ToolCallJson = OpenAI.ChatCompletionMessageToolCall & SignedCall;
