import type { SpendDimension, SpendReport, SpendSums } from '../../spec/store.ts';

type Row = SpendReport['rows'][number];

const sums: readonly (keyof SpendSums)[] = [
  'calls',
  'attempts',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'output_tokens',
  'reasoning_tokens',
  'cost_usd',
  'unpriced_calls',
];

/** A report for a spreadsheet, by RFC 4180: names, then sums; an unknown cost is `unknown`. There is no total row. */
export function spendCsv(columns: readonly (SpendDimension | 'bucket')[], rows: readonly Row[]): string {
  const lines = rows.map(row => [
    ...columns.map(column => textCell(row[column] ?? '')),
    ...sums.map(sum => (row[sum] === null ? 'unknown' : String(row[sum]))),
  ]);
  return [[...columns, ...sums], ...lines].map(cells => `${cells.join(',')}\r\n`).join('');
}

/** Callers choose some names, and a spreadsheet would run a cell that begins like a formula. */
function textCell(text: string): string {
  const harmless = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return harmless !== text || /[",\r\n]/.test(text) ? `"${harmless.replaceAll('"', '""')}"` : text;
}
