import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { Place, Segment } from './segment.ts';

const WORTH_BYTES = 64 * 1024;
const REST_MILLIS = 10_000;
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/** Most calls end soon and take their segment with them; only what a long stream would hold for minutes is worth it. */
export function isWorthCompacting(segment: Segment, nowMillis: number): boolean {
  if (!segment.drained || segment.size < WORTH_BYTES || nowMillis - segment.drainedMillis < REST_MILLIS) return false;
  let openBytes = 0;
  for (const { length } of segment.open.values()) openBytes += length + 1;
  return 2 * openBytes < segment.size;
}

/**
 * Replaces a segment, of which everything finished is committed, by the `started` records that are still open. A crash
 * leaves the old file or the new one; replaying either gives the same ledger.
 */
export async function compactSegment(segment: Segment): Promise<void> {
  const lines: Buffer[] = [];
  const places = new Map<string, Place>();
  let offset = 0;
  for (const [id, place] of segment.open) {
    const line = await segment.rereadLine(id, place);
    if (line === null) continue;
    lines.push(line);
    places.set(id, { offset, length: place.length });
    offset += line.length;
  }
  const temporary = `${segment.path}.tmp`;
  await rm(temporary, { force: true });
  const handle = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    await handle.writeFile(Buffer.concat(lines));
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(temporary, segment.path);
  segment.open.clear();
  for (const [id, place] of places) segment.open.set(id, place);
  segment.size = offset;
  segment.offset = offset;
}
