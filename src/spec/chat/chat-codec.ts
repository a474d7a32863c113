import type { Usage } from '../usage.ts';
import type { Warning } from '../warning.ts';
import type { ChatRequest } from './chat-request.ts';
import type { ChatPart } from './chat-stream.ts';

/** One event of a provider's stream: its type and its data, as the rules of the stream's framing say. */
export interface ServerEvent {
  /** `message` when the provider named none. */
  readonly type: string;
  readonly data: string;
  /** The framing itself says that this is an error. */
  readonly failed?: boolean;
}

export interface EncodedRequest {
  /** To be sent as JSON. */
  readonly body: unknown;
  readonly warnings: readonly Warning[];
  /** More headers, lower-case, as a flat list of names and values. */
  readonly headers?: readonly string[];
}

/**
 * Translates chat between the neutral model and one provider's dialect. Pure: no network, no clock, no environment.
 * Everything it leaves out or changes is a warning that names the member as the client of OpenAI's dialect spells it.
 */
export interface ChatCodec {
  /**
   * Addresses in a request that the provider does not read for itself, so that their bytes have to stand in the request.
   * Absent where it reads them all.
   */
  readonly remoteMedia?: (request: ChatRequest) => readonly string[];
  toProvider(request: ChatRequest, model: string): EncodedRequest;
  /** A whole answer as parts. Throws SyntaxError or TypeError when it is not one. */
  fromProvider(body: unknown): readonly ChatPart[];
  /** A decoder of one stream: an event to parts. The stream is complete once it has given a `finish` and its end. */
  decoder(): ChatDecoder;
}

export interface ChatDecoder {
  /** Throws when the event cannot be understood. */
  read(event: ServerEvent): readonly ChatPart[];
  /** The connection is closed: what is still to be said. `complete` is false when the answer was cut. */
  end(): { readonly parts: readonly ChatPart[]; readonly complete: boolean };
  /** The provider said that nothing more comes, so the answer need not wait for the connection to close. */
  readonly ended: boolean;
}

/** Embeddings are a request and an answer without a stream. */
export interface EmbeddingsRequest {
  /** Texts, or token ids where the caller sends those. */
  readonly input: readonly (string | readonly number[])[];
  readonly dimensions?: number;
  readonly user?: string;
  readonly extra?: Readonly<Record<string, unknown>>;
}

export interface EmbeddingsAnswer {
  /** In the order of the input. */
  readonly vectors: readonly (readonly number[])[];
  readonly usage: Usage | null;
  readonly model?: string;
}

export interface EmbeddingsCodec {
  toProvider(request: EmbeddingsRequest, model: string): EncodedRequest;
  fromProvider(body: unknown): EmbeddingsAnswer;
}
