import type { ProviderFailure, ProviderReply } from '../../src/spec/provider.ts';
import { toError as anthropicError } from '../anthropic/errors.ts';
import { toError as geminiError } from '../gemini/errors.ts';
import { fieldsOf } from '../gemini/fields.ts';

/** Google's own errors, also for Claude's paths; what Claude itself finds wrong comes in Anthropic's form. */
export const toError = (reply: ProviderReply): ProviderFailure =>
  isAnthropic(reply.body.toString('utf8')) ? anthropicError(reply) : geminiError(reply);

function isAnthropic(body: string): boolean {
  try {
    return fieldsOf(JSON.parse(body)).type === 'error';
  } catch {
    return false;
  }
}
