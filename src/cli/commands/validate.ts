import type { Command } from 'commander';
import { ConfigurationProblem, readConfig } from '../../config.ts';
import { printable } from '../printable.ts';
import type { Terminal } from '../terminal.ts';

export function addValidate(program: Command, terminal: Terminal): void {
  program
    .command('validate')
    .description('check the settings and the configuration file without starting')
    .action(async () => {
      const config = readConfig(terminal.environment);
      const { checkConfiguration } = await import('../../control/configuration/check-configuration.ts');
      const { problems, warnings } = await checkConfiguration(config, terminal.environment);
      for (const warning of warnings) terminal.note(`warning: ${printable(warning)}`);
      if (problems.length > 0) throw new ConfigurationProblem(problems);
      terminal.print('The configuration is valid.');
    });
}
