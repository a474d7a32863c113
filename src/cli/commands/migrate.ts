import type { Command } from 'commander';
import { readConfig, secretSettings } from '../../config.ts';
import { programVersion } from '../../control/health/program-version.ts';
import type { PendingMigration } from '../../store/migrate.ts';
import type { Terminal } from '../terminal.ts';
import { withDatabase } from '../with-database.ts';

export function addMigrate(program: Command, terminal: Terminal): void {
  program
    .command('migrate')
    .description('bring the database to the state this version needs, without starting')
    .option('--dry-run', 'list what would be applied, and change nothing')
    .action(async ({ dryRun }: { dryRun?: boolean }) => {
      const config = readConfig(terminal.environment);
      // The embedded database is a child process and inherits what is left.
      for (const name of secretSettings) delete process.env[name];
      const { migrate, planMigrations } = await import('../../store/migrate.ts');
      const warn = ({ name, irreversible }: PendingMigration) => {
        if (irreversible !== null) terminal.note(`${name} cannot be undone but from a backup: ${irreversible}`);
      };
      const names = await withDatabase(config, async connection => {
        if (!dryRun) return migrate(connection, { program: programVersion(), before: warn });
        const plan = await planMigrations(connection);
        for (const migration of plan) warn(migration);
        return plan.map(({ name }) => name);
      });
      for (const name of names) terminal.print(name);
      terminal.note(
        names.length === 0 ? 'The database is up to date.' : `${dryRun ? 'Pending' : 'Applied'}: ${names.length}.`,
      );
    });
}
