import type { Command } from 'commander';
import type { z } from 'zod';
import { keyListSchema, type keySchema } from '../../control/keys/key-view.ts';
import { askGateway } from '../admin-client.ts';
import { printableJson } from '../printable.ts';
import { type Column, table } from '../table.ts';
import type { Terminal } from '../terminal.ts';

type Key = z.infer<typeof keySchema>;

const columns: readonly Column<Key>[] = [
  { title: 'NAME', cell: key => key.name },
  { title: 'TEAM', cell: key => key.team },
  { title: 'CONSUMER', cell: key => key.consumer ?? '-' },
  { title: 'KEY', cell: key => `…${key.hint}` },
  { title: 'STATE', cell: stateOf },
  { title: 'EXPIRES', cell: key => key.expires_at ?? 'never' },
  { title: 'MANAGED BY', cell: key => key.managed_by },
  { title: 'MODELS', cell: key => key.models.join(', ') },
  { title: 'ID', cell: key => key.id },
];

export function addListKeys(keys: Command, terminal: Terminal): void {
  keys
    .command('list')
    .description('list all virtual keys, revoked ones too')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const list = keyListSchema.parse(JSON.parse(await askGateway(terminal, 'GET', '/admin/v1/keys')));
      if (options.json) terminal.print(printableJson(list));
      else terminal.print(table(columns, list.keys));
    });
}

function stateOf(key: Key): string {
  if (key.revoked_at !== null) return 'revoked';
  return key.expires_at !== null && Date.parse(key.expires_at) <= Date.now() ? 'expired' : 'live';
}
