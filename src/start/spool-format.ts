import { closeSync, constants, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { programVersion } from '../control/health/program-version.ts';
import { makeSpoolFolder } from '../gateway/metering/spool/spool-folder.ts';
import { spoolFormat } from '../spec/spool-file.ts';
import { StoreStartError } from '../store/start-error.ts';

const FILE = 'format.json';
const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_TRUNC, O_WRONLY } = constants;
const Mark = z.object({ format: z.number().int(), program: z.string() });

/**
 * Marks the spool with the format of its records. Throws a StoreStartError when a later version of this program has
 * marked it: what it wrote would be passed over as damaged. A folder without a mark is of the first format.
 */
export function keepSpoolFormat(directory: string): void {
  makeSpoolFolder(directory);
  const file = path.join(directory, FILE);
  const mark = readMark(file);
  if (mark !== null && mark.format > spoolFormat) {
    throw new StoreStartError(
      `The spool in ${directory} was written by Tollgate ${mark.program} in format ${mark.format}, and this version ` +
        `reads ${spoolFormat}. Start Tollgate ${mark.program} or later, or let it ship the spool before going back.`,
    );
  }
  if (mark?.format !== spoolFormat) writeMark(file);
}

function readMark(file: string): z.infer<typeof Mark> | null {
  let opened: number;
  try {
    opened = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new StoreStartError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  try {
    const mark = Mark.safeParse(jsonOf(readFileSync(opened, 'utf8')));
    // Cut short by a crash: a mark is written anew before the first record of its format.
    return mark.data ?? null;
  } finally {
    closeSync(opened);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function writeMark(file: string): void {
  const opened = openSync(file, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
  try {
    writeSync(opened, `${JSON.stringify({ format: spoolFormat, program: programVersion() })}\n`);
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
