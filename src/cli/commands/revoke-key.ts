import type { Command } from 'commander';
import { keySchema } from '../../control/keys/key-view.ts';
import { askGateway } from '../admin-client.ts';
import { printable, printableJson } from '../printable.ts';
import type { Terminal } from '../terminal.ts';

export function addRevokeKey(keys: Command, terminal: Terminal): void {
  keys
    .command('revoke')
    .description('revoke a virtual key for good; doing it twice is the same as once')
    .argument('<id>', 'id of the key, or its name when no other live key has it')
    .option('--json', 'print JSON')
    .action(async (id: string, options: { json?: boolean }) => {
      const answer = await askGateway(terminal, 'DELETE', `/admin/v1/keys/${encodeURIComponent(id)}`);
      const key = keySchema.parse(JSON.parse(answer));
      if (options.json) terminal.print(printableJson(key));
      else terminal.print(printable(`Key "${key.name}" of team "${key.team}" is revoked (id ${key.id}).`));
    });
}
