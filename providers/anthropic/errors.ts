import type { StreamError } from '../../src/spec/chat/chat-stream.ts';
import type { ProviderFailure, ProviderReply } from '../../src/spec/provider.ts';
import { openaiFailure } from '../openai-failure.ts';
import { type Fields, fieldsOf, textOf } from './fields.ts';

type Cause = ProviderFailure['cause'];

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

/** `{type: 'error', error: {type, message}, request_id}`, or whatever a proxy in between answers. */
export function toError(reply: ProviderReply): ProviderFailure {
  const failure = openaiFailure(reply);
  const cause = causeOf(failure.type, failure.message) ?? failure.cause;
  return { ...failure, cause, code: failure.code ?? codeOf(reply.body.toString('utf8')) };
}

/** The same object as an event of a stream, or as a whole answer with status 200. */
export function streamError(event: Fields): StreamError {
  const { type, message, details } = fieldsOf(event.error);
  const [kind, text] = [textOf(type) || null, textOf(message) || null];
  const code = textOf(fieldsOf(details).error_code) || null;
  return {
    cause: causeOf(kind, text) ?? (kind === 'invalid_request_error' ? 'invalid' : 'server'),
    message: text,
    type: kind,
    code,
  };
}

function causeOf(type: string | null, message: string | null): Cause | null {
  if (type === 'invalid_request_error') return messages.find(({ says }) => says.test(message ?? ''))?.cause ?? null;
  return type !== null && Object.hasOwn(types, type) ? types[type]! : null;
}

/** Newer errors name their cause more closely in `error.details.error_code`. */
function codeOf(body: string): string | null {
  try {
    return textOf(fieldsOf(fieldsOf(fieldsOf(JSON.parse(body)).error).details).error_code) || null;
  } catch {
    return null;
  }
}
