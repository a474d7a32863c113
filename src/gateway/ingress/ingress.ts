import type { GatewayError } from '../../spec/gateway-error.ts';
import type { Codec, Dialect, Operation } from '../../spec/provider.ts';
import type { Target } from '../../spec/snapshot.ts';
import type { Usage } from '../../spec/usage.ts';
import type { Warning } from '../../spec/warning.ts';
import type { BodyScan } from '../body/scan-body.ts';
import type { Change } from '../body/splice.ts';
import type { Call } from '../call.ts';
import type { Exchange } from '../http/exchange.ts';
import type { ResponseState } from '../kept/response-state.ts';
import type { KeptFacts } from '../translation/neutral-dialect.ts';
import type { ClientDialect } from './client-dialect.ts';

/** What the way of a call needs to know of a client's request; the body itself stays bytes. */
export interface ParsedRequest {
  readonly body: Buffer;
  readonly scan: BodyScan;
  readonly model: string;
  readonly stream: boolean;
  /** The client asked for usage in its stream. */
  readonly includeUsage: boolean;
  /** End user as the caller names it; empty when it names none. */
  readonly endUser: string;
  /** Bound on output tokens that the caller set; null without one. */
  readonly maxTokens: number | null;
  /** Choices asked for. */
  readonly choices: number;
  /** The conversation names items of answers that are kept here, in place of holding them. */
  readonly namesItems?: boolean;
  /** Tokens of the request, roughly, for what is booked when the provider never counts. */
  readonly inputEstimate: number;
}

/** What a whole answer says, found without rebuilding it. */
export interface ReplyFacts {
  /** What the client gets where that is not what the provider sent. */
  readonly body?: Buffer;
  readonly usage: Usage | null;
  readonly flags: string;
  readonly outputBytes: number;
  /** The provider answered 200 with an error inside. */
  readonly failure: GatewayError | null;
}

/** Reads one stream on the side while its bytes are passed on. State of one attempt. */
export interface StreamReader {
  /** Bytes that may go to the client now, complete events only; null when there are none. */
  push(chunk: Buffer): Buffer | null;
  /** The provider's connection is closed. */
  end(): void;
  /** The end mark was seen, or the answer was complete when the connection closed. */
  readonly finished: boolean;
  /** Bytes that end the stream properly; sent only after the attempt is recorded. */
  readonly endMark: Buffer;
  readonly contentSeen: boolean;
  readonly outputBytes: number;
  readonly usage: Usage | null;
  /** What the provider counted of an answer that it did not finish, its output by the length of what came. */
  readonly partial?: Usage | null;
  readonly flags: string;
  /** Set when the provider said or sent something that ends the stream as an error. */
  readonly failure: GatewayError | null;
  /** The event that ends the stream as broken, where it has to go on from the events before it. */
  readonly brokenEnd?: (error: GatewayError, requestId: string) => Buffer | null;
}

export interface StreamOptions {
  /** Choices asked for: so many must finish before an answer without end mark is whole. */
  readonly choices: number;
  /** The client did not ask for usage: what we asked for on its behalf is not shown. */
  readonly hideUsage: boolean;
  /** Decimal text in USD, or null when the price is unknown. */
  readonly costOf: (usage: Usage) => string | null;
  readonly redact: (text: string) => string;
}

/** How the answer of one attempt is read, and turned into what the client gets where the dialects differ. */
export interface Reading {
  /** Throws `upstream_invalid` when the answer is cut or no JSON. */
  readonly readReply: (body: Buffer, redact: (text: string) => string) => ReplyFacts;
  /** Content type of its streams; that of server-sent events when absent. */
  readonly streamType?: string;
  /** Absent where the operation does not stream. */
  readonly openStream?: (options: StreamOptions) => StreamReader;
  /**
   * What has to be done before the client hears that its answer is whole: `last` is a whole answer, or the end mark of
   * a stream. Rejects with what the client hears instead.
   */
  readonly keep?: (last: Buffer) => Promise<void>;
}

/** A call as a target of another dialect takes it, and how its answer comes back. */
export interface Translated {
  readonly body: Buffer;
  /** More headers, lower-case, as a flat list of names and values. */
  readonly headers: readonly string[];
  readonly warnings: readonly Warning[];
  readonly reading: Reading;
}

/** The conversation of a call without something of it. */
export interface Cleaned {
  /** The member that holds it, where it is not the dialect's usual one. */
  readonly member?: string;
  /** JSON. */
  readonly messages: string;
  readonly warnings: readonly Warning[];
}

/** What a call has to do with answers that are kept, at a provider or here. */
export interface Keeping {
  /** What a target of the same dialect is told otherwise. */
  readonly changes: readonly Change[];
  /** How an answer is read that a target of the same dialect gives. */
  readonly passed: (target: Target, own: Reading) => Reading;
  /** What is kept of an answer that a target of another dialect gives. Throws where such a one cannot go on. */
  readonly translated: (content: Translated) => Translated;
  /** What such an answer says of it. */
  readonly shown: KeptFacts | null;
  /** A provider's text without ids that the client does not know. */
  readonly conceal: (text: string) => string;
}

export interface AnswerHere {
  readonly body: Buffer;
  readonly warnings: readonly Warning[];
}

/** How one client dialect speaks one operation. Its own reading is that of an answer in the same dialect. */
export interface Ingress extends Reading {
  readonly client: ClientDialect;
  readonly dialect: Dialect;
  readonly operation: Operation;
  /** Paths that are always the same; none where the path names the model (`path-call.ts`). */
  readonly urls: readonly string[];
  /** Queries that its clients send with every call, though they mean nothing here. */
  readonly usualQueries?: readonly string[];
  /** The member of a request that holds the conversation; `messages` when absent. */
  readonly conversation?: string;
  /** Providers do not bill it. */
  readonly free?: boolean;
  /** Another way in for a client that takes answers in a form of its own; null for most. */
  readonly forClient?: (exchange: Exchange) => Ingress | null;
  /** `pathModel` is the model that the path names, where it does. */
  readonly parse: (body: Buffer, pathModel?: string) => ParsedRequest;
  /**
   * Finds out what the call has to do with answers that are kept, and notes it in the call: how it goes on, and where. A
   * promise only where a kept answer has to be loaded.
   */
  readonly resume?: (call: Call, state: ResponseState) => Promise<void> | null;
  /** What a target of the same dialect would refuse, though its own dialect allows it, taken out; null where nothing is. */
  readonly withoutForeign?: (parsed: ParsedRequest, targetModel: string) => Cleaned | null;
  /** For a target that reads no addresses: the messages with the bytes that stand there; null where there are none. */
  readonly inlineSources?: (call: Call, cleaned: string | null) => Promise<string> | null;
  /** An answer that is given here, where no target of the call can give one; null where one can. */
  readonly answerHere?: (call: Call) => AnswerHere | null;
  /**
   * Null when there is no way from this dialect to the target's; a promise only where something has to be fetched. Throws,
   * or rejects with, GatewayError that names the member at fault.
   */
  readonly translate: (call: Call, target: Target, codec: Codec) => Translated | Promise<Translated> | null;
}
