import type { GatewayError } from '../../spec/gateway-error.ts';

/** Bytes of request bodies that this process holds; one per process. */
export interface BodyMemory {
  held: number;
}

/**
 * Told once: the whole body, or why there is none. What was read counts in `BodyMemory` only when there is no error.
 * `own`: no other view of its memory is left, so that who is done with it may give that back.
 */
export type BodyRead = (error: GatewayError | null, body: Buffer, own: boolean) => void;

/** Whoever works for an exchange, and hears of its client. */
export interface ExchangeOwner {
  /** The client closed its connection before the answer was with it. */
  clientGone(): void;
  /** The client takes bytes again after `write` answered false. */
  clientReady(): void;
}

/**
 * One request of a client and the answer to it: the narrow interface behind which the listeners stand, Node's own and
 * the direct one. Heads are blocks of `name: value` lines, each ended by CRLF, made of printable ASCII by whoever
 * passes them; how the answer is framed, and whether its connection lives on, is the listener's.
 */
export interface Exchange {
  readonly method: string;
  /** Names and values in turn. Names may be lower-case or as they came. */
  readonly rawHeaders: readonly string[];
  readonly socket: { readonly remoteAddress?: string | undefined };
  owner: ExchangeOwner | null;

  /** A header by its lower-case name; several of one name are joined as Node does. */
  header(name: string): string | undefined;
  /** Calls `then` at once where the body came with its head. At most `limits.bodyBytes`, within the process's memory. */
  readBody(memory: BodyMemory, then: BodyRead): void;

  /** Status that was sent; 0 until then. */
  readonly status: number;
  readonly ended: boolean;
  /** `write` answered false and the client has not caught up yet. */
  readonly backedUp: boolean;
  /** Bytes that wait for the client to read. */
  readonly waiting: number;
  /** Ended, and nothing of it waits in this process any more; or the connection is gone. */
  readonly delivered: boolean;

  /** Sends a whole answer in one write. */
  answer(status: number, head: string, body: Buffer): void;
  /** Begins a streamed answer; its head leaves with the first bytes. */
  open(status: number, head: string): void;
  /** False when so much waits for the client that the provider should be paused. */
  write(bytes: Buffer): boolean;
  end(bytes: Buffer): void;
  destroy(): void;
}
