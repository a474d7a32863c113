import { type Command, Option } from 'commander';
import type { z } from 'zod';
import { spendReportSchema } from '../../control/spend/spend-schema.ts';
import { askGateway, query } from '../admin-client.ts';
import { printable, printableJson } from '../printable.ts';
import { type Column, table } from '../table.ts';
import type { Terminal } from '../terminal.ts';

type Report = z.infer<typeof spendReportSchema>;
type Row = Partial<Report['rows'][number]> & Report['total'];
type Name = Exclude<keyof Report['rows'][number], keyof Report['total']>;

interface Options {
  readonly by: string;
  readonly from?: string;
  readonly to?: string;
  readonly bucket?: string;
  readonly timezone?: string;
  readonly csv?: boolean;
  readonly json?: boolean;
}

export function addSpend(program: Command, terminal: Terminal): void {
  program
    .command('spend')
    .description('show what was spent; this month unless told otherwise')
    .option(
      '--by <names>',
      'comma-separated: team, model, key, consumer, user, tag, target, provider, status …',
      'team',
    )
    .option('--from <time>', 'ISO date or time, inclusive')
    .option('--to <time>', 'ISO date or time, exclusive')
    .option('--bucket <bucket>', 'also by hour, day, week or month')
    .option('--timezone <name>', 'IANA name that says where days begin (default: UTC)')
    .addOption(new Option('--csv', 'print CSV').conflicts('json'))
    .option('--json', 'print JSON')
    .action(async (options: Options) => {
      const { by, from, to, bucket, timezone } = options;
      const format = options.csv ? 'csv' : undefined;
      const path = `/admin/v1/spend${query({ by, from, to, bucket, timezone, format })}`;
      const answer = await askGateway(terminal, 'GET', path);
      if (options.csv) return terminal.print(csvText(answer, terminal.isPerson));
      const report = spendReportSchema.parse(JSON.parse(answer));
      if (options.json) return terminal.print(printableJson(report));
      const names = by.split(',').map(name => name.trim() as Name);
      terminal.print(spendTable(options.bucket === undefined ? names : ['bucket', ...names], report));
    });
}

/** Lines end as they do in other files of this system. */
function csvText(answer: string, isPerson: boolean): string {
  const lines = answer.trimEnd().split('\r\n');
  return (isPerson ? lines.map(printable) : lines).join('\n');
}

function spendTable(names: readonly Name[], { rows, total }: Report): string {
  const isTotal = (row: Row) => row === total;
  const named = names.map((name, index): Column<Row> => {
    const cell = (row: Row) => (isTotal(row) ? (index === 0 ? 'total' : '') : row[name] || '-');
    return { title: name.toUpperCase(), cell };
  });
  const count = (title: string, read: (row: Row) => number): Column<Row> => ({
    title,
    cell: row => String(read(row)),
    right: true,
  });
  return table(
    [
      ...named,
      count('CALLS', row => row.calls),
      count('ATTEMPTS', row => row.attempts),
      count('INPUT', row => row.input_tokens),
      count('CACHED', row => row.cache_read_tokens),
      count('OUTPUT', row => row.output_tokens),
      { title: 'COST USD', cell: row => row.cost_usd ?? 'unknown', right: true },
      count('UNPRICED', row => row.unpriced_calls),
    ],
    rows,
    total,
  );
}
