import type { ProviderFailure } from '../src/spec/provider.ts';

type Cause = ProviderFailure['cause'];

/** How much of a body is searched for tell-tale words: enough for any error, bounded for any page. */
const SEARCHED = 4_096;

/**
 * Words by which providers of OpenAI's dialect tell apart what the status alone does not. Codes and types are compared
 * with the same patterns as messages, so `context_length_exceeded` and "maximum context length" are one rule.
 */
const words = {
  key: /(incorrect|invalid|missing|no|expired)[ _](api|auth\w*)[ _-]?(key|token|header)|api[ _-]?key (is )?(not valid|invalid)|API_KEY_INVALID/i,
  quota:
    /insufficient[ _](quota|balance|credit|fund)|billing_(hard_limit|not_active)|exceeded_current_quota|out of credits|credit balance|hard limit.{0,20}reached|余额不足/i,
  context:
    /context_(length|window)_exceeded|exceed_context_size|(maximum|model'?s?|exceed\w*)[^.]{0,40}context (length|window|size)|context (length|window|size)[^.]{0,40}exceed|(prompt|input|request) (is |was )?too (long|large)|too many (input |prompt )?tokens|reduce the length of the (messages|prompt|input)|input[^.]{0,40}tokens? exceed|token count[^.]{0,60}exceeds/i,
  content:
    /content_(filter|policy|moderat)|content (filter|policy|management policy|exists risk)|responsible_?ai|moderation|data_inspection_failed|safety (system|guidelines)|usage guidelines|was flagged|inappropriate content/i,
  rate: /rate[ _-]?limit|too many requests|RESOURCE_EXHAUSTED/i,
  overloaded: /overloaded|capacity[ _]exceeded|no (available )?(capacity|instances)|server is busy/i,
} as const;

/** Why the provider did not do what was asked. `status` 400 to 599; `body` is the whole text, for words outside the message. */
export function failureCause(status: number, fields: Omit<ProviderFailure, 'cause'>, body: string): Cause {
  const text = `${fields.code} ${fields.type} ${fields.message ?? ''}`.slice(0, SEARCHED);
  if (status >= 500) return serverCause(status, text);
  if (status === 401) return 'auth';
  if (status === 402) return 'quota';
  if (status === 403) return forbiddenCause(text);
  if (status === 408) return 'timeout';
  if (status === 429) return words.quota.test(text) ? 'quota' : 'rate_limit';
  if (status === 498) return 'overloaded'; // Groq's flex tier without capacity
  return requestCause(text, body.slice(0, SEARCHED));
}

function serverCause(status: number, text: string): Cause {
  if (status === 503 || status === 529 || words.overloaded.test(text)) return 'overloaded';
  return status === 504 || status === 524 ? 'timeout' : 'server';
}

/** A 403 speaks about our account or key, unless it names the content. */
const forbiddenCause = (text: string): Cause => {
  if (words.content.test(text)) return 'content';
  return words.quota.test(text) ? 'quota' : 'auth';
};

/** The other 4xx. Some providers answer 400 to a wrong key, and 413 to a request above the tokens per minute. */
function requestCause(text: string, body: string): Cause {
  if (words.key.test(text) || /API_KEY_INVALID/.test(body)) return 'auth';
  if (words.quota.test(text)) return 'quota';
  if (words.rate.test(text)) return 'rate_limit';
  if (words.context.test(text)) return 'context';
  // Aggregators put the maker's own words beside a general message: `error.metadata.raw`.
  if (words.content.test(text) || /"raw":.{0,500}content_(filter|policy)/s.test(body)) return 'content';
  return /"raw":.{0,500}context_length_exceeded/s.test(body) ? 'context' : 'invalid';
}
