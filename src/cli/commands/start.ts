import type { Command } from 'commander';
import { CommandFailure, exitCodes } from '../command-failure.ts';
import type { Terminal } from '../terminal.ts';

export function addStart(program: Command, { environment }: Terminal): void {
  program
    .command('start')
    .description('run the gateway in the foreground until a signal ends it')
    .option('--role <role>', 'run one plane only (not built yet)')
    .action(async (options: { role?: string }) => {
      if (options.role !== undefined) {
        throw new CommandFailure(exitCodes.wrongUse, '--role is not built yet: every gateway runs both planes.');
      }
      const { start } = await import('../../main.ts');
      await start(environment);
    });
}
