import type { ChatCodec, EmbeddingsCodec } from './chat/chat-codec.ts';
import type { CredentialExchange } from './credential-exchange.ts';
import type { UpstreamClient, UpstreamRequest } from './upstream.ts';

/** Wire formats that a client or a provider speaks. */
export type Dialect =
  | 'openai-chat'
  | 'openai-responses'
  | 'openai-embeddings'
  | 'anthropic-messages'
  | 'gemini-content'
  | 'gemini-embeddings'
  | 'gemini-embed-content'
  | 'google-predict'
  | 'mistral-chat'
  | 'mistral-embeddings'
  | 'cohere-chat'
  | 'cohere-embeddings'
  | 'bedrock-converse'
  | 'bedrock-invoke'
  | 'ollama-chat'
  | 'ollama-embed';

/** How the events of a stream are told apart: server-sent events, JSON by the line, or the binary frames of AWS. */
export type Framing = 'sse' | 'ndjson' | 'aws-event-stream';

/** What is asked of a model, whatever the dialect. */
export type Operation = 'chat' | 'embeddings' | 'count_tokens';

/** A difference of a provider from the dialect it speaks, as data. Applies to every model unless `models` says which. */
export interface Quirk {
  readonly models?: RegExp;
  /** Top-level members that the provider refuses; they are removed with a warning. */
  readonly drop?: readonly string[];
  /** What the caller is told of what is dropped, where it is not that the model does not take it. */
  readonly why?: string;
  /** Top-level members that have another name there. */
  readonly rename?: Readonly<Record<string, string>>;
}

/** How one operation is spoken to one provider. */
export interface Codec {
  readonly native: Dialect;
  /** The name by which the provider knows a model, where that is another one. */
  readonly nameOf?: (model: string) => string;
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
  /** Top-level members, in JSON, that every body has when it is passed through; null where it must not have one. */
  readonly members?: Readonly<Record<string, string | null>>;
  /** False where addresses of images and documents are not read, in a body that is passed through too. */
  readonly readsAddresses?: false;
  /** Models that are spoken to in another way; the first that fits. */
  readonly otherwise?: readonly { readonly models: RegExp; readonly codec: Codec }[];
  /** Other dialects in which the provider does the same: for calls that come in one of them. */
  readonly beside?: readonly Codec[];
  /** Of a codec beside another: top-level members it ignores, so that a call which has one goes by that other. */
  readonly ignores?: readonly string[];
}

/** How one model is spoken to when a call came in this dialect. */
export function codecOf(codec: Codec, model: string, dialect: Dialect): Codec {
  const own = codec.otherwise?.find(({ models }) => models.test(model))?.codec ?? codec;
  if (own.native === dialect) return own;
  return own.beside?.find(({ native }) => native === dialect) ?? own;
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
  /** More about the cause that programs read, rebuilt from known words and flags: it goes to the client as it is. */
  readonly inner?: Readonly<Record<string, unknown>>;
  /** Seconds to wait, where the provider says it in the body. */
  readonly retryAfterSeconds?: number;
}

export interface ProviderReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** At most 64 KiB. */
  readonly body: Buffer;
}

/** A member of a provider in the configuration file that its adapter alone knows, as data. */
export interface ProviderSetting {
  /** One text, or a mapping from model names to texts. */
  readonly kind: 'text' | 'mapping';
  /** What each text is like, from its first character to its last. */
  readonly pattern: RegExp;
  /** For one who wrote something else: `expected a version such as 2024-10-21`. */
  readonly expected: string;
  readonly required?: boolean;
  /** Environment names that usually say it, the first of them first, for a start without a configuration file. */
  readonly variables?: readonly string[];
  /** Another setting without which this one says nothing. */
  readonly beside?: string;
}

/** Checked against what the adapter declares. */
export type ProviderSettings = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

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
  /** Environment name that usually holds its base URL, where no address serves every account. */
  readonly addressName?: string;
  /** What a base URL is like beside being one, where a usual mistake would lead to 404s. */
  readonly addressForm?: { readonly pattern: RegExp; readonly expected: string };
  /** End of a base URL with which its paths begin themselves, for those who write it: left out. */
  readonly addressTail?: string;
  /** Path below the base URL where models are listed, where it is not the dialect's usual one. */
  readonly lists?: string;
  /** Origin of that list, where it is not that of the calls (`https://host:port`). */
  listsAt?(origin: string): string;
  /** Whether a 403 speaks of the key itself and not of what it may do. Absent where none does. */
  refusesKey?(failure: ProviderFailure): boolean;
  /** What else the configuration file may say of a provider, by the member's name. */
  readonly settings?: Readonly<Record<string, ProviderSetting>>;
  /** The adapter as these settings make it; called once for each provider that is configured. */
  configure?(settings: ProviderSettings): Provider;
  /** Answers without a provider key. */
  readonly keyless?: boolean;
  /** Bare model names that this provider makes, so that `gpt-5` finds its maker among several that list it. */
  readonly makes?: RegExp;
  /** Always configured under its own id; the file cannot redefine it. */
  readonly builtIn?: boolean;
  /** Known models where the file lists none, whatever the price book says. */
  readonly serves?: readonly string[];
  /** Known models where neither the file nor the price book lists any. */
  readonly models?: readonly string[];
  /** Stated prices, USD per million tokens as decimal strings, where the price book has none. */
  readonly prices?: readonly { readonly model: string; readonly input: string; readonly output: string }[];
  readonly operations: Readonly<Partial<Record<Operation, Codec>>>;
  /** Answers in this process instead of over the network. */
  readonly local?: UpstreamClient;
  /**
   * Why a key cannot be one for a provider at this origin (`https://host:port`), as a sentence without the key; null
   * when it can. Absent where a key is what `exchange` reads, or any text that may stand in a header.
   */
  keyProblem?(key: string, origin: string): string | null;
  /** Which of its keys are exchanged for tokens, and how. A token is sent as `Authorization: Bearer`. */
  readonly exchange?: CredentialExchange;
  /** Credential headers, lower-case, as a flat list of names and values. Never asked about a token. */
  authorize(key: string | null): readonly string[];
  /**
   * Credential headers that depend on the whole request, such as a signature, behind those of `authorize`; none where
   * the key asks for none. `nowMillis` is the time of the request, since an adapter has no clock.
   */
  sign?(request: UpstreamRequest, key: string, nowMillis: number): readonly string[];
  toError(reply: ProviderReply): ProviderFailure;
}
