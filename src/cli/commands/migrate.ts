import type { Command } from 'commander';
import { readConfig, secretSettings } from '../../config.ts';
import type { Terminal } from '../terminal.ts';
import { withDatabase } from '../with-database.ts';

export function addMigrate(program: Command, terminal: Terminal): void {
  program
    .command('migrate')
    .description('bring the database to the state this version needs, without starting')
    .action(async () => {
      const config = readConfig(terminal.environment);
      // The embedded database is a child process and inherits what is left.
      for (const name of secretSettings) delete process.env[name];
      const { migrate } = await import('../../store/migrate.ts');
      const applied = await withDatabase(config, connection => migrate(connection));
      for (const name of applied) terminal.print(name);
      terminal.note(applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.length}.`);
    });
}
