import type {
  AssistantMessage$Outbound,
  ChatCompletionRequest$Outbound,
  ContentChunk$Outbound,
  SystemMessage$Outbound,
  ToolCall$Outbound,
  ToolMessage$Outbound,
  UserMessage$Outbound,
} from '@mistralai/mistralai/models/components';

/** What goes over the wire, in the words of the official SDK. */
export type RequestJson = ChatCompletionRequest$Outbound;
export type ContentJson = ContentChunk$Outbound;
export type SystemJson = SystemMessage$Outbound;
export type UserJson = UserMessage$Outbound;
export type AssistantJson = AssistantMessage$Outbound;
export type ToolJson = ToolMessage$Outbound;
export type ToolCallJson = ToolCall$Outbound;
export type MessageJson = SystemJson | UserJson | AssistantJson | ToolJson;
export type OfferJson = NonNullable<RequestJson['tools']>[number];
