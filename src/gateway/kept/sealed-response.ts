import { type BodyScan, scanReply } from '../body/scan-body.ts';
import { type Change, rewriteBody } from '../body/splice.ts';

/** What the client sees in the place of a provider's id. */
export type SealId = (id: string) => string;

/** Members of a response that name a response. */
const ids = ['id', 'previous_response_id'] as const;

/** A response as a provider sent it, with the ids in it sealed; every other byte stays. */
export function sealResponse(body: Buffer, seal: SealId): Buffer {
  const scan = scanReply(body);
  return rewriteBody(body, scan, sealedMembers(scan, ids, seal));
}

/** The data of one event of its stream. */
export function sealEvent(data: Buffer, seal: SealId): Buffer {
  const scan = scanReply(data);
  const changes = sealedMembers(scan, ['response_id'], seal);
  const response = scan.member('response');
  if (response !== undefined && scan.type(response) === 'object') {
    const inner = sealResponse(data.subarray(response.valueStart, response.valueEnd), seal);
    changes.push({ name: 'response', value: inner });
  }
  return rewriteBody(data, scan, changes);
}

function sealedMembers(scan: BodyScan, names: readonly string[], seal: SealId): Change[] {
  const changes: Change[] = [];
  for (const name of names) {
    const member = scan.member(name);
    if (member === undefined || scan.type(member) !== 'string') continue;
    changes.push({ name, value: JSON.stringify(seal(String(scan.parse(member)))) });
  }
  return changes;
}
