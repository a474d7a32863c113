export const LF = 0x0a;
export const CR = 0x0d;

/**
 * Where the last complete event of a stretch of stream ends: after its blank line. 0 when there is none. `before` is
 * the byte that came before the stretch, -1 at the start of the stream.
 *
 * A line ends with LF, CR or CRLF, so a blank line shows in two bytes alone: a line end (LF or CR) after LF, or CR after
 * CR. LF after CR is the second half of one line end. A CR that ends the stretch may still be followed by its LF, which
 * then stands at the start of the next one and means nothing there.
 */
export function lastEventEnd(bytes: Buffer, before: number): number {
  let lf = bytes.lastIndexOf(LF);
  let cr = bytes.lastIndexOf(CR);
  while (lf >= 0 || cr >= 0) {
    const at = Math.max(lf, cr);
    const previous = at > 0 ? bytes[at - 1]! : before;
    if (previous === LF || (previous === CR && bytes[at] === CR)) {
      return bytes[at] === CR && bytes[at + 1] === LF ? at + 2 : at + 1;
    }
    if (at === 0) break;
    if (at === lf) lf = bytes.lastIndexOf(LF, at - 1);
    else cr = bytes.lastIndexOf(CR, at - 1);
  }
  return 0;
}
