import { printable } from './printable.ts';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  /** Numbers stand to the right. */
  readonly right?: boolean;
}

/** Rows under their titles in aligned columns; `total`, where there is one, stands below a rule. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], total?: Row): string {
  const titles = columns.map(column => column.title);
  const cells = (row: Row) => columns.map(column => printable(column.cell(row)));
  const body = rows.map(cells);
  const last = total === undefined ? [] : [cells(total)];
  const widths = titles.map((_, index) => Math.max(...[titles, ...body, ...last].map(line => line[index]!.length)));
  const line = (texts: readonly string[]) =>
    texts
      .map((text, index) => (columns[index]!.right ? text.padStart(widths[index]!) : text.padEnd(widths[index]!)))
      .join('  ')
      .trimEnd();
  const rule = last.length > 0 ? [widths.map(width => '-'.repeat(width)).join('  ')] : [];
  return [line(titles), ...body.map(line), ...rule, ...last.map(line)].join('\n');
}
