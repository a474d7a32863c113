import { createHash } from 'node:crypto';

const LONGEST = 64;

/** Ids of calls have at most 64 characters here; a longer one becomes its digest, the same in call and result. */
export const callId = (id: string): string =>
  id.length <= LONGEST ? id : `call_${createHash('sha256').update(id).digest('base64url').slice(0, 24)}`;
