import { timingSafeEqual } from 'node:crypto';
import { GatewayError } from '../../spec/gateway-error.ts';
import type { DigestKey } from '../../spec/key-digest.ts';

const ID_BYTES = 16;
const SUM_BYTES = 16;

/** What a client gets in place of the last event's id, so that it cannot be made up; every node can read it. */
export function sealCursor(id: string, digest: DigestKey): string {
  return Buffer.concat([Buffer.from(id.replaceAll('-', ''), 'hex'), sumOf(id, digest)]).toString('base64url');
}

/** The id in a cursor. Throws `invalid_value` unless `sealCursor` made it. */
export function openCursor(cursor: string, digest: DigestKey): string {
  const bytes = Buffer.from(cursor, 'base64url');
  // Decoding forgives much; only the one true spelling is accepted.
  if (bytes.length === ID_BYTES + SUM_BYTES && bytes.toString('base64url') === cursor) {
    const id = bytes.toString('hex', 0, ID_BYTES).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    if (timingSafeEqual(bytes.subarray(ID_BYTES), sumOf(id, digest))) return id;
  }
  throw new GatewayError('invalid_value', { message: '"cursor": this cursor is not one of ours.', param: 'cursor' });
}

/** The line break keeps this apart from what the digest key is there for: no virtual key holds one. */
const sumOf = (id: string, digest: DigestKey): Buffer =>
  Buffer.from(digest(`usage cursor\n${id}`), 'base64url').subarray(0, SUM_BYTES);
