import type { ProviderFailure } from '../provider.ts';
import type { FinishReason, StreamError } from './chat-stream.ts';

type Cause = ProviderFailure['cause'];
type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** https://developers.openai.com/api/docs/api-reference/responses/object; images that cannot be read are `invalid`. */
const codes: Readonly<Record<string, Cause>> = {
  server_error: 'server',
  internal_error: 'server',
  rate_limit_exceeded: 'rate_limit',
  insufficient_quota: 'quota',
  context_length_exceeded: 'context',
  invalid_prompt: 'invalid',
  bio_policy: 'content',
  cyber_policy: 'content',
  misalignment_policy_violation: 'content',
  image_content_policy_violation: 'content',
  content_filter: 'content',
  content_policy_violation: 'content',
  vector_store_timeout: 'timeout',
  server_is_overloaded: 'overloaded',
  slow_down: 'overloaded',
  invalid_api_key: 'auth',
};

/** What a code alone does not tell; the first rule that fits. */
const messages: readonly { readonly says: RegExp; readonly cause: Cause }[] = [
  { says: /context (window|length)|maximum context/i, cause: 'context' },
  { says: /usage polic|was flagged|safety (system|reasons)|content (policy|management|filter)/i, cause: 'content' },
  { says: /exceeded your current quota/i, cause: 'quota' },
  { says: /overloaded/i, cause: 'overloaded' },
];

function causeOf(type: string | null, code: string | null, message: string | null): Cause {
  const named = code ?? type ?? '';
  const known = Object.hasOwn(codes, named) ? codes[named]! : null;
  if (known !== null && known !== 'invalid' && known !== 'server') return known;
  const said = messages.find(({ says }) => says.test(message ?? ''))?.cause;
  if (said !== undefined) return said;
  return known ?? (/^invalid_|image|unsupported|failed_to_download/.test(`${named} ${type}`) ? 'invalid' : 'server');
}

/**
 * The error of an answer that began as a success. `value` is one of: the event `error`, with the members of the error
 * beside its type or in `error`; the event `response.failed`; a whole response of status `failed`. Never throws.
 */
export function readResponsesFailure(value: Fields): StreamError {
  const response = isFields(value.response) ? value.response : value;
  const error = isFields(response.error) ? response.error : value;
  const [message, code] = [textOf(error.message), textOf(error.code)];
  const type = error === value ? null : textOf(error.type);
  return { cause: causeOf(type, code, message), message, type, code };
}

const incomplete: Readonly<Record<string, FinishReason>> = {
  max_output_tokens: 'length',
  max_tokens: 'length',
  content_filter: 'content-filter',
};

export interface ResponsesEnding {
  readonly reason: FinishReason;
  readonly raw?: string;
}

/**
 * How a response has ended. `response` has `status` and `incomplete_details`. One with calls has ended for them; a
 * refusal is complete, since its text says it. `raw` is set where the server's word says something else.
 */
export function readResponsesEnding(response: Fields, hasCalls: boolean): ResponsesEnding {
  const details = isFields(response.incomplete_details) ? response.incomplete_details : {};
  const why = textOf(details.reason);
  if (response.status === 'incomplete') {
    const reason = why !== null && Object.hasOwn(incomplete, why) ? incomplete[why]! : 'other';
    return reason === 'other' ? { reason, raw: why ?? 'incomplete' } : { reason };
  }
  if (response.status === 'cancelled') return { reason: 'other', raw: 'cancelled' };
  return { reason: hasCalls ? 'tool-calls' : 'stop' };
}

export interface ResponsesStatus {
  readonly status: 'completed' | 'incomplete';
  readonly incomplete_details: { readonly reason: 'max_output_tokens' | 'content_filter' } | null;
}

export function responsesStatus(reason: FinishReason): ResponsesStatus {
  if (reason === 'length') return { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
  if (reason === 'content-filter') return { status: 'incomplete', incomplete_details: { reason: 'content_filter' } };
  return { status: 'completed', incomplete_details: null };
}
