import type { BodyScan, Member } from './scan-body.ts';

/** What becomes of one top-level member: a new value as JSON, or null to remove it. One that is not there is added. */
export interface Change {
  readonly name: string;
  readonly value: string | Buffer | null;
}

/** A stretch of the old body, or something new. */
type Piece = { readonly from: number; to: number } | string | Buffer;

/** Below this size a copy costs less than a write of several buffers. */
const COPIED_BYTES = 16 * 1024;

/**
 * The body with some top-level members replaced, added or removed; every other byte stays as it was. Costs one
 * allocation. Answers the body itself when nothing changes.
 */
export function rewriteBody(body: Buffer, scan: BodyScan, changes: readonly Change[]): Buffer {
  const all = changedPieces(body, scan, changes);
  return all === null ? body : join(body, all);
}

/**
 * The same without a copy of what stays: a large body comes as slices of the old one with what is new between them, to
 * be written behind one another.
 */
export function spliceBody(body: Buffer, scan: BodyScan, changes: readonly Change[]): Buffer | readonly Buffer[] {
  const all = changedPieces(body, scan, changes);
  if (all === null) return body;
  return body.length < COPIED_BYTES ? join(body, all) : all.map(piece => asBuffer(body, piece));
}

/** Null when nothing changes. */
function changedPieces(body: Buffer, scan: BodyScan, changes: readonly Change[]): readonly Piece[] | null {
  const only = changes[0];
  if (only === undefined) return null;
  const member = scan.member(only.name);
  // The usual case: another name of the model.
  if (changes.length === 1 && member !== undefined && only.value !== null) {
    return [{ from: 0, to: member.valueStart }, only.value, { from: member.valueEnd, to: body.length }];
  }
  const effective = changes.filter(change => change.value !== null || scan.member(change.name));
  if (effective.length === 0) return null;
  return pieces(body, scan, new Map(effective.map(change => [change.name, change.value])));
}

function pieces(body: Buffer, scan: BodyScan, changes: Map<string, string | Buffer | null>): Piece[] {
  const out: Piece[] = [];
  const members = scan.members;
  const keep = (from: number, to: number) => {
    const last = out.at(-1);
    if (typeof last === 'object' && 'to' in last && last.to === from) last.to = to;
    else out.push({ from, to });
  };

  // The first member kept takes the white space before the first member, so that no comma is left over.
  const first = members[0]?.nameStart ?? scan.closeAt;
  keep(0, first);
  let kept = 0;
  members.forEach((member, index) => {
    const value = changes.get(member.name);
    if (value === null) return;
    if (kept++ > 0) keep(members[index - 1]!.valueEnd, member.nameStart);
    keep(member.nameStart, value === undefined ? member.valueEnd : member.valueStart);
    if (value !== undefined) out.push(value);
    changes.delete(member.name);
  });
  for (const [name, value] of changes) {
    if (value === null) continue;
    out.push(`${kept++ > 0 ? ',' : ''}${JSON.stringify(name)}:`, value);
  }
  keep(members.at(-1)?.valueEnd ?? first, body.length);
  return out;
}

const isStretch = (piece: Exclude<Piece, string>): piece is { readonly from: number; to: number } => 'to' in piece;

function lengthOf(piece: Piece): number {
  if (typeof piece === 'string') return Buffer.byteLength(piece);
  return isStretch(piece) ? piece.to - piece.from : piece.length;
}

function asBuffer(body: Buffer, piece: Piece): Buffer {
  if (typeof piece === 'string') return Buffer.from(piece);
  return isStretch(piece) ? body.subarray(piece.from, piece.to) : piece;
}

function join(body: Buffer, all: readonly Piece[]): Buffer {
  let length = 0;
  for (const piece of all) length += lengthOf(piece);
  const out = Buffer.allocUnsafe(length);
  let at = 0;
  for (const piece of all) {
    if (typeof piece === 'string') at += out.write(piece, at);
    else {
      const bytes = isStretch(piece) ? body.subarray(piece.from, piece.to) : piece;
      out.set(bytes, at);
      at += bytes.length;
    }
  }
  return out;
}

/** The bytes of a member's value, to be read or put under another name. */
export const memberValue = (body: Buffer, member: Member): Buffer => body.subarray(member.valueStart, member.valueEnd);
