import type { Command } from 'commander';
import { programVersion } from '../../control/health/program-version.ts';
import type { Terminal } from '../terminal.ts';

export function addVersion(program: Command, terminal: Terminal): void {
  program.version(programVersion(), '--version');
  program
    .command('version')
    .description('print the version of this program')
    .action(() => terminal.print(programVersion()));
}
