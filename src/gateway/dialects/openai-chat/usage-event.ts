import { findUsage, type ReadUsage, readUsage } from '../../../spec/chat/openai-usage.ts';
import { type BodyScan, scanReply } from '../../body/scan-body.ts';
import { memberValue, rewriteBody } from '../../body/splice.ts';

/** What a stream event with usage says. */
export interface UsageEvent extends ReadUsage {
  /** It carries usage and nothing of the answer. */
  readonly only: boolean;
}

/** Reads an event's data, complete JSON, that seem to hold usage; null when they do not. Throws SyntaxError. */
export function readUsageEvent(data: Buffer): UsageEvent | null {
  const parsed: unknown = JSON.parse(data.toString());
  const found = findUsage(parsed);
  if (found === null) return null;
  const choices = typeof parsed === 'object' && parsed !== null && 'choices' in parsed ? parsed.choices : null;
  return { ...readUsage(found), only: !Array.isArray(choices) || choices.length === 0 };
}

/**
 * The event's data with our cost in its usage: a number, or null when the price is unknown. A cost that the provider
 * put there gives way, since another one is billed. Data without usage at the top stay as they are.
 */
export function withCost(data: Buffer, cost: string | null): Buffer {
  const scan = scanReply(data);
  const member = scan.member('usage');
  if (member === undefined || scan.type(member) !== 'object') return data;
  const usage = memberValue(data, member);
  const priced = rewriteBody(usage, scanReply(usage), [{ name: 'cost', value: cost ?? 'null' }]);
  return rewriteBody(data, scan, [{ name: 'usage', value: priced }]);
}

const CHUNK = '"chat.completion.chunk"';

/** The event's data as a chunk: some providers call the last one something else, which strict clients do not know. */
export function asChunk(data: Buffer, scan: BodyScan): Buffer {
  const member = scan.member('object');
  if (member === undefined || memberValue(data, member).equals(Buffer.from(CHUNK))) return data;
  return rewriteBody(data, scan, [{ name: 'object', value: CHUNK }]);
}
