import type { ChatCodec, EmbeddingsCodec } from './chat/chat-codec.ts';
import type { UpstreamClient, UpstreamRequest } from './upstream.ts';

/** Wire formats that a client or a provider speaks. */
export type Dialect =
  | 'openai-chat'
  | 'openai-embeddings'
  | 'anthropic-messages'
  | 'gemini-content'
  | 'gemini-embeddings'
  | 'mistral-chat'
  | 'mistral-embeddings'
  | 'bedrock-converse';

/** How the events of a stream are told apart: server-sent events, or the binary frames of AWS. */
export type Framing = 'sse' | 'aws-event-stream';

/** What is asked of a model, whatever the dialect. */
export type Operation = 'chat' | 'embeddings';

/** A difference of a provider from the dialect it speaks, as data. Applies to every model unless `models` says which. */
export interface Quirk {
  readonly models?: RegExp;
  /** Top-level members that the provider refuses; they are removed with a warning. */
  readonly drop?: readonly string[];
  /** Top-level members that have another name there. */
  readonly rename?: Readonly<Record<string, string>>;
}

/** How one operation is spoken to one provider. */
export interface Codec {
  readonly native: Dialect;
  /** Path below the base URL, with the model's name already encoded where it stands in the path. */
  readonly path: (model: string, stream: boolean) => string;
  /** How calls of other dialects are translated; without one only calls of the native dialect are served. */
  readonly chat?: ChatCodec;
  readonly embeddings?: EmbeddingsCodec;
  readonly quirks: readonly Quirk[];
  /** Of its streams; `sse` when absent. */
  readonly framing?: Framing;
  /** A stream is asked for usage with `stream_options.include_usage`. */
  readonly asksForUsage?: boolean;
}

/** What a provider said when it did not do what was asked. */
export interface ProviderFailure {
  /** `auth`: our own key was refused, an alarm for us and never the caller's fault. `invalid`: the caller's request. */
  readonly cause:
    | 'auth'
    | 'rate_limit'
    | 'quota'
    | 'context'
    | 'content'
    | 'overloaded'
    | 'timeout'
    | 'invalid'
    | 'server';
  /** Null when the body held no message of its own (an HTML page, nothing at all). */
  readonly message: string | null;
  readonly type: string | null;
  readonly code: string | null;
  readonly param: string | null;
  /** Seconds to wait, where the provider says it in the body. */
  readonly retryAfterSeconds?: number;
}

export interface ProviderReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** At most 64 KiB. */
  readonly body: Buffer;
}

/**
 * An adapter: how to reach and understand one kind of provider. Pure: no network, no clock, no environment. An absent
 * operation is unsupported.
 */
export interface Provider {
  readonly id: string;
  /** Default base URL; without one the configuration must give `base_url`. */
  readonly baseUrl?: string;
  /** Environment names that usually hold a key for this provider, for a start without a configuration file. */
  readonly keyNames: readonly string[];
  /** Answers without a provider key. */
  readonly keyless?: boolean;
  /** Bare model names that this provider makes, so that `gpt-5` finds its maker among several that list it. */
  readonly makes?: RegExp;
  /** Always configured under its own id; the file cannot redefine it. */
  readonly builtIn?: boolean;
  /** Known models where neither the file nor the price book lists any. */
  readonly models?: readonly string[];
  /** Stated prices, USD per million tokens as decimal strings, where the price book has none. */
  readonly prices?: readonly { readonly model: string; readonly input: string; readonly output: string }[];
  readonly operations: Readonly<Partial<Record<Operation, Codec>>>;
  /** Answers in this process instead of over the network. */
  readonly local?: UpstreamClient;
  /** Addresses by region, where each has its own: the variables that usually name one, and the base URL of it. */
  readonly regions?: { readonly names: readonly string[]; readonly baseUrl: (region: string) => string };
  /**
   * Why a key cannot be one for a provider at this origin (`https://host:port`), as a sentence without the key; null
   * when it can. Absent where a key is any text that may stand in a header.
   */
  keyProblem?(key: string, origin: string): string | null;
  /** Credential headers, lower-case, as a flat list of names and values. */
  authorize(key: string | null): readonly string[];
  /**
   * Credential headers that depend on the whole request, such as a signature, behind those of `authorize`; none where
   * the key asks for none. `nowMillis` is the time of the request, since an adapter has no clock.
   */
  sign?(request: UpstreamRequest, key: string, nowMillis: number): readonly string[];
  toError(reply: ProviderReply): ProviderFailure;
}
