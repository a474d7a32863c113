import type { Command } from 'commander';
import { statusSchema } from '../../control/health/status-schema.ts';
import { askGateway } from '../admin-client.ts';
import { CommandFailure, exitCodes } from '../command-failure.ts';
import { printable, printableJson } from '../printable.ts';
import type { Terminal } from '../terminal.ts';

export function addStatus(program: Command, terminal: Terminal): void {
  program
    .command('status')
    .description('show the state of the running gateway; fails when it takes no calls')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const status = statusSchema.parse(JSON.parse(await askGateway(terminal, 'GET', '/admin/v1/status')));
      const { ledger } = status;
      if (options.json) terminal.print(printableJson(status));
      else {
        terminal.print(`version        ${printable(status.version)}`);
        terminal.print(`ready          ${status.ready ? 'yes' : 'no'}`);
        terminal.print(`configuration  ${status.snapshot_version}`);
        terminal.print(`ledger         ${ledger.pending_events} events wait, the oldest for ${ledger.lag_millis} ms`);
        terminal.print(`spool          ${ledger.pending_bytes} bytes, ${ledger.set_aside} events set aside`);
        for (const note of status.notes) terminal.print(`note           ${printable(note)}`);
        for (const problem of status.problems) terminal.print(`problem        ${printable(problem)}`);
      }
      if (!status.ready) throw new CommandFailure(exitCodes.failed, 'The gateway takes no calls at the moment.');
    });
}
