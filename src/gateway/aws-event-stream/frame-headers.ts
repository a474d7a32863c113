/** Headers whose value is a text, by name; those of other types say nothing that is read here. */
export type FrameHeaders = ReadonlyMap<string, string>;

/** Bytes that a value of each type takes; those of types 6 and 7 begin with their length. */
const FIXED: Readonly<Record<number, number>> = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 };
const BYTES = 6;
const TEXT = 7;

/** Null when the bytes are no list of headers: https://smithy.io/2.0/aws/amazon-eventstream.html#headers. */
export function readHeaders(bytes: Buffer): FrameHeaders | null {
  const headers = new Map<string, string>();
  const names = new Set<string>();
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + bytes[at]!;
    // The name, and the type behind it.
    if (nameEnd === at + 1 || nameEnd >= bytes.length) return null;
    const name = bytes.toString('utf8', at + 1, nameEnd);
    const type = bytes[nameEnd]!;
    const valueStart = nameEnd + (isCounted(type) ? 3 : 1);
    const valueEnd = valueStart + lengthOf(bytes, nameEnd + 1, type);
    if (!(valueEnd <= bytes.length) || names.has(name)) return null;
    names.add(name);
    if (type === TEXT) headers.set(name, bytes.toString('utf8', valueStart, valueEnd));
    at = valueEnd;
  }
  return headers;
}

const isCounted = (type: number): boolean => type === TEXT || type === BYTES;

/** NaN for an unknown type, or where the length itself is cut off: no comparison holds for it. */
function lengthOf(bytes: Buffer, at: number, type: number): number {
  if (!isCounted(type)) return FIXED[type] ?? Number.NaN;
  return at + 2 <= bytes.length ? bytes.readUInt16BE(at) : Number.NaN;
}
