import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import { readMessagesUsage } from '../../src/spec/chat/messages-usage.ts';
import type { Fields } from './fields.ts';

/** Members that count nothing but belong to the bill. */
const told = ['service_tier', 'inference_geo', 'speed', 'iterations'] as const;

export function usagePart(wire: Fields): ChatPart {
  let kept: Record<string, unknown> | undefined;
  for (const name of told) if (wire[name] != null) kept = { ...kept, [name]: wire[name] };
  const { usage, flags } = readMessagesUsage(wire);
  return {
    type: 'usage',
    usage,
    ...(flags !== '' && { flags }),
    ...(kept !== undefined && { extra: { anthropic: kept } }),
  };
}
