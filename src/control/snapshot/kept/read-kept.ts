import path from 'node:path';
import { readPrivate } from './private-folder.ts';
import { fromLines, type KeptConfiguration } from './resources-schema.ts';
import { headBytes, refuseNewerFormat, type SealedHead, type SealingKey, unseal } from './sealed-file.ts';
import { SnapshotRefused } from './snapshot-refused.ts';

export const snapshotFile = 'current';
/** The number of the last snapshot that was kept, sealed as well: an older file in its place is noticed. */
export const highestFile = 'highest';

export interface KeptSnapshot extends KeptConfiguration {
  readonly head: SealedHead;
}

/**
 * The last snapshot that was kept in this folder. Throws a SnapshotRefused when there is none, and for one that was
 * changed, that is sealed with another master key, that is older than the last one that was kept, or that others can
 * get at.
 */
export function readKept(folder: string, key: SealingKey): KeptSnapshot {
  const bytes = readPrivate(path.join(folder, snapshotFile));
  if (bytes === null) throw new SnapshotRefused('there is none');
  const { head, text } = unseal('snapshot', bytes, key);
  const highest = highestKept(folder, key);
  if (head.number < highest) {
    throw new SnapshotRefused(`it is number ${head.number}, but number ${highest} was kept already`);
  }
  const kept = fromLines(text);
  if (kept.resources.version !== head.number) throw new SnapshotRefused('its number is not the one it was sealed with');
  return { head, ...kept };
}

function highestKept(folder: string, key: SealingKey): number {
  const bytes = readPrivate(path.join(folder, highestFile));
  if (bytes === null) throw new SnapshotRefused(`the file ${highestFile} beside it is gone, so its age is not known`);
  try {
    return unseal('highest', bytes, key).head.number;
  } catch (error) {
    if (!(error instanceof SnapshotRefused)) throw error;
    throw new SnapshotRefused(`of the file ${highestFile} beside it: ${error.message}`, { cause: error });
  }
}

/**
 * Throws a SnapshotRefused when a later version of this program keeps its snapshots here. Whatever else is wrong with a
 * file is told when it is to be served from; the next snapshot replaces it.
 */
export function refuseNewerSnapshot(folder: string): void {
  for (const name of [snapshotFile, highestFile]) {
    const start = startOf(path.join(folder, name));
    if (start !== null) refuseNewerFormat(start);
  }
}

function startOf(file: string): Buffer | null {
  try {
    return readPrivate(file, headBytes);
  } catch (error) {
    if (error instanceof SnapshotRefused) return null;
    throw error;
  }
}
