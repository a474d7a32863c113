/**
 * A proof of thought can hang at a piece of visible text. Clients of other dialects keep the proof apart from the text,
 * so its id says which characters of the message's text it belongs to, and it finds the piece again.
 */
export interface SignedText {
  readonly start: number;
  readonly end: number;
  readonly signature: string;
}

export interface TextPiece {
  readonly text: string;
  readonly signature?: string;
}

const MARK = /^text@(\d{1,10})-(\d{1,10})$/;

export const textMark = (start: number, end: number): string => `text@${start}-${end}`;

/** Null when the proof is not one of text. */
export function readTextMark(id: string | undefined, signature: string): SignedText | null {
  const match = MARK.exec(id ?? '');
  return match === null ? null : { start: Number(match[1]), end: Number(match[2]), signature };
}

/**
 * Cuts one text of a message, which begins at `offset` of the whole, at its proofs. An empty piece bears a proof that
 * came without text.
 */
export function cutText(text: string, offset: number, proofs: readonly SignedText[]): readonly TextPiece[] {
  const pieces: TextPiece[] = [];
  let at = 0;
  const inside = proofs.filter(({ start, end }) => start >= offset && start <= end && end <= offset + text.length);
  // An empty piece between two texts belongs to the first.
  const own = inside.filter(({ end }) => end > offset || offset === 0);
  for (const { start, end, signature } of own.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start - offset < at) continue;
    if (start - offset > at) pieces.push({ text: text.slice(at, start - offset) });
    pieces.push({ text: text.slice(start - offset, end - offset), signature });
    at = end - offset;
  }
  return at < text.length ? [...pieces, { text: text.slice(at) }] : pieces;
}
