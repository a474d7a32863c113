import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { archiveFormat, toLine } from '../../../src/store/backup/archive-format.ts';

/** All of a stream, packed as it would lie on disk. */
export async function packed(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return gzipSync(Buffer.concat(chunks));
}

/** Bytes as they come from a disk or a network, a few at a time. */
export async function* inPieces(bytes: Buffer, length = 1000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

export const head = {
  tollgate_backup: archiveFormat,
  program: '0.1.0',
  database: '18.0',
  created_at: '2026-05-01T12:00:00.000Z',
  migrations: {},
  secrets: {},
};

/** An archive of this text, with an end that fits unless it is told otherwise. */
export function handMade(
  text: string,
  rows: Record<string, number>,
  { sha256, more = '' }: { readonly sha256?: string; readonly more?: string } = {},
): Buffer {
  const sum = sha256 ?? createHash('sha256').update(text).digest('hex');
  return Buffer.concat([Buffer.from(text), toLine({ rows, sha256: sum }), Buffer.from(more)]);
}
