import { messagesCause } from '../../src/spec/chat/messages-failure.ts';
import type { ProviderFailure, ProviderReply } from '../../src/spec/provider.ts';
import { openaiFailure } from '../openai-failure.ts';
import { fieldsOf, textOf } from './fields.ts';

/** `{type: 'error', error: {type, message}, request_id}`, or whatever a proxy in between answers. */
export function toError(reply: ProviderReply): ProviderFailure {
  const failure = openaiFailure(reply);
  const cause = messagesCause(failure.type, failure.message) ?? failure.cause;
  return { ...failure, cause, code: failure.code ?? codeOf(reply.body.toString('utf8')) };
}

/** Newer errors name their cause more closely in `error.details.error_code`. */
function codeOf(body: string): string | null {
  try {
    return textOf(fieldsOf(fieldsOf(fieldsOf(JSON.parse(body)).error).details).error_code) || null;
  } catch {
    return null;
  }
}
