import { Command, CommanderError } from 'commander';
import { ConfigurationProblem } from '../config.ts';
import { StoreStartError } from '../store/start-error.ts';
import { CommandFailure, exitCodes } from './command-failure.ts';
import { addBackup } from './commands/backup.ts';
import { addCreateKey } from './commands/create-key.ts';
import { addCreateTeam } from './commands/create-team.ts';
import { addDoctor } from './commands/doctor.ts';
import { addListKeys } from './commands/list-keys.ts';
import { addListTeams } from './commands/list-teams.ts';
import { addMigrate } from './commands/migrate.ts';
import { addNotBuilt } from './commands/not-built.ts';
import { addRestore } from './commands/restore.ts';
import { addRevokeKey } from './commands/revoke-key.ts';
import { addSpend } from './commands/show-spend.ts';
import { addStatus } from './commands/show-status.ts';
import { addUsage } from './commands/show-usage.ts';
import { addVersion } from './commands/show-version.ts';
import { addStart } from './commands/start.ts';
import { addValidate } from './commands/validate.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';

/** Runs one command line and answers its exit code. Says in plain lines what went wrong, and throws for nothing. */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await buildProgram(terminal).parseAsync(words, { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    return explain(error, terminal);
  }
}

function buildProgram(terminal: Terminal): Command {
  const program = new Command('tollgate')
    .description('An AI gateway: one endpoint for every model, a ledger in Postgres.')
    .exitOverride()
    .configureOutput({
      writeOut: text => terminal.print(text.trimEnd()),
      writeErr: text => terminal.note(text.trimEnd()),
    });
  addStart(program, terminal);
  addValidate(program, terminal);
  addMigrate(program, terminal);
  addBackup(program, terminal);
  addRestore(program, terminal);
  const keys = program.command('keys').description('virtual keys');
  addCreateKey(keys, terminal);
  addListKeys(keys, terminal);
  addRevokeKey(keys, terminal);
  const teams = program.command('teams').description('teams');
  addCreateTeam(teams, terminal);
  addListTeams(teams, terminal);
  addSpend(program, terminal);
  addUsage(program, terminal);
  addStatus(program, terminal);
  addDoctor(program, terminal);
  addVersion(program, terminal);
  addNotBuilt(program);
  return program;
}

function explain(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) {
    // Its message has been written; help and version that were asked for end well.
    return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUse;
  }
  if (error instanceof ConfigurationProblem) {
    for (const problem of error.problems) terminal.note(printable(problem));
    return exitCodes.wrongUse;
  }
  if (error instanceof CommandFailure || error instanceof StoreStartError) {
    terminal.note(printable(error.message));
    return error instanceof CommandFailure ? error.exitCode : exitCodes.failed;
  }
  terminal.note(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return exitCodes.failed;
}
