import type { Warning } from '../../../spec/warning.ts';
import type { Cleaned, ParsedRequest } from '../../ingress/ingress.ts';
import { isFields } from '../neutral/members.ts';
import { isForeignProof, mayHoldForeignProof } from '../neutral/proofs.ts';

const WHY = 'It is the thought of another model, which this one cannot verify.';

/**
 * The items of a call, without thoughts of models of other dialects, which a provider of this one refuses since it cannot
 * verify them; null where there are none, as mostly.
 */
export function withoutForeignThoughts({ body, scan }: Pick<ParsedRequest, 'body' | 'scan'>): Cleaned | null {
  if (!mayHoldForeignProof(body)) return null;
  const member = scan.member('input');
  const items: unknown = member === undefined ? null : scan.parse(member);
  if (!Array.isArray(items)) return null;
  const warnings: Warning[] = [];
  const kept = items.filter((item: unknown, index) => {
    const foreign = isFields(item) && item.type === 'reasoning' && isForeignProof(item.encrypted_content);
    if (foreign) warnings.push({ field: `input[${index}]`, action: 'dropped', why: WHY });
    return !foreign;
  });
  return warnings.length === 0 ? null : { messages: JSON.stringify(kept), warnings };
}
