import type { Warning } from '../../../spec/warning.ts';
import type { Cleaned, ParsedRequest } from '../../ingress/ingress.ts';
import { isFields } from '../neutral/members.ts';
import { isForeignProof, mayHoldForeignProof } from './neutral/proofs.ts';

const WHY = 'It is the thought of another model, which this one cannot verify.';

/**
 * The messages of a call, without thoughts of models of other dialects, which a provider of this one refuses
 * since it cannot verify them; null where there are none, as mostly.
 */
export function withoutForeignThoughts({ body, scan }: Pick<ParsedRequest, 'body' | 'scan'>): Cleaned | null {
  if (!mayHoldForeignProof(body)) return null;
  const member = scan.member('messages');
  const messages: unknown = member === undefined ? null : scan.parse(member);
  if (!Array.isArray(messages)) return null;
  const warnings: Warning[] = [];
  const kept = messages.flatMap((message: unknown, index) => {
    if (!isFields(message) || !Array.isArray(message.content)) return [message];
    const content = message.content.filter((block: unknown, at) => {
      const foreign = isForeignThought(block);
      if (foreign) warnings.push({ field: `messages[${index}].content[${at}]`, action: 'dropped', why: WHY });
      return !foreign;
    });
    if (content.length === message.content.length) return [message];
    return content.length === 0 ? [] : [{ ...message, content }];
  });
  return warnings.length === 0 ? null : { messages: JSON.stringify(kept), warnings };
}

function isForeignThought(block: unknown): boolean {
  if (!isFields(block)) return false;
  if (block.type === 'thinking') return isForeignProof(block.signature);
  return block.type === 'redacted_thinking' && isForeignProof(block.data);
}
