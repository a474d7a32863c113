import type { Command } from 'commander';
import { teamSchema } from '../../control/teams/team-view.ts';
import { askGateway } from '../admin-client.ts';
import { printable, printableJson } from '../printable.ts';
import type { Terminal } from '../terminal.ts';

export function addCreateTeam(teams: Command, terminal: Terminal): void {
  teams
    .command('create')
    .description('create a team')
    .requiredOption('--name <name>', 'what to call it')
    .option('--json', 'print JSON')
    .action(async (options: { name: string; json?: boolean }) => {
      const answer = await askGateway(terminal, 'POST', '/admin/v1/teams', { name: options.name });
      const team = teamSchema.parse(JSON.parse(answer));
      if (options.json) terminal.print(printableJson(team));
      else terminal.print(printable(`Team "${team.name}" is created.`));
    });
}
