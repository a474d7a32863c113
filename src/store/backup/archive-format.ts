import { z } from 'zod';
import { type BackupTable, backupTables } from './tables.ts';

/** The format that this program writes and reads; docs/backup.md describes it. */
export const archiveFormat = 1;

/** Ends the rows of a section, on a line of its own: no row of PostgreSQL's text format can look like it. */
export const endOfRows = Buffer.from('\\.\n');

const Migration = z.object({ name: z.string(), checksum: z.string() });

/** First line of an archive. */
export const headSchema = z.object({
  tollgate_backup: z.literal(archiveFormat),
  program: z.string().describe('Version of the program that made it'),
  database: z.string().describe('Version of its PostgreSQL'),
  created_at: z.string(),
  migrations: z.record(z.string(), z.array(Migration)).describe('Applied migrations, by journal, in order'),
  secrets: z.record(z.string(), z.string()).describe('Secrets of the instance, sealed with its master key'),
});

/** Stands before the rows of a table, or of one day of the usage ledger. */
export const sectionSchema = z.object({
  table: z.enum(backupTables),
  day: z.iso.date().optional(),
  columns: z.array(z.string()).min(1),
});

/** Last line of an archive. */
export const endSchema = z.object({
  rows: z.partialRecord(z.enum(backupTables), z.number().int().nonnegative()).describe('How many rows each table has'),
  sha256: z.string().describe('Of everything before this line'),
});

export type ArchiveHead = z.infer<typeof headSchema>;
export type ArchiveSection = z.infer<typeof sectionSchema>;
export type ArchiveEnd = z.infer<typeof endSchema>;
export type TableCounts = Partial<Record<BackupTable, number>>;

export const toLine = (value: object): Buffer => Buffer.from(`${JSON.stringify(value)}\n`);

const NEWLINE = 0x0a;

/** In PostgreSQL's text format a line is a row: line breaks in values are escaped. */
export function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}
