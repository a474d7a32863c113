import { createHash } from 'node:crypto';

/** The API takes ids of at most so many characters, and an id comes back with the tool's result. */
const LONGEST = 64;

/** The id of a call as clients of this dialect may send it on; the same one for the same foreign id. */
export const callId = (id: string): string =>
  id.length <= LONGEST ? id : `call_${createHash('sha256').update(id).digest('base64url').slice(0, 24)}`;
