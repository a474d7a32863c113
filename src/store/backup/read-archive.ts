import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { z } from 'zod';
import {
  type ArchiveEnd,
  type ArchiveHead,
  type ArchiveSection,
  archiveFormat,
  endSchema,
  headSchema,
  sectionSchema,
  type TableCounts,
} from './archive-format.ts';
import { ArchiveLines } from './archive-lines.ts';
import { ArchiveProblem, cut, damaged, foreign } from './archive-problem.ts';
import { backupTables } from './tables.ts';

/** What is done with an archive while it is read. */
export interface ArchiveVisitor {
  readonly head?: (head: ArchiveHead) => Promise<void> | void;
  /** Must read the rows to their end. */
  readonly section?: (section: ArchiveSection, rows: AsyncIterable<Buffer>) => Promise<void>;
}

export interface CheckedArchive {
  readonly head: ArchiveHead;
  readonly end: ArchiveEnd;
}

/**
 * Reads an archive, packed as it lies on disk, from its first to its last byte. Throws an ArchiveProblem when it is no
 * archive, of a newer format, not complete or not what its checksum says; the visitor has then seen a part of it.
 */
export async function readArchive(
  packed: AsyncIterable<Buffer>,
  visitor: ArchiveVisitor = {},
): Promise<CheckedArchive> {
  const lines = new ArchiveLines(unpack(packed));
  try {
    return await visitAll(lines, visitor);
  } finally {
    await lines.close();
  }
}

async function visitAll(lines: ArchiveLines, visitor: ArchiveVisitor): Promise<CheckedArchive> {
  const head = readHead(await lines.line(), lines);
  await visitor.head?.(head);
  const rows: TableCounts = {};
  for (;;) {
    const line = await lines.line();
    if (line === null) throw cut();
    const section = read(line, sectionSchema);
    if (section === null) return { head, end: await readEnd(line, lines, rows) };
    lines.keep(line);
    const { table } = section;
    const ofSection = lines.rows(count => {
      rows[table] = (rows[table] ?? 0) + count;
    });
    if (visitor.section) await visitor.section(section, ofSection);
    else for await (const _ of ofSection);
  }
}

function readHead(line: Buffer | null, lines: ArchiveLines): ArchiveHead {
  if (line === null) throw cut();
  const head = read(line, headSchema);
  if (head) {
    lines.keep(line);
    return head;
  }
  const version = /^\{"tollgate_backup":(\d{1,6}),/.exec(line.toString('latin1', 0, 64))?.[1];
  if (version === undefined) throw foreign();
  if (Number(version) > archiveFormat) {
    throw new ArchiveProblem(
      `The backup has format ${version}, made by a newer Tollgate. Restore it with that version.`,
    );
  }
  throw damaged('its first line cannot be understood');
}

async function readEnd(line: Buffer, lines: ArchiveLines, rows: TableCounts): Promise<ArchiveEnd> {
  const end = read(line, endSchema);
  if (!end) throw damaged('a line between its tables cannot be understood');
  if (end.sha256 !== lines.sum()) throw damaged('its content does not have the checksum at its end');
  const wrong = backupTables.find(table => (rows[table] ?? 0) !== (end.rows[table] ?? 0));
  if (wrong) throw damaged(`${wrong} does not have the rows that it should`);
  if ((await lines.line()) !== null) throw damaged('something stands behind its end');
  return end;
}

/** Null for what is no JSON of this shape. */
function read<Shape extends z.ZodType>(line: Buffer, shape: Shape): z.output<Shape> | null {
  let value: unknown;
  try {
    value = JSON.parse(line.toString('utf8'));
  } catch {
    return null;
  }
  return shape.safeParse(value).data ?? null;
}

const UNPACKED_BYTES = 128 * 1024;
/** What zlib says of bytes that were never packed. */
const NO_GZIP = 'incorrect header check';

async function* unpack(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* pipeline(packed, createGunzip({ chunkSize: UNPACKED_BYTES }), () => {}); // whoever reads its end gets the error
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (!code?.startsWith('Z_')) throw error;
    if (code === 'Z_BUF_ERROR') throw cut(error);
    throw message === NO_GZIP ? foreign(error) : damaged(message, error);
  }
}
