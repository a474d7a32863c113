import type { Warning } from '../../../spec/warning.ts';
import type { Cleaned, ParsedRequest } from '../../ingress/ingress.ts';
import { isFields } from '../neutral/members.ts';

const MARK = Buffer.from('"provider_parts"');
const WHY = 'What tools did at a provider of another dialect means nothing to this one.';

/**
 * The messages of a call, without what clients of this dialect got from models of other ones (`provider-parts.ts`): a
 * provider of this dialect does not know the member, and may refuse it. Null where there is none, as mostly.
 */
export function withoutForeignParts({ body, scan }: Pick<ParsedRequest, 'body' | 'scan'>): Cleaned | null {
  if (!body.includes(MARK)) return null;
  const member = scan.member('messages');
  const messages: unknown = member === undefined ? null : scan.parse(member);
  if (!Array.isArray(messages)) return null;
  const warnings: Warning[] = [];
  const kept = messages.map((message: unknown, index) => {
    if (!isFields(message) || !Object.hasOwn(message, 'provider_parts')) return message;
    const { provider_parts: parts, ...rest } = message;
    const field = `messages[${index}].provider_parts`;
    // An empty list says nothing that could be lost.
    if (!Array.isArray(parts) || parts.length > 0) warnings.push({ field, action: 'dropped', why: WHY });
    return rest;
  });
  return kept.every((message, index) => message === messages[index])
    ? null
    : { messages: JSON.stringify(kept), warnings };
}
