import type { ChatPart } from '../../src/spec/chat/chat-stream.ts';
import { readContentUsage } from '../../src/spec/chat/content-usage.ts';
import type { Fields } from './fields.ts';

/** `searches`: how often the model has asked the web. */
export function usagePart(wire: Fields | null, searches: number): ChatPart {
  if (wire === null) return { type: 'usage', usage: null };
  const { serviceTier, trafficType } = wire;
  const told = Object.entries({ serviceTier, trafficType }).filter(([, value]) => value != null);
  const { usage, flags } = readContentUsage(wire, searches);
  return {
    type: 'usage',
    usage,
    ...(flags !== '' && { flags }),
    ...(told.length > 0 && { extra: { gemini: Object.fromEntries(told) } }),
  };
}
