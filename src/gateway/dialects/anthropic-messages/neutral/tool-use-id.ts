import { createHash } from 'node:crypto';

const PREFIX = 'toolu_';
/** Other dialects take ids of at most 40 characters, and an id comes back with the tool's result. */
const LONGEST = 40 - PREFIX.length;
const PLAIN = /^[A-Za-z0-9_-]+$/;

/** The id of a call as clients of this dialect know them; the same one for the same foreign id. */
export function toolUseId(id: string): string {
  if (id.startsWith(PREFIX) && PLAIN.test(id)) return id;
  if (id.length <= LONGEST && PLAIN.test(id)) return PREFIX + id;
  return PREFIX + createHash('sha256').update(id).digest('base64url').slice(0, 24);
}
