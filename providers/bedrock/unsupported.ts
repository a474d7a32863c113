import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import { unsupported } from '../anthropic/unsupported.ts';
import type { Warn } from '../anthropic/warn.ts';
import type { Body } from './wire.ts';

/** What Claude's own API has no counterpart for has none here. */
export function warnUnsupported(request: ChatRequest, warn: Warn): void {
  for (const { field, why, asked } of unsupported) if (asked(request)) warn(field, 'dropped', why);
}

/** https://docs.aws.amazon.com/bedrock/latest/userguide/service-tiers-inference.html */
const TIERS = new Set(['default', 'flex', 'priority', 'reserved']);

export function serviceTier({ serviceTier: tier }: ChatRequest, warn: Warn): Pick<Body, 'serviceTier'> {
  if (tier === undefined || tier === 'auto') return {};
  if (TIERS.has(tier)) return { serviceTier: { type: tier } };
  warn('service_tier', 'dropped', 'This provider does not have this tier.');
  return {};
}
