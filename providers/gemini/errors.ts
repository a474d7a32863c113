import type { StreamError } from '../../src/spec/chat/chat-stream.ts';
import type { ProviderFailure, ProviderReply } from '../../src/spec/provider.ts';
import { openaiFailure } from '../openai-failure.ts';
import { type Fields, fieldsOf, isFields, listOf, textOf } from './fields.ts';

type Cause = ProviderFailure['cause'];

/** https://cloud.google.com/apis/design/errors. A word that is not here lets the status decide. */
const statuses: Readonly<Record<string, Cause>> = {
  UNAUTHENTICATED: 'auth',
  PERMISSION_DENIED: 'auth',
  RESOURCE_EXHAUSTED: 'rate_limit',
  UNAVAILABLE: 'overloaded',
  DEADLINE_EXCEEDED: 'timeout',
  INTERNAL: 'server',
  UNKNOWN: 'server',
  NOT_FOUND: 'invalid',
};

/** What the reason or the message says more closely; the first rule that fits. */
const rules: readonly { readonly says: RegExp; readonly cause: Cause }[] = [
  { says: /exceeds the maximum number of tokens|input token count[^.]{0,60}exceeds/i, cause: 'context' },
  {
    says: /\bBILLING_|billing account|credits? (is|are|was|were|have been) (depleted|exhausted)|spend(ing)? cap/i,
    cause: 'quota',
  },
  { says: /\b(API_KEY|ACCESS_TOKEN|CREDENTIALS|CONSUMER|ACCOUNT_STATE|SERVICE_DISABLED)/, cause: 'auth' },
  { says: /API key (not valid|not found|expired|was reported)|user location is not supported/i, cause: 'auth' },
];

/** `{error: {code, message, status, details}}`, the same in a list, or whatever a proxy in between answers. */
export function toError(reply: ProviderReply): ProviderFailure {
  const failure = openaiFailure(reply);
  const error = errorOf(reply.body.toString('utf8'));
  const { reason, param, retryAfterSeconds } = detailsOf(error);
  return {
    ...failure,
    cause: causeOf(failure.type, failure.message, reason) ?? failure.cause,
    code: reason ?? failure.code,
    param: failure.param ?? param,
    ...(retryAfterSeconds !== null && { retryAfterSeconds }),
  };
}

/** The same object inside a stream, or as a whole answer with status 200. */
export function streamError(error: Fields): StreamError {
  const type = textOf(error.status) || null;
  const message = textOf(error.message) || null;
  const { reason } = detailsOf(error);
  const status = Number(error.code);
  const otherwise = status >= 400 && status < 500 ? 'invalid' : 'server';
  return { cause: causeOf(type, message, reason) ?? otherwise, message, type, code: reason };
}

function causeOf(type: string | null, message: string | null, reason: string | null): Cause | null {
  const said = `${reason ?? ''} ${message ?? ''}`;
  const rule = rules.find(({ says }) => says.test(said));
  if (rule !== undefined) return rule.cause;
  return type !== null && Object.hasOwn(statuses, type) ? statuses[type]! : null;
}

function errorOf(body: string): Fields {
  try {
    const parsed: unknown = JSON.parse(body);
    return fieldsOf(fieldsOf(Array.isArray(parsed) ? parsed[0] : parsed).error);
  } catch {
    return {};
  }
}

interface Details {
  readonly reason: string | null;
  readonly param: string | null;
  readonly retryAfterSeconds: number | null;
}

/** Details are told apart by the end of their type: `type.googleapis.com/google.rpc.RetryInfo`. */
function detailsOf(error: Fields): Details {
  const details = listOf(error.details).filter(isFields);
  const of = (type: string): Fields => details.find(detail => textOf(detail['@type']).endsWith(`.${type}`)) ?? {};
  const [violation] = listOf(of('BadRequest').fieldViolations);
  const delay = /^(\d{1,6}(?:\.\d+)?)s$/.exec(textOf(of('RetryInfo').retryDelay));
  return {
    reason: textOf(of('ErrorInfo').reason) || null,
    param: textOf(fieldsOf(violation).field) || null,
    retryAfterSeconds: delay === null ? null : Math.ceil(Number(delay[1])),
  };
}
