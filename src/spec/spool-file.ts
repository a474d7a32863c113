/** One file of the spool: `<instance>-<number>.log`. The instance is the UUIDv7 of one start of one process. */
export interface SegmentName {
  readonly instance: string;
  /** Rises from 0; only the highest number of a living instance is still written to. */
  readonly number: number;
}

/** Raised with every change after which an older program would misread records. */
export const spoolFormat = 1;

const SEGMENT = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-(\d{8,15})\.log$/;

export const segmentFile = ({ instance, number }: SegmentName): string =>
  `${instance}-${String(number).padStart(8, '0')}.log`;

/** Null for any other file. */
export function parseSegmentFile(file: string): SegmentName | null {
  const match = SEGMENT.exec(file);
  return match && { instance: match[1]!, number: Number(match[2]) };
}

/**
 * Where things stand in a record (see `spool.ts`). The event's JSON begins with its id, `{"id":"…"`, so that a reader
 * finds the id without parsing.
 */
export const spoolRecord = Object.freeze({
  sumLength: 8,
  /** Of the kind; the sum covers everything from here to the newline, which it leaves out. */
  kindAt: 9,
  eventAt: 11,
  idAt: 18,
  idLength: 36,
});
