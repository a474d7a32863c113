import type { ProviderFailure } from '../provider.ts';
import type { StreamError } from './chat-stream.ts';

type Cause = ProviderFailure['cause'];
type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

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

/** `{code, message, status, details}` inside a stream, or as a whole answer with status 200. */
export function readContentFailure(error: Fields): StreamError {
  const type = textOf(error.status) || null;
  const message = textOf(error.message) || null;
  const { reason } = contentDetails(error);
  const status = Number(error.code);
  const otherwise = status >= 400 && status < 500 ? 'invalid' : 'server';
  return { cause: contentCause(type, message, reason) ?? otherwise, message, type, code: reason };
}

/** What an error says of its cause; null where it says nothing. */
export function contentCause(type: string | null, message: string | null, reason: string | null): Cause | null {
  const said = `${reason ?? ''} ${message ?? ''}`;
  const rule = rules.find(({ says }) => says.test(said));
  if (rule !== undefined) return rule.cause;
  return type !== null && Object.hasOwn(statuses, type) ? statuses[type]! : null;
}

interface ContentDetails {
  readonly reason: string | null;
  readonly param: string | null;
  readonly retryAfterSeconds: number | null;
}

/** Details are told apart by the end of their type: `type.googleapis.com/google.rpc.RetryInfo`. */
export function contentDetails(error: Fields): ContentDetails {
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
