import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type Config, readConfig, secretSettings } from '../../config.ts';
import { CommandFailure, exitCodes } from '../command-failure.ts';
import type { Terminal } from '../terminal.ts';
import { withDatabase } from '../with-database.ts';

/** Each day of the ledger is a table with its indexes, and all are made in one transaction: enough for ten years. */
const embeddedSettings = ['max_locks_per_transaction=512'];

export function addRestore(program: Command, terminal: Terminal): void {
  program
    .command('restore')
    .description('load a backup into an instance that was never started; all of it or nothing')
    .argument('<file>', 'what `tollgate backup` wrote')
    .action(async (name: string) => {
      const config = readConfig(terminal.environment);
      // The embedded database is a child process and inherits what is left.
      for (const secret of secretSettings) delete process.env[secret];
      await restore(config, resolve(name), terminal);
    });
}

async function restore(config: Config, path: string, terminal: Terminal): Promise<void> {
  const [{ readArchive }, { ArchiveProblem }, { restoreArchive }, { checkMasterKey }, { refuseNewer }] =
    await Promise.all([
      import('../../store/backup/read-archive.ts'),
      import('../../store/backup/archive-problem.ts'),
      import('../../store/backup/restore-archive.ts'),
      import('../../control/backup/check-master-key.ts'),
      import('../../store/backup/plan-migrations.ts'),
    ]);
  try {
    // Once to its end before a database is touched, and again while it is loaded.
    const { head } = await readArchive(read(path), {
      head: found => {
        refuseNewer(found);
        checkMasterKey(config, found.secrets);
      },
    });
    terminal.note(`A backup of ${head.created_at}, made by Tollgate ${head.program}. Loading …`);
    const { end } = await withDatabase(config, to => restoreArchive(to, read(path)), embeddedSettings);
    const count = (table: keyof typeof end.rows) => end.rows[table] ?? 0;
    terminal.print(
      `Restored: ${count('public.teams')} teams, ${count('public.virtual_keys')} keys, ${count('public.providers')} providers, ` +
        `${count('public.models')} models, ${count('ledger.usage_events')} usage events. Start the gateway as usual.`,
    );
  } catch (cause) {
    if (!(cause instanceof ArchiveProblem)) throw cause;
    throw new CommandFailure(exitCodes.failed, `${path}: ${cause.message} Nothing was changed.`, { cause });
  }
}

async function* read(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { highWaterMark: 256 * 1024 });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new CommandFailure(exitCodes.failed, `${path} cannot be read (${code}).`, { cause });
  }
}
