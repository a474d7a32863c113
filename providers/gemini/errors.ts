import { contentCause, contentDetails } from '../../src/spec/chat/content-failure.ts';
import type { ProviderFailure, ProviderReply } from '../../src/spec/provider.ts';
import { openaiFailure } from '../openai-failure.ts';
import { type Fields, fieldsOf } from './fields.ts';

/** `{error: {code, message, status, details}}`, the same in a list, or whatever a proxy in between answers. */
export function toError(reply: ProviderReply): ProviderFailure {
  const failure = openaiFailure(reply);
  const error = errorOf(reply.body.toString('utf8'));
  const { reason, param, retryAfterSeconds } = contentDetails(error);
  return {
    ...failure,
    cause: contentCause(failure.type, failure.message, reason) ?? failure.cause,
    code: reason ?? failure.code,
    param: failure.param ?? param,
    ...(retryAfterSeconds !== null && { retryAfterSeconds }),
  };
}

function errorOf(body: string): Fields {
  try {
    const parsed: unknown = JSON.parse(body);
    return fieldsOf(fieldsOf(Array.isArray(parsed) ? parsed[0] : parsed).error);
  } catch {
    return {};
  }
}
