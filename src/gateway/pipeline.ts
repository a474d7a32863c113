import { GatewayError } from '../spec/gateway-error.ts';
import type { Observer } from '../spec/observer.ts';
import { giveBack } from './body/give-back.ts';
import type { Call } from './call.ts';
import type { CallLog } from './call-log.ts';
import type { BodyMemory } from './http/exchange.ts';
import { readPassedHeaders } from './http/passed-headers.ts';
import { checkContent } from './http/read-body.ts';
import type { AnswerHere } from './ingress/ingress.ts';
import type { RecentCalls } from './metering/recent-calls.ts';
import { checkNamedModels } from './routing/check-named-models.ts';
import { resolveModel } from './routing/resolve-model.ts';
import { type Answered, answerCall, refuseWarnings } from './upstream/answer-call.ts';
import { sendJson } from './upstream/reply-head.ts';
import type { UpstreamStages } from './upstream/upstream-stages.ts';
import { readHops } from './upstream/via.ts';

export interface Stages {
  readonly upstream: UpstreamStages;
  readonly memory: BodyMemory;
  readonly recent: RecentCalls;
  readonly observer: Observer;
  readonly log: CallLog;
}

/** The way of a call, after authentication: every stage once, in order. */
export function serve(call: Call, stages: Stages): void {
  stages.observer.open(1);
  stages.upstream.watch.enter(call);
  const over = (error: unknown) => conclude(call, stages, error);
  try {
    call.hops = readHops(call.exchange.header('via'));
    call.passed = readPassedHeaders(call.exchange, call.ingress.client.passedHeaders);
    checkContent(call.exchange);
    call.exchange.readBody(stages.memory, (error, body, own) => {
      if (error !== null) return over(error);
      try {
        call.body = body;
        call.ownsBody = own;
        call.parsed = call.ingress.parse(body, call.pathModel);
        call.policy = resolveModel(call.snapshot, call.principal, call.parsed.model);
        checkNamedModels(call.parsed.scan, call.principal, call.snapshot, call.policy);
        const here = call.ingress.answerHere?.(call) ?? null;
        if (here === null) answerCall(call, stages.upstream, over);
        else answerHere(call, here, over);
      } catch (problem) {
        over(problem);
      }
    });
  } catch (error) {
    over(error);
  }
}

/** No provider is asked, so there is no attempt and nothing to record. */
function answerHere(call: Call, { body, warnings }: AnswerHere, over: Answered): void {
  refuseWarnings(call, warnings);
  call.warnings = warnings;
  sendJson(call, 200, body, { target: null, upstreamRequestId: null });
  over(null);
}

/** Comes once for every call, whoever ended it; what it held is let go of and what became of it is told. */
function conclude(call: Call, stages: Stages, problem: unknown): void {
  if (call.concluded) return;
  call.concluded = true;
  const refusal = problem === null ? null : asGatewayError(problem, call, stages.log);
  try {
    if (refusal !== null) refuse(call, refusal);
  } finally {
    settle(call, stages, refusal);
  }
}

function asGatewayError(error: unknown, call: Call, log: CallLog): GatewayError {
  if (error instanceof GatewayError) return error;
  log.failure(call.id, error);
  return new GatewayError('internal_error', { cause: error });
}

/** Answers in the client's dialect: with a status while headers have not left, with an error event after. */
function refuse(call: Call, error: GatewayError): void {
  if (call.gone) return;
  if (call.headSent) {
    call.exchange.end(call.ingress.client.renderErrorEvent(error, call.id, call.contentSent));
    return;
  }
  const more = error.retryAfter === undefined ? '' : `retry-after: ${error.retryAfter}\r\n`;
  const target = call.events.at(-1)?.target ?? null;
  sendJson(
    call,
    error.status,
    call.ingress.client.renderError(error, call.id),
    { target, upstreamRequestId: null },
    more,
  );
}

function settle(call: Call, stages: Stages, refusal: GatewayError | null): void {
  stages.upstream.watch.leave(call);
  stages.memory.held -= call.body.length;
  call.onGone = null;
  const { events, warnings } = call;
  if (warnings.length > 0) stages.recent.warn(call.id, warnings);
  if (events.length === 0 && refusal !== null) stages.observer.refused(refusal.code);
  const status = call.gone ? 499 : call.exchange.status;
  stages.observer.call(call.ingress.operation, status, performance.now() - call.startedMillis, call.overheadMillis());
  stages.observer.open(-1);
  stages.log.call(call, status, refusal);
  // Only where nobody can still be at work with it: one attempt, all of it sent, and the answer is out.
  if (call.ownsBody && call.attempts === 1 && status === 200 && call.attempt!.sent) giveBack(call.body);
}
