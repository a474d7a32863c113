import fs from 'node:fs';
import type { Logger } from 'pino';
import { uuidv7 } from '../../../spec/ids.ts';
import type { Spool } from '../../../spec/spool.ts';
import { FileSpool } from './file-spool.ts';
import type { SpoolFiles } from './segment-writer.ts';
import { makeSpoolFolder, segmentBytes } from './spool-folder.ts';

export interface SpoolOptions {
  readonly directory: string;
  /** `each`: an acknowledged record survives a power loss. `interval`: it survives this process; the disk has it within a second. */
  readonly fsync: 'interval' | 'each';
  /** Bytes of all segments in the folder at which no further call is taken. */
  readonly limitBytes: number;
  /** Size at which the next segment begins. */
  readonly segmentBytes?: number;
  readonly logger?: Pick<Logger, 'info' | 'error'>;
  /** Told each time the problem changes; null when the spool works again. */
  readonly onProblem?: (problem: string | null) => void;
  /** Told the JSON of each event that is finished, `bytes[start, end)`; the bytes are the spool's own. */
  readonly onFinished?: (bytes: Buffer, start: number, end: number) => void;
  readonly files?: SpoolFiles;
}

/** A spool in this process's own segments. */
export interface OpenSpool extends Spool {
  /** UUIDv7 of this start: the ledger writer must know it as living. */
  readonly instance: string;
}

const SEGMENT_BYTES = 8 * 1024 * 1024;
const SEGMENT_MILLIS = 5 * 60_000;

/** Opens the spool with a segment of its own. Throws when the folder cannot be made or written. */
export async function openSpool(options: SpoolOptions): Promise<OpenSpool> {
  const { directory } = options;
  makeSpoolFolder(directory);
  return new FileSpool({
    directory,
    instance: uuidv7(),
    fsync: options.fsync,
    limitBytes: options.limitBytes,
    segmentBytes: options.segmentBytes ?? SEGMENT_BYTES,
    segmentMillis: SEGMENT_MILLIS,
    files: options.files ?? fs,
    usedBytes: await segmentBytes(directory),
    logger: options.logger,
    onProblem: options.onProblem,
    onFinished: options.onFinished,
  });
}
