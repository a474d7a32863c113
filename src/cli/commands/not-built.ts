import type { Command } from 'commander';
import { CommandFailure, exitCodes } from '../command-failure.ts';

const planned = ['diff', 'sync', 'dump'] as const;

/** Commands that are known by name, so that nobody takes their absence for a typing error. */
export function addNotBuilt(program: Command): void {
  for (const name of planned) {
    program
      .command(name, { hidden: true })
      .allowUnknownOption()
      .allowExcessArguments()
      .action(() => {
        throw new CommandFailure(exitCodes.wrongUse, `"${name}" is not built yet.`);
      });
  }
}
