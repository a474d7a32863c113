export const LF = 0x0a;
export const CR = 0x0d;

/** A line end right after the end of a line: a blank line. LF after CR is the second half of one line end. */
const isBlank = (previous: number, code: number): boolean =>
  (code === LF && previous === LF) || (code === CR && (previous === LF || previous === CR));

/**
 * Where the last complete event of a stretch of stream ends: after its blank line; -1 when none does. `before` is the
 * byte that came before the stretch, -1 at the start of the stream. A CR at the very end of the stretch does not count,
 * since its LF may follow (`endsOpen`).
 */
export function lastEventEnd(bytes: Buffer, before: number): number {
  const { length } = bytes;
  // Mostly one read brings whole events.
  if (length > 0 && bytes[length - 1] === LF && (length > 1 ? bytes[length - 2] : before) === LF) return length;
  let lf = bytes.lastIndexOf(LF);
  let cr = bytes.lastIndexOf(CR);
  while (lf >= 0 || cr >= 0) {
    const at = Math.max(lf, cr);
    if (isBlank(at > 0 ? bytes[at - 1]! : before, bytes[at]!)) {
      if (bytes[at] === LF) return at + 1;
      if (at + 1 < bytes.length) return bytes[at + 1] === LF ? at + 2 : at + 1;
    }
    if (at === 0) break;
    if (at === lf) lf = bytes.lastIndexOf(LF, at - 1);
    else cr = bytes.lastIndexOf(CR, at - 1);
  }
  return -1;
}

/** Whether the stretch ends with the CR of a blank line, of which it is not known whether LF belongs to it. */
export function endsOpen(bytes: Buffer, before: number): boolean {
  const last = bytes.length - 1;
  return bytes[last] === CR && isBlank(last > 0 ? bytes[last - 1]! : before, CR);
}
