import { rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { backupFileName } from '../../control/backup/file-name.ts';
import type { CheckedArchive } from '../../store/backup/read-archive.ts';
import { askForBytes } from '../admin-client.ts';
import { CommandFailure, exitCodes } from '../command-failure.ts';
import { endingOnSignals } from '../ending-on-signals.ts';
import { printable } from '../printable.ts';
import { rawOutput, type Terminal } from '../terminal.ts';

type Write = (bytes: Buffer) => Promise<void>;

export function addBackup(program: Command, terminal: Terminal): void {
  program
    .command('backup')
    .description('write configuration and ledger of the running gateway into one file, while it serves')
    .option('--out <file>', 'a file that is not there yet, or - for standard output (default: tollgate-<time>.backup)')
    .action(async ({ out = backupFileName(new Date()) }: { out?: string }) => {
      if (out === '-' && terminal.isPerson) {
        throw new CommandFailure(exitCodes.wrongUse, '--out - writes an archive to standard output: redirect it.');
      }
      const { head, end } = out === '-' ? await fetchBackup(terminal, rawOutput()) : await fetchInto(terminal, out);
      if (out !== '-') terminal.print(printable(out));
      const events = end.rows['ledger.usage_events'] ?? 0;
      terminal.note(
        `A backup of ${head.created_at} with ${events} usage events. It opens with the instance's master key only, ` +
          'which is not in it: keep that elsewhere.',
      );
    });
}

/** A file that is there stays as it is. One that was not written well to its end is removed, also on a signal. */
async function fetchInto(terminal: Terminal, out: string): Promise<CheckedArchive> {
  const path = resolve(out);
  const file = await open(path, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'EEXIST' ? 'exists, and is not written over' : `cannot be made (${cause.code})`;
    throw new CommandFailure(exitCodes.failed, `${path} ${why}.`, { cause });
  });
  const remove = () => rmSync(path, { force: true });
  process.once('exit', remove);
  try {
    const checked = await endingOnSignals(() => fetchBackup(terminal, bytes => file.writeFile(bytes)));
    await file.sync();
    return checked;
  } catch (error) {
    remove();
    throw error;
  } finally {
    process.off('exit', remove);
    await file.close();
  }
}

/** Passes the archive on and checks it on the way to its last byte: a gateway that fails on the way can only cut it. */
async function fetchBackup(terminal: Terminal, write: Write): Promise<CheckedArchive> {
  const [{ readArchive }, { ArchiveProblem }] = await Promise.all([
    import('../../store/backup/read-archive.ts'),
    import('../../store/backup/archive-problem.ts'),
  ]);
  const incoming = await askForBytes(terminal, '/admin/v1/backup');
  try {
    return await readArchive(passOn(incoming, write));
  } catch (cause) {
    if (cause instanceof CommandFailure) throw cause;
    const why = cause instanceof ArchiveProblem ? cause.message : `The connection ended (${codeOf(cause)}).`;
    throw new CommandFailure(exitCodes.failed, `The gateway did not send a whole backup: ${why} Its log says more.`, {
      cause,
    });
  }
}

async function* passOn(incoming: AsyncIterable<Buffer>, write: Write): AsyncGenerator<Buffer> {
  for await (const chunk of incoming) {
    await write(chunk).catch((cause: unknown) => {
      throw new CommandFailure(exitCodes.failed, `The backup cannot be written (${codeOf(cause)}).`, { cause });
    });
    yield chunk;
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);
