import type { ProviderFailure, ProviderReply } from '../../src/spec/provider.ts';
import { openaiFailure } from '../openai-failure.ts';

/** `Please retry after 20 seconds.`, where no header says it. */
const PATIENCE = /\bretry after (\d{1,5}) seconds?\b/i;

/**
 * Reads `{error: {code, message, innererror}}`, and `{statusCode, message}` of the gateway in front of it. A code that
 * is the status once more (`"429"`) tells nothing.
 * https://learn.microsoft.com/azure/foundry/openai/concepts/content-filter
 */
export function toError(reply: ProviderReply): ProviderFailure {
  const failure = openaiFailure(reply);
  const seconds = PATIENCE.exec(failure.message ?? '')?.[1];
  return {
    ...failure,
    code: /^\d{3}$/.test(failure.code ?? '') ? null : failure.code,
    ...(reply.status === 429 && seconds !== undefined && { retryAfterSeconds: Number(seconds) }),
  };
}
