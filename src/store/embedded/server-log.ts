import { closeSync, openSync, readSync, renameSync, statSync } from 'node:fs';

const LARGEST_BYTES = 8 * 1024 * 1024;
const TAIL_BYTES = 2_000;

/** Keeps the log of the server small: one older file beside it. Call it before the server opens the log. */
export function rotateLog(log: string): void {
  if (sizeOf(log) > LARGEST_BYTES) renameSync(log, `${log}.1`);
}

export function sizeOf(log: string): number {
  return statSync(log, { throwIfNoEntry: false })?.size ?? 0;
}

/** The last lines that the server wrote after `offset`, for a message. */
export function tailOfLog(log: string, offset: number): string {
  const size = sizeOf(log);
  const start = Math.max(offset, size - TAIL_BYTES);
  if (size <= start) return '';
  const bytes = Buffer.alloc(size - start);
  const file = openSync(log, 'r');
  try {
    readSync(file, bytes, 0, bytes.length, start);
  } finally {
    closeSync(file);
  }
  return bytes.toString('utf8').trim();
}
