import type { Command } from 'commander';
import { z } from 'zod';
import { usagePageSchema } from '../../control/usage/usage-page.ts';
import { askGateway, query } from '../admin-client.ts';
import { printableJson } from '../printable.ts';
import { type Column, table } from '../table.ts';
import type { Terminal } from '../terminal.ts';

const count = z.number();
const usageEvent = z.object({
  at: z.string(),
  call_id: z.string(),
  attempt: count,
  team: z.string(),
  key: z.string(),
  model: z.string(),
  target: z.string(),
  outcome: z.string(),
  status: count,
  input_tokens: count,
  output_tokens: count,
  cost_usd: z.string().nullable(),
});
type Event = z.infer<typeof usageEvent>;

const columns: readonly Column<Event>[] = [
  { title: 'AT', cell: event => event.at },
  { title: 'CALL', cell: event => event.call_id },
  { title: 'ATTEMPT', cell: event => String(event.attempt), right: true },
  { title: 'TEAM', cell: event => event.team },
  { title: 'KEY', cell: event => event.key },
  { title: 'MODEL', cell: event => event.model },
  { title: 'TARGET', cell: event => event.target },
  { title: 'OUTCOME', cell: event => event.outcome },
  { title: 'STATUS', cell: event => String(event.status), right: true },
  { title: 'INPUT', cell: event => String(event.input_tokens), right: true },
  { title: 'OUTPUT', cell: event => String(event.output_tokens), right: true },
  { title: 'COST USD', cell: event => event.cost_usd ?? 'unknown', right: true },
];

/** Options that narrow the list, named as the API's parameters. */
const filters = ['team', 'key', 'model', 'provider', 'target', 'outcome'] as const;

interface Options extends Partial<Record<(typeof filters)[number], string>> {
  readonly from?: string;
  readonly to?: string;
  readonly timezone?: string;
  readonly limit?: string;
  readonly cursor?: string;
  readonly callId?: string;
  readonly json?: boolean;
}

export function addUsage(program: Command, terminal: Terminal): void {
  const command = program
    .command('usage')
    .description('list usage events, newest first; this month unless told otherwise')
    .option('--from <time>', 'ISO date or time, inclusive')
    .option('--to <time>', 'ISO date or time, exclusive')
    .option('--timezone <name>', 'IANA name that dates are read in (default: UTC)')
    .option('--limit <number>', 'at most this many, up to 1000 (default: 100)')
    .option('--cursor <cursor>', 'go on where a page ended')
    .option('--call-id <id>', 'attempts of one call')
    .option('--json', 'print JSON');
  for (const name of filters) command.option(`--${name} <${name}>`, `only this ${name}`);
  command.action(async ({ json, callId, ...parameters }: Options) => {
    const answer = await askGateway(terminal, 'GET', `/admin/v1/usage${query({ ...parameters, call_id: callId })}`);
    const page = usagePageSchema.parse(JSON.parse(answer));
    if (json) return terminal.print(printableJson(page));
    terminal.print(table(columns, z.array(usageEvent).parse(page.events)));
    if (page.next !== null) terminal.note(`There is more: --cursor ${page.next}`);
  });
}
