import type { ProviderFailure, ProviderReply } from '../../src/spec/provider.ts';
import { type Fields, isFields } from '../openai-chat/options.ts';
import { openaiFailure } from '../openai-failure.ts';

/**
 * Reads `{object: 'error', message, type, param, code, raw_status_code}`, where `message` of a 422 holds FastAPI's
 * `{detail: [{loc, msg, type}]}`; the same `detail` alone; and the `{message, request_id}` of the proxy in front.
 */
export function toError(reply: ProviderReply): ProviderFailure {
  const body = parsed(reply.body);
  if (body === null) return openaiFailure(reply);
  const { message, raw_status_code: told, ...rest } = body;
  const inner = isFields(message) ? message : { message };
  const inside = reply.status < 400 && Number(told) >= 400 && Number(told) <= 599;
  return openaiFailure({
    ...reply,
    status: inside ? Number(told) : reply.status,
    body: Buffer.from(JSON.stringify({ ...rest, ...inner })),
  });
}

function parsed(body: Buffer): Fields | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isFields(value) ? value : null;
  } catch {
    return null; // a page of something in between
  }
}
