import { type DestinationStream, type Logger, pino } from 'pino';
import { GatewayError } from '../spec/gateway-error.ts';
import { limits } from '../spec/limits.ts';
import { printable } from '../spec/printable.ts';
import { accessLine, type ToldCall, told } from './access-line.ts';
import { LineBudget } from './auth/line-budget.ts';
import type { AttemptFailure } from './routing/attempt-plan.ts';
import type { Attempt } from './upstream/attempt.ts';

const LONGEST_STACK = 4 * 1024;

/**
 * The log of the data plane, built from named fields: never from a request, a body or an error object, so that no
 * prompt and no secret gets in.
 */
export class CallLog {
  readonly #logger: Logger;
  readonly #stream: DestinationStream;
  /** Lines about callers without a valid key: anybody can cause them. */
  readonly #strangers = new LineBudget(limits.failedAuthPerSecond);
  readonly #throttled = new LineBudget(1);

  /** The access line knows no bindings, formatters or serializers, so the logger must be one without them. */
  constructor(logger: Logger) {
    this.#logger = logger;
    this.#stream = destinationOf(logger);
  }

  /** The access line: one a call, without contents. */
  call(call: ToldCall, status: number, error: GatewayError | null): void {
    if (this.#logger.isLevelEnabled('info')) this.#stream.write(accessLine(call, status, error));
  }

  attemptFailed(attempt: Attempt, failure: AttemptFailure): void {
    const fields = {
      request_id: attempt.call.id,
      attempt: attempt.number,
      target: attempt.target.name,
      provider_key: attempt.keyLabel,
      error: failure.error.code,
      detail: failure.error.detail === undefined ? undefined : told(failure.error.detail),
    };
    // Our own key refused is an alarm for the operator; anything else is the provider's day.
    if (failure.error.code === 'provider_auth') this.#logger.error(fields, 'the provider refused our key');
    else this.#logger.warn(fields, 'attempt failed');
  }

  /** A provider key gave no token. Once for each request to the token server, not for each call that waited for it. */
  keyNotExchanged(keyLabel: string, { code, detail, cause }: GatewayError): void {
    if (cause !== undefined) this.failure(keyLabel, cause);
    const fields = { provider_key: keyLabel, error: code, detail: detail === undefined ? undefined : told(detail) };
    if (code === 'provider_auth') this.#logger.error(fields, 'the token server refused our key');
    else this.#logger.warn(fields, 'the token server gave no token');
  }

  unrecorded(attempt: Attempt, cause: Error): void {
    this.#logger.error(
      { request_id: attempt.call.id, detail: told(cause.message) },
      'usage is kept in memory until the spool takes it',
    );
  }

  /** A request that ended before it was a call: no key, no body, no route. */
  refused(requestId: string, method: string, route: string, error: GatewayError): void {
    const left = this.#leftOut(error);
    if (left === null) return;
    const { status, code, param } = error;
    const more = left === 0 ? {} : { left_out: left };
    this.#logger.info({ request_id: requestId, method, route, status, error: code, param, ...more }, 'refused');
  }

  #leftOut({ code, kind }: GatewayError): number | null {
    if (code === 'too_many_failures') return this.#throttled.take(Date.now());
    return kind === 'authentication' ? this.#strangers.take(Date.now()) : 0;
  }

  failure(requestId: string, cause: unknown): void {
    const error = cause instanceof GatewayError && cause.cause instanceof Error ? cause.cause : cause;
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const lines = stack.slice(0, LONGEST_STACK).split('\n').map(printable);
    this.#logger.error({ request_id: requestId, stack: lines.join('\n') }, 'unexpected failure');
  }
}

/** Where pino writes to, so that lines of both makings stay in their order. */
const destinationOf = (logger: Logger): DestinationStream =>
  (logger as Logger & { readonly [pino.symbols.streamSym]: DestinationStream })[pino.symbols.streamSym];
