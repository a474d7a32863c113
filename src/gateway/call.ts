import { uuidv7 } from '../spec/ids.ts';
import type { Principal, RoutingPolicy, Snapshot } from '../spec/snapshot.ts';
import type { UsageEvent } from '../spec/usage-event.ts';
import type { Warning } from '../spec/warning.ts';
import type { Exchange, ExchangeOwner } from './http/exchange.ts';
import type { Ingress, Keeping, ParsedRequest } from './ingress/ingress.ts';
import type { NeutralCall } from './translation/neutral-dialect.ts';
import type { Attempt } from './upstream/attempt.ts';

const NO_BODY = Buffer.alloc(0);
const none: readonly string[] = [];

/** One client request on its way through the gateway: all of its state in one object. */
export class Call implements ExchangeOwner {
  /** UUIDv7; also the `x-request-id` of the answer. */
  readonly id: string = uuidv7();
  readonly startedMillis: number = performance.now();
  readonly exchange: Exchange;
  readonly principal: Principal;
  readonly snapshot: Snapshot;
  readonly ingress: Ingress;
  /** The model that its path names; empty where the body names it. */
  readonly pathModel: string;

  /** Gateways that the call has come through before this one. */
  hops: readonly string[] = none;

  /** Headers of its client that a target of the same dialect is told: names and values in turn. */
  passed: readonly string[] = none;

  /** Known once the body was read. */
  parsed: ParsedRequest | null = null;
  policy: RoutingPolicy | null = null;
  /** Its bytes count against the process. */
  body: Buffer = NO_BODY;
  /** Nobody else has a view of the body's memory. */
  ownsBody = false;

  /** What it has to do with answers that are kept; null where none is. */
  keeping: Keeping | null = null;

  /** The neutral form, made when the first target of another dialect needs it. */
  neutral: NeutralCall | null = null;

  attempts = 0;
  /** The latest; null before the first. */
  attempt: Attempt | null = null;
  /** Where it stands among the open calls; the watch's own. */
  place = -1;
  /** Time spent waiting for providers, for `x-tollgate-overhead-ms`. */
  upstreamMillis = 0;
  /** Status and headers have left; errors can only be events from here on. */
  headSent = false;
  /** A part of an answer has left; no other target can take over. */
  contentSent = false;
  /** The client closed its connection before the answer was complete. */
  gone = false;
  /** It has been refused or answered, and what became of it was told. */
  concluded = false;
  /** When bytes were last written to the client, by `performance.now()`. */
  writtenMillis = 0;
  warnings: readonly Warning[] = [];
  readonly events: UsageEvent[] = [];
  /** Called when the client leaves, by whoever waits for something else than an attempt. */
  onGone: (() => void) | null = null;

  #overheadMillis: number | null = null;

  constructor(exchange: Exchange, principal: Principal, snapshot: Snapshot, ingress: Ingress, pathModel = '') {
    this.exchange = exchange;
    this.principal = principal;
    this.snapshot = snapshot;
    this.ingress = ingress.forClient?.(exchange) ?? ingress;
    this.pathModel = pathModel;
    exchange.owner = this;
  }

  clientGone(): void {
    this.gone = true;
    if (this.onGone !== null) this.onGone();
    else this.attempt?.abort();
  }

  clientReady(): void {
    this.attempt?.drained();
  }

  /** Milliseconds since the request arrived, less the time providers took, up to the first content of an answer. */
  overheadMillis(): number {
    return this.#overheadMillis ?? Math.max(0, performance.now() - this.startedMillis - this.upstreamMillis);
  }

  /** From here on the time is the stream's own. */
  settleOverhead(): void {
    this.#overheadMillis = this.overheadMillis();
  }
}
