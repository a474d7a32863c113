import { limits } from '../../spec/limits.ts';
import { rewriteBody } from '../body/splice.ts';
import { wrongValue } from '../dialects/request-members.ts';
import type { ParsedRequest } from '../ingress/ingress.ts';
import type { StoredContent } from './stored-content.ts';

/**
 * The body of a call that goes on from a kept response: the items of the conversation before it, what was answered, and
 * then its own input, without `previous_response_id`. Throws `invalid_value` when it is more than can be kept.
 */
export function continueStored({ body, scan }: ParsedRequest, { input, response }: StoredContent): Buffer {
  const before = [...input, ...response.output].map(item => JSON.stringify(item));
  const member = scan.member('input');
  const own = member === undefined ? null : body.subarray(member.valueStart, member.valueEnd).toString('utf8');
  const items = [...before, ...(own === null ? [] : ownItems(own))].join(',');
  const whole = rewriteBody(body, scan, [
    { name: 'input', value: `[${items}]` },
    { name: 'previous_response_id', value: null },
  ]);
  if (whole.length <= limits.bodyBytes) return whole;
  throw wrongValue(
    'previous_response_id',
    `the conversation has grown to ${whole.length} bytes, more than a call may have`,
  );
}

/** As JSON, a text as the message that it means. */
function ownItems(json: string): readonly string[] {
  if (json.startsWith('"')) {
    return [`{"type":"message","role":"user","content":[{"type":"input_text","text":${json}}]}`];
  }
  const inner = json.slice(1, -1).trim();
  return inner === '' ? [] : [inner];
}
