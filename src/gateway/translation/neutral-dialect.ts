import type { ChatRequest } from '../../spec/chat/chat-request.ts';
import type { ChatPart } from '../../spec/chat/chat-stream.ts';
import type { GatewayError } from '../../spec/gateway-error.ts';
import type { Usage } from '../../spec/usage.ts';
import type { Warning } from '../../spec/warning.ts';

export interface EncodeOptions {
  /** Of the call, in hexadecimal digits; the dialect puts its own beginning before it. */
  readonly id: string;
  /** That the client sees. */
  readonly model: string;
  readonly createdSeconds: number;
  readonly includeUsage: boolean;
  /** Tokens of the request, roughly, for what is said before the provider has counted. */
  readonly inputEstimate: number;
  /** Decimal text in USD, null when the price is unknown; without it usage says no cost. */
  readonly costOf?: (usage: Usage) => string | null;
}

/** Parts of one stream to the bytes of a client's dialect. */
export interface ChatEncoder {
  /** One buffer for all the parts; null when there is nothing to say yet. */
  push(parts: readonly ChatPart[]): Buffer | null;
  /** Bytes that end the stream properly; asked for once, when every part was pushed. */
  readonly endMark: Buffer;
  /** The event that ends the stream as broken, where it has to go on from the events before it. */
  readonly broken?: (error: GatewayError, requestId: string) => Buffer;
}

/** A client's request in neutral form, and how an answer to it is written in the client's dialect. */
export interface NeutralCall {
  readonly request: ChatRequest;
  readonly warnings: readonly Warning[];
  readonly encoder: (options: EncodeOptions) => ChatEncoder;
  readonly answer: (parts: readonly ChatPart[], options: EncodeOptions) => Buffer;
  /** A member's name as this client knows it; absent where it is as codecs spell it. */
  readonly fieldName?: (field: string) => string;
}

/** Throws GatewayError that names the member which cannot be understood. */
export type ParseNeutral = (body: unknown) => NeutralCall;
