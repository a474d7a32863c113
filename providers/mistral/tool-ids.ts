import { createHash } from 'node:crypto';

const VALID = /^[a-zA-Z0-9]{9}$/;
const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const LENGTH = 9;

/**
 * Ids of tool calls have exactly nine letters and digits here. Another provider's id becomes one by its digest: the
 * same in the call, in its result and in every later request, so that a cached prompt stays the same too.
 */
export function toolCallId(id: string): string {
  if (VALID.test(id)) return id;
  let number = createHash('sha256').update(id).digest().readBigUInt64BE();
  let letters = '';
  for (let at = 0; at < LENGTH; at++) {
    letters += LETTERS[Number(number % 62n)];
    number /= 62n;
  }
  return letters;
}
