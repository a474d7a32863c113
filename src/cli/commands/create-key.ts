import { type Command, Option } from 'commander';
import { newKeySchema } from '../../control/keys/key-view.ts';
import { askGateway } from '../admin-client.ts';
import { printable, printableJson } from '../printable.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  readonly name: string;
  readonly team?: string;
  readonly consumer?: string;
  readonly models?: string;
  readonly expiresIn?: string;
  readonly expiresAt?: string;
  readonly json?: boolean;
}

/** The key alone goes to stdout, so that `KEY=$(tollgate keys create …)` holds nothing else. */
export function addCreateKey(keys: Command, terminal: Terminal): void {
  keys
    .command('create')
    .description('create a virtual key and print it, this once')
    .requiredOption('--name <name>', 'what to call it')
    .option('--team <team>', 'team that owns it (default: default)')
    .option('--consumer <consumer>', 'application that uses it; made when the team has none of this name')
    .option('--models <names>', 'comma-separated names and patterns it may use, e.g. fast,gpu-box/* (default: *)')
    .addOption(new Option('--expires-in <span>', 'e.g. 30d, 12h, 45m').conflicts('expiresAt'))
    .option('--expires-at <time>', 'e.g. 2027-01-31T00:00:00Z')
    .option('--json', 'print everything about it as JSON')
    .action(async (options: Options) => {
      const answer = await askGateway(terminal, 'POST', '/admin/v1/keys', {
        name: options.name,
        team: options.team,
        consumer: options.consumer,
        models: options.models?.split(',').map(name => name.trim()),
        expires_in: options.expiresIn,
        expires_at: options.expiresAt,
      });
      const key = newKeySchema.parse(JSON.parse(answer));
      if (options.json) return terminal.print(printableJson(key));
      terminal.print(key.key);
      const until = key.expires_at === null ? 'does not expire' : `until ${key.expires_at}`;
      const about = `Key "${key.name}" of team "${key.team}": id ${key.id}, models ${key.models.join(', ')}, ${until}.`;
      terminal.note(`${printable(about)}\nKeep it now: it is not shown again.`);
    });
}
