import { GatewayError } from '../../spec/gateway-error.ts';
import { uuidv7 } from '../../spec/ids.ts';
import { limits } from '../../spec/limits.ts';
import { firstAnswerMillis } from '../../spec/resources.ts';
import type { UpstreamExchange, UpstreamFailure, UpstreamHandler, UpstreamRequest } from '../../spec/upstream.ts';
import type { Usage } from '../../spec/usage.ts';
import type { UsageOutcome } from '../../spec/usage-event.ts';
import type { Call } from '../call.ts';
import type { ReplyFacts as Facts, Reading, StreamReader } from '../ingress/ingress.ts';
import {
  type AttemptFacts,
  costOf,
  estimateUsage,
  isImplausible,
  startedEvent,
  usageEvent,
} from '../metering/usage-record.ts';
import { redact } from '../redact.ts';
import type { AttemptFailure, PlannedAttempt } from '../routing/attempt-plan.ts';
import { type ReplyDecoder, replyDecoder } from './decode-reply.ts';
import { networkFailure, providerFailure } from './failures.ts';
import { openEventStream, sendJson } from './reply-head.ts';
import type { UpstreamStages } from './upstream-stages.ts';

/** How long a provider may keep its connection open after the end mark before the socket is given up. */
const LINGER_MILLIS = 1_000;
/** The provider went on with what we gave up, and bills it. */
const CUT_BY_US = new Set(['upstream_timeout', 'shutting_down', 'upstream_too_large']);
const SAFE_ID = /^[\x21-\x7e]{1,128}$/;

type Mode = 'waiting' | 'error' | 'json' | 'stream';

/**
 * One request to one target. Hears the provider's answer, passes it on, and closes itself exactly once, whoever comes
 * first: last byte, error, the client's leaving, the watch. What happened is recorded before the client sees the end.
 */
export class Attempt implements UpstreamHandler, AttemptFacts {
  readonly id: string = uuidv7();
  readonly call: Call;
  readonly target: PlannedAttempt['target'];
  readonly number: number;
  readonly retryReason: string;
  readonly startedMillis: number = performance.now();

  readonly #key: PlannedAttempt['key'];
  readonly #stages: UpstreamStages;
  /** Told once: null when the call is over, else why another attempt may follow. */
  readonly #done: (failure: AttemptFailure | null) => void;
  readonly #redact = (text: string): string => redact(text, this.#key?.secret.reveal() ?? null);

  #reading: Reading | null = null;
  #exchange: UpstreamExchange | null = null;
  #decoder: ReplyDecoder | null = null;
  #mode: Mode = 'waiting';
  #status = 0;
  #headers: Readonly<Record<string, string | string[] | undefined>> = {};
  #reader: StreamReader | null = null;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #askedMillis = 0;
  #sentMillis = 0;
  #heardMillis = 0;
  #firstTokenMillis: number | null = null;
  #pausedMillis = 0;
  #closedMillis = 0;
  #exchangeOver = false;

  constructor(
    call: Call,
    planned: PlannedAttempt,
    retryReason: string,
    stages: UpstreamStages,
    done: (failure: AttemptFailure | null) => void,
  ) {
    this.call = call;
    this.target = planned.target;
    this.#key = planned.key;
    this.number = ++call.attempts;
    this.retryReason = retryReason;
    this.#stages = stages;
    this.#done = done;
  }

  /** Which provider key it uses, safe to log; null where none is needed. */
  get keyLabel(): string | null {
    return this.#key?.label ?? null;
  }

  /** Nothing more is expected of the provider and the client has been answered. */
  get over(): boolean {
    return this.#closedMillis > 0 && this.#exchangeOver;
  }

  /** Nothing of the request waits to be sent any more. */
  get sent(): boolean {
    return this.#exchange === null || this.#exchange.sent;
  }

  start(request: UpstreamRequest, reading: Reading): void {
    this.#reading = reading;
    this.#stages.spool.started(startedEvent(this), error => {
      if (error !== null) return this.#unrecorded(error);
      if (this.#closedMillis > 0) return;
      this.#send(request);
    });
  }

  /** Whoever calls back from the spool catches nothing that this call would hear of. */
  #send(request: UpstreamRequest): void {
    const client = this.target.provider.adapter?.local ?? this.#stages.network;
    this.#askedMillis = performance.now();
    try {
      this.#exchange = client.send(request, this);
    } catch (error) {
      this.#crashed(error);
    }
  }

  onSent(): void {
    this.#sentMillis = performance.now();
  }

  onHeaders(status: number, headers: Readonly<Record<string, string | string[] | undefined>>): void {
    if (this.#closedMillis > 0) return;
    try {
      this.#head(status, headers);
    } catch (error) {
      this.#crashed(error);
    }
  }

  onData(chunk: Buffer): void {
    if (this.#closedMillis > 0) return;
    this.#heardMillis = performance.now();
    try {
      if (this.#decoder !== null) this.#decoder.write(chunk);
      else this.#take(chunk);
    } catch (error) {
      this.#crashed(error);
    }
  }

  onEnd(): void {
    this.#exchangeOver = true;
    if (this.#closedMillis > 0) return;
    if (this.#decoder !== null) this.#guard(() => this.#decoder?.end());
    else this.#ended();
  }

  #head(status: number, headers: Readonly<Record<string, string | string[] | undefined>>): void {
    this.#status = status;
    this.#headers = headers;
    this.#heardMillis = performance.now();
    const coding = headers['content-encoding'];
    if (coding !== undefined && coding !== 'identity') {
      this.#decoder = replyDecoder(String(coding), {
        onData: chunk => this.#guard(() => this.#take(chunk)),
        onEnd: () => this.#ended(),
        onInvalid: detail => this.#invalid(detail),
      });
      if (this.#decoder === null) return this.#invalid(`content-encoding ${coding}`);
    }
    if (status >= 300 && status < 400) {
      const error = new GatewayError('upstream_redirect', {
        detail: `status ${status} to ${hostOf(headers.location)}`,
      });
      return this.#fail({ error, reason: 'upstream_redirect', remedy: 'next' });
    }
    if (status < 200 || status > 599) return this.#invalid(`status ${status}`);
    this.#mode = status >= 300 ? 'error' : this.#modeOf(String(headers['content-type'] ?? ''));
  }

  onError(failure: UpstreamFailure): void {
    this.#exchangeOver = true;
    if (this.#closedMillis > 0) return;
    this.#guard(() => {
      // A broken connection after the whole answer is no failure of the answer.
      this.#reader?.end();
      if (this.#reader?.finished) this.#finishStream(this.#reader);
      else this.#fail(networkFailure(failure));
    });
  }

  /** The client left: the provider is told at once and what ran is booked. */
  abort(): void {
    this.#guard(() => this.#close('aborted', 'client_gone', () => this.#done(null)));
  }

  /** Ends the attempt for a reason of ours (shutdown, total time): no further attempt helps. */
  stop(error: GatewayError): void {
    this.#guard(() => this.#fail({ error, reason: error.code, remedy: 'none' }));
  }

  /** Keeps the time limits; called by the watch. */
  tick(nowMillis: number): void {
    if (this.#closedMillis > 0) {
      if (!this.#exchangeOver && nowMillis - this.#closedMillis > LINGER_MILLIS) this.#release();
      return;
    }
    const timeouts = this.call.policy!.timeouts;
    if (this.#pausedMillis > 0) {
      if (nowMillis - this.#pausedMillis > this.#stages.watch.readerStallMillis) this.call.exchange.destroy();
      return;
    }
    const sent = this.#sentMillis;
    if (sent === 0 && this.target.provider.adapter?.local === undefined) {
      if (nowMillis - this.startedMillis > timeouts.connectMillis) this.#late('no connection', timeouts.connectMillis);
    } else if (this.#firstTokenMillis === null) {
      const since = sent === 0 ? this.startedMillis : sent;
      const limit = firstAnswerMillis(timeouts, this.call.parsed!.stream);
      if (nowMillis - since > limit) this.#late('no answer', limit);
    } else if (nowMillis - this.#heardMillis > timeouts.idleMillis) this.#late('no byte', timeouts.idleMillis);
  }

  /** The client takes bytes again. */
  drained(): void {
    if (this.#pausedMillis === 0) return;
    this.#pausedMillis = 0;
    this.#heardMillis = performance.now();
    this.#exchange?.resume();
  }

  #modeOf(contentType: string): Mode {
    const type = contentType.split(';', 1)[0]!.trim().toLowerCase();
    if (this.call.parsed!.stream && type === (this.#reading!.streamType ?? 'text/event-stream')) {
      this.#reader = this.#reading!.openStream!({
        choices: this.call.parsed!.choices,
        hideUsage: !this.call.parsed!.includeUsage,
        costOf: usage => costOf(this.call, this.target, usage),
        redact: this.#redact,
      });
      return 'stream';
    }
    if (type !== '' && type !== 'application/json' && !type.endsWith('+json')) this.#invalid(`content-type ${type}`);
    return 'json';
  }

  #take(chunk: Buffer): void {
    if (this.#closedMillis > 0) return;
    if (this.#mode === 'stream') return this.#stream(chunk);
    this.#bytes += chunk.length;
    if (this.#mode === 'error' && this.#bytes > limits.upstreamErrorBytes) return this.#refused();
    if (this.#bytes > limits.upstreamReplyBytes) {
      const error = new GatewayError('upstream_too_large', { detail: `more than ${limits.upstreamReplyBytes} bytes` });
      return this.#fail({ error, reason: 'upstream_too_large', remedy: 'none' });
    }
    this.#chunks.push(chunk);
  }

  #stream(chunk: Buffer): void {
    const reader = this.#reader!;
    const bytes = reader.push(chunk);
    if (reader.contentSeen && this.#firstTokenMillis === null) this.#firstTokenMillis = this.#sinceStart();
    if (bytes !== null) this.#pass(bytes, reader.contentSeen);
    if (reader.failure !== null) this.#failed(reader.failure);
    else if (reader.finished) this.#finishStream(reader);
  }

  /** Holds the beginning back until there is content, so that an attempt that dies at once can still be replaced. */
  #pass(bytes: Buffer, content: boolean): void {
    if (!this.call.contentSent) {
      this.#chunks.push(bytes);
      this.#bytes += bytes.length;
      if (content || this.#bytes >= limits.heldBytes) this.#letGo();
    } else this.#write(bytes);
  }

  #letGo(): void {
    this.call.contentSent = true;
    this.#countWait();
    this.call.settleOverhead();
    openEventStream(this.call, this.#replyFacts());
    const held = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    this.#chunks = [];
    if (held.length > 0) this.#write(held);
  }

  #write(bytes: Buffer): void {
    const { call } = this;
    if (call.gone) return;
    call.writtenMillis = this.#heardMillis;
    if (call.exchange.write(bytes) || this.#pausedMillis > 0) return;
    this.#pausedMillis = call.writtenMillis;
    this.#exchange?.pause();
  }

  #ended(): void {
    if (this.#closedMillis > 0) return;
    try {
      this.#conclude();
    } catch (error) {
      this.#crashed(error);
    }
  }

  #conclude(): void {
    switch (this.#mode) {
      case 'stream': {
        const reader = this.#reader!;
        reader.end();
        if (reader.failure !== null) return this.#failed(reader.failure);
        if (reader.finished) return this.#finishStream(reader);
        return this.#fail(networkFailure({ code: 'reset', detail: 'the stream ended before its answer was complete' }));
      }
      case 'error':
        return this.#refused();
      case 'json':
        return this.#finishJson();
      case 'waiting':
        return this.#invalid('no answer');
    }
  }

  #finishStream(reader: StreamReader): void {
    this.#stages.health.succeeded(this.target.name);
    if (!this.call.contentSent) this.#letGo();
    this.#close('finished', '', () => {
      if (!this.call.gone) this.call.exchange.end(reader.endMark);
      this.#done(null);
    });
  }

  #finishJson(): void {
    const body = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    let facts: Facts;
    try {
      facts = this.#reading!.readReply(body, this.#redact);
    } catch (error) {
      if (error instanceof GatewayError) return this.#failed(error);
      throw error;
    }
    if (facts.failure !== null) return this.#failed(facts.failure);
    if (this.call.parsed!.stream) return this.#invalid('a whole answer where a stream was asked for');
    this.#stages.health.succeeded(this.target.name);
    this.#firstTokenMillis = this.#sinceStart();
    this.#close(
      'finished',
      '',
      cost => {
        const shown = body.length <= limits.costHeaderBytes ? { cost: cost ?? 'unknown' } : {};
        sendJson(this.call, this.#status, facts.body ?? body, { ...this.#replyFacts(), ...shown });
        this.#done(null);
      },
      facts,
    );
  }

  /** The provider answered with an error status. */
  #refused(): void {
    const reply = { status: this.#status, headers: this.#headers, body: Buffer.concat(this.#chunks) };
    const failure = this.target.provider.adapter!.toError(reply);
    this.#fail(providerFailure(failure, reply, this.#redact));
  }

  #invalid(detail: string): void {
    this.#fail(networkFailure({ code: 'invalid', detail }));
  }

  #late(what: string, millis: number): void {
    this.#fail(networkFailure({ code: 'timeout', detail: `${what} from ${this.target.name} in ${millis} ms` }));
  }

  /** An error found inside an answer that began well. */
  #failed(error: GatewayError): void {
    this.#fail({ error, reason: error.code, remedy: error.retry === 'never' ? 'none' : 'same' });
  }

  #fail(failure: AttemptFailure): void {
    if (this.#closedMillis > 0) return;
    this.#stages.learn(this.target, this.#key, failure);
    this.#close('failed', failure.error.code, () => {
      if (this.call.contentSent && !this.call.gone) {
        this.call.exchange.end(this.#brokenEnd(failure.error));
        this.#stages.log.attemptFailed(this, failure);
        this.#done(null);
      } else {
        this.#stages.log.attemptFailed(this, failure);
        this.#done(this.call.gone ? null : failure);
      }
    });
  }

  #brokenEnd(error: GatewayError): Buffer {
    const { id, ingress } = this.call;
    return this.#reader?.brokenEnd?.(error, id) ?? ingress.client.renderErrorEvent(error, id, true);
  }

  /** Records once, then goes on; the socket of an unfinished exchange is destroyed. */
  #close(outcome: UsageOutcome, error: string, then: (cost: string | null) => void, facts: Facts | null = null): void {
    if (this.#closedMillis > 0) return;
    this.#closedMillis = performance.now();
    if (!this.call.contentSent) this.#countWait();
    if (outcome !== 'finished') this.#release();
    const seen = this.#reader ?? facts;
    const lie = isImplausible(this.call, seen?.usage ?? null);
    const usage = lie ? null : (seen?.usage ?? null);
    const event = usageEvent(this, {
      outcome,
      usage,
      estimate: usage === null ? this.#estimate(outcome, error, seen?.outputBytes ?? 0) : null,
      flags: lie ? 'usage_implausible' : (seen?.flags ?? ''),
      status: this.#status,
      error,
      firstTokenMillis: this.#firstTokenMillis,
    });
    this.call.events.push(event);
    this.#stages.observer.attempt(event);
    this.#stages.spool.finished(event, problem => {
      if (problem !== null) this.#stages.log.unrecorded(this, problem);
      try {
        then(event.cost_usd);
      } catch (error) {
        this.#crashed(error);
      }
    });
  }

  /** A mistake of ours must end this call and no other: nobody else would ever end it. */
  #crashed(error: unknown): void {
    this.#stages.log.failure(this.call.id, error);
    if (this.#closedMillis === 0) {
      try {
        this.#fail({ error: new GatewayError('internal_error'), reason: 'internal_error', remedy: 'none' });
        return;
      } catch (again) {
        this.#stages.log.failure(this.call.id, again);
      }
    }
    this.#release();
    this.call.exchange.destroy();
    this.#done(null);
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#crashed(error);
    }
  }

  /** What ran without a count: the whole of an answer, what was sent of a cut one, nothing of a refused one. */
  #estimate(outcome: UsageOutcome, error: string, outputBytes: number): Usage | null {
    const partial = this.#reader?.partial ?? null;
    if (outcome === 'finished' || outputBytes > 0) return partial ?? estimateUsage(this.call, outputBytes);
    const local = this.target.provider.adapter?.local !== undefined;
    const ran = this.#sentMillis > 0 || (local && this.#exchange !== null);
    return ran && (outcome === 'aborted' || CUT_BY_US.has(error)) ? (partial ?? estimateUsage(this.call, 0)) : null;
  }

  #release(): void {
    this.#exchangeOver = true;
    this.#decoder?.destroy();
    this.#exchange?.abort();
  }

  /** `started` could not be written, so nothing is sent: a call that cannot be recorded does not run. */
  #unrecorded(cause: Error): void {
    this.#closedMillis = performance.now();
    this.#exchangeOver = true;
    const error = new GatewayError('ledger_unavailable', { detail: cause.message, cause, retryAfter: 1 });
    this.#done({ error, reason: 'ledger_unavailable', remedy: 'none' });
  }

  /** The time from asking the provider until now is its own, not the gateway's. */
  #countWait(): void {
    if (this.#askedMillis > 0) this.call.upstreamMillis += performance.now() - this.#askedMillis;
  }

  #sinceStart(): number {
    return performance.now() - this.startedMillis;
  }

  #replyFacts() {
    const id = ['x-request-id', 'request-id', 'x-amzn-requestid'].map(name => this.#headers[name]).find(Boolean);
    const safe = typeof id === 'string' && SAFE_ID.test(id) ? id : null;
    return { target: this.target.name, upstreamRequestId: safe };
  }
}

const hostOf = (location: string | string[] | undefined): string => {
  const url = typeof location === 'string' && URL.canParse(location) ? new URL(location) : null;
  return url?.host ?? 'an unreadable place';
};
