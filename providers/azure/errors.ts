import type { ProviderFailure, ProviderReply } from '../../src/spec/provider.ts';
import { type Fields, isFields } from '../openai-chat/options.ts';
import { openaiFailure } from '../openai-failure.ts';

/** `Please retry after 20 seconds.`, where no header says it. */
const PATIENCE = /\bretry after (\d{1,5}) seconds?\b/i;
const WORD = /^[A-Za-z_]{1,64}$/;

/**
 * Reads `{error: {code, message, innererror}}`, and `{statusCode, message}` of the gateway in front of it. A code that
 * is the status once more (`"429"`) tells nothing. What a content filter found is in `innererror`.
 * https://learn.microsoft.com/azure/foundry/openai/concepts/content-filter
 */
export function toError(reply: ProviderReply): ProviderFailure {
  const failure = openaiFailure(reply);
  const seconds = PATIENCE.exec(failure.message ?? '')?.[1];
  const inner = innerOf(reply.body);
  return {
    ...failure,
    code: /^\d{3}$/.test(failure.code ?? '') ? null : failure.code,
    ...(inner !== null && { inner }),
    ...(reply.status === 429 && seconds !== undefined && { retryAfterSeconds: Number(seconds) }),
  };
}

function innerOf(body: Buffer): Fields | null {
  const error = fieldsOf(fieldsOf(parsed(body)).error);
  if (!isFields(error.innererror)) return null;
  const { code, content_filter_result: found } = error.innererror;
  const categories = Object.entries(fieldsOf(found)).filter(([name]) => WORD.test(name));
  return {
    ...(isWord(code) && { code }),
    ...(isFields(found) && {
      content_filter_result: Object.fromEntries(categories.map(([name, value]) => [name, flagsOf(value)])),
    }),
  };
}

/** `filtered`, `detected`, `severity` and their like: no text that somebody wrote. */
const flagsOf = (value: unknown): Fields =>
  Object.fromEntries(Object.entries(fieldsOf(value)).filter(([, flag]) => typeof flag === 'boolean' || isWord(flag)));

const isWord = (value: unknown): value is string => typeof value === 'string' && WORD.test(value);

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null; // a page of something in between
  }
}
