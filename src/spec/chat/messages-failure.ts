import type { ProviderFailure } from '../provider.ts';
import type { StreamError } from './chat-stream.ts';

type Cause = ProviderFailure['cause'];
type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** https://platform.claude.com/docs/en/api/errors. A type that is not here lets the status decide. */
const types: Readonly<Record<string, Cause>> = {
  authentication_error: 'auth',
  permission_error: 'auth',
  billing_error: 'quota',
  not_found_error: 'invalid',
  conflict_error: 'invalid',
  request_too_large: 'invalid',
  rate_limit_error: 'rate_limit',
  timeout_error: 'timeout',
  overloaded_error: 'overloaded',
  api_error: 'server',
};

/** What an `invalid_request_error` says in its message alone; the first rule that fits. */
const messages: readonly { readonly says: RegExp; readonly cause: Cause }[] = [
  { says: /prompt is too long|exceeds? (the )?context (limit|window)|context window exceeded/i, cause: 'context' },
  { says: /credit balance|usage limits?\b|spend limit/i, cause: 'quota' },
  { says: /content filtering policy|blocked by content/i, cause: 'content' },
];

/** What an error of the Messages dialect says of its cause; null where it says nothing. */
export function messagesCause(type: string | null, message: string | null): Cause | null {
  if (type === 'invalid_request_error') return messages.find(({ says }) => says.test(message ?? ''))?.cause ?? null;
  return type !== null && Object.hasOwn(types, type) ? types[type]! : null;
}

/** `{type: 'error', error: {type, message}}`, as an event of a stream or as a whole answer with status 200. */
export function readMessagesFailure(event: Fields): StreamError {
  const { type, message, details } = fieldsOf(event.error);
  const [kind, text] = [textOf(type) || null, textOf(message) || null];
  const code = textOf(fieldsOf(details).error_code) || null;
  return {
    cause: messagesCause(kind, text) ?? (kind === 'invalid_request_error' ? 'invalid' : 'server'),
    message: text,
    type: kind,
    code,
  };
}
