import type { UsageEvent } from './usage-event.ts';

/**
 * The local append-only record of attempts, between the data plane and the ledger. Two records per attempt: `started`
 * (the event as it will stand if nothing more is heard: outcome `unknown`, with its estimate), then `finished`.
 *
 * Writes are grouped per tick of the event loop; `then` is called, at once or later, after the bytes are with the operating system, so
 * that they survive the death of this process, or with the error that prevented it.
 *
 * A spool that cannot write (disk full, size limit) says so in `ready`; a `finished` it could not write is kept in
 * memory and tried again, never dropped.
 */
export interface Spool {
  readonly ready: boolean;
  /** Why it is not ready, for `/readyz` and the log; null when it is. */
  readonly problem: string | null;
  started(event: UsageEvent, then: (error: Error | null) => void): void;
  finished(event: UsageEvent, then: (error: Error | null) => void): void;
  close(): Promise<void>;
}

/**
 * One record is one line: 8 hex digits CRC-32 of the rest, a space, `S` or `F`, a space, the event's JSON, a newline.
 * The JSON may leave out members (`usageDefaults`) and have blanks before a value; its bytes go to the database as they
 * are. A line that is cut or whose sum is wrong was never acknowledged and is passed over at replay.
 */
export type SpoolRecordKind = 'S' | 'F';
