import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { Segment, Started } from './segment.ts';

const WORTH_BYTES = 64 * 1024;
const REST_MILLIS = 10_000;
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/** Most calls end soon and take their segment with them; only what a long stream would hold for minutes is worth it. */
export function isWorthCompacting(segment: Segment, nowMillis: number): boolean {
  if (!segment.drained || segment.size < WORTH_BYTES || nowMillis - segment.drainedMillis < REST_MILLIS) return false;
  return 2 * segment.openBytes < segment.size;
}

/**
 * Replaces a segment, of which everything finished is committed, by the `started` records that are still open: `records`
 * by id. Answers those that are not there any more. A crash leaves the old file or the new one; replaying either gives
 * the same ledger.
 */
export async function compactSegment(segment: Segment, records: ReadonlyMap<string, Started>): Promise<string[]> {
  const lines: Buffer[] = [];
  const kept: Started[] = [];
  const gone: string[] = [];
  for (const [id, record] of records) {
    const line = await segment.reread(id, record);
    if (line === null) gone.push(id);
    else {
      lines.push(line);
      kept.push(record);
    }
  }
  const bytes = Buffer.concat(lines);
  await replace(segment.path, bytes);
  let offset = 0;
  for (const record of kept) {
    record.offset = offset;
    offset += record.length + 1;
  }
  segment.size = offset;
  segment.offset = offset;
  return gone;
}

async function replace(file: string, bytes: Buffer): Promise<void> {
  const temporary = `${file}.tmp`;
  await rm(temporary, { force: true });
  const handle = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}
