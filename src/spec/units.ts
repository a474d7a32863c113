const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;
const SIZE = /^(\d+)(B|KiB|MiB|GiB)?$/;
const MILLIS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const BYTES: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** `500ms`, `1.5s`, `5m`, `1h` in whole millis; null when the text is no duration. */
export function parseDuration(text: string): number | null {
  const match = DURATION.exec(text.trim());
  return match ? Math.round(Number(match[1]) * MILLIS[match[2]!]!) : null;
}

/** `512`, `64KiB`, `10MiB`, `1GiB` in bytes; null when the text is no size or too large to count exactly. */
export function parseSize(text: string): number | null {
  const match = SIZE.exec(text.trim().replace(' ', ''));
  const bytes = match ? Number(match[1]) * BYTES[match[2] ?? 'B']! : Number.NaN;
  return Number.isSafeInteger(bytes) ? bytes : null;
}
