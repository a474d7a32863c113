import type { Command } from 'commander';
import { CommandFailure, exitCodes } from '../command-failure.ts';
import { printableJson } from '../printable.ts';
import type { Terminal } from '../terminal.ts';

export function addDoctor(program: Command, terminal: Terminal): void {
  program
    .command('doctor')
    .description('check all that the gateway needs, and say what to do about what is wrong; changes nothing')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const [{ diagnose }, { count }, { report, summary }] = await Promise.all([
        import('../doctor/diagnose.ts'),
        import('../doctor/finding.ts'),
        import('../doctor/report.ts'),
      ]);
      const { findings, wrongConfiguration } = await diagnose(terminal);
      const [problems, warnings] = [count(findings, 'problem'), count(findings, 'warning')];
      terminal.print(options.json ? printableJson({ problems, warnings, findings }) : report(findings));
      if (problems === 0) terminal.note(`${summary(findings)}.`);
      else
        throw new CommandFailure(wrongConfiguration ? exitCodes.wrongUse : exitCodes.failed, `${summary(findings)}.`);
    });
}
