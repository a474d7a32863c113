import type { Logger } from 'pino';
import { GatewayError } from '../spec/gateway-error.ts';
import type { Call } from './call.ts';
import type { AttemptFailure } from './routing/attempt-plan.ts';
import type { Attempt } from './upstream/attempt.ts';

const SHOWN = 256;
const cut = (text: string): string => text.slice(0, SHOWN);

/**
 * The log of the data plane, built from named fields: never from a request, a body or an error object, so that no
 * prompt and no secret gets in.
 */
export class CallLog {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** The access line: one a call, without contents. */
  call(call: Call, status: number, error: GatewayError | null): void {
    const last = call.events.at(-1);
    this.#logger.info(
      {
        request_id: call.id,
        team: call.principal.team,
        key: call.principal.keyName,
        operation: call.ingress.operation,
        model: call.parsed === null ? undefined : cut(call.parsed.model),
        target: last?.target,
        status,
        attempts: call.attempts,
        stream: call.parsed?.stream,
        input_tokens: last?.input_tokens,
        output_tokens: last?.output_tokens,
        cost_usd: last?.cost_usd,
        outcome: last?.outcome,
        error: error?.code,
        param: error?.param,
        total_ms: Math.round(performance.now() - call.startedMillis),
        overhead_ms: Number(call.overheadMillis().toFixed(1)),
        warnings: call.warnings.length === 0 ? undefined : call.warnings,
      },
      'call',
    );
  }

  attemptFailed(attempt: Attempt, failure: AttemptFailure): void {
    const fields = {
      request_id: attempt.call.id,
      attempt: attempt.number,
      target: attempt.target.name,
      provider_key: attempt.keyLabel,
      error: failure.error.code,
      detail: failure.error.detail === undefined ? undefined : cut(failure.error.detail),
    };
    // Our own key refused is an alarm for the operator; anything else is the provider's day.
    if (failure.error.code === 'provider_auth') this.#logger.error(fields, 'the provider refused our key');
    else this.#logger.warn(fields, 'attempt failed');
  }

  unrecorded(attempt: Attempt, cause: Error): void {
    this.#logger.error(
      { request_id: attempt.call.id, detail: cut(cause.message) },
      'usage is kept in memory until the spool takes it',
    );
  }

  /** A request that ended before it was a call: no key, no body, no route. */
  refused(requestId: string, method: string, route: string, error: GatewayError): void {
    this.#logger.info(
      { request_id: requestId, method, route, status: error.status, error: error.code, param: error.param },
      'refused',
    );
  }

  failure(requestId: string, cause: unknown): void {
    const error = cause instanceof GatewayError && cause.cause instanceof Error ? cause.cause : cause;
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#logger.error({ request_id: requestId, stack: stack.slice(0, 4 * 1024) }, 'unexpected failure');
  }
}
