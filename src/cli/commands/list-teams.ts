import type { Command } from 'commander';
import { teamListSchema } from '../../control/teams/team-view.ts';
import { askGateway } from '../admin-client.ts';
import { printableJson } from '../printable.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';

export function addListTeams(teams: Command, terminal: Terminal): void {
  teams
    .command('list')
    .description('list all teams')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const list = teamListSchema.parse(JSON.parse(await askGateway(terminal, 'GET', '/admin/v1/teams')));
      if (options.json) return terminal.print(printableJson(list));
      const columns = [
        { title: 'NAME', cell: (team: (typeof list.teams)[number]) => team.name },
        { title: 'MANAGED BY', cell: (team: (typeof list.teams)[number]) => team.managed_by },
      ];
      terminal.print(table(columns, list.teams));
    });
}
